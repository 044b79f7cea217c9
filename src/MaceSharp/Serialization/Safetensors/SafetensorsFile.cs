using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Serialization.Safetensors;

/// <summary>
/// The safetensors container (https://github.com/huggingface/safetensors): the length of a JSON header, the header with the
/// type, shape and place of every tensor, and their bytes, little endian and row-major, without gaps.
/// </summary>
internal static class SafetensorsFile
{
    /// <summary>Largest header that the format allows, bytes.</summary>
    public const long LargestHeader = 100_000_000;

    private const int MostTensors = 100_000;
    private const int MostAxes = 16;

    /// <summary>Tensors start on multiples of this, as the format recommends.</summary>
    private const int Alignment = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="stream">A seekable stream at its start.</param>
    /// <returns>The texts of <c>__metadata__</c> and the tensors.</returns>
    /// <exception cref="InvalidInputException">The file is damaged or holds types that are not floating-point numbers.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, NamedTensor> Tensors) Read(Stream stream)
    {
        (byte[] header, long dataStart) = ReadHeader(stream);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<Entry> entries;
        try
        {
            entries = ParseHeader(header, metadata);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidInputException("the header of the safetensors file is not the JSON it should be: the file is damaged.", exception);
        }

        CheckPlaces(entries, stream.Length - dataStart);
        Dictionary<string, NamedTensor> tensors = new(StringComparer.Ordinal);
        stream.Position = dataStart;
        byte[] buffer = new byte[1 << 16];
        foreach (Entry entry in entries) { tensors.Add(entry.Name, ReadTensor(stream, entry, buffer)); }
        return (metadata, tensors);
    }

    /// <summary>Writes a file. The same content gives the same bytes.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>, in order.</param>
    /// <param name="tensors">The tensors; float64 ones are written before float32 ones and otherwise by name, which keeps each aligned.</param>
    public static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, string>> metadata, IEnumerable<KeyValuePair<string, NamedTensor>> tensors)
    {
        KeyValuePair<string, NamedTensor>[] ordered = [.. tensors.OrderBy(static t => t.Value.Precision).ThenBy(static t => t.Key, StringComparer.Ordinal)];
        ArrayBufferWriter<byte> header = new();
        using (Utf8JsonWriter writer = new(header)) { WriteHeader(writer, metadata, ordered); }
        int padded = (header.WrittenCount + Alignment - 1) / Alignment * Alignment;
        header.GetSpan(padded - header.WrittenCount + 1).Fill((byte)' ');
        header.Advance(padded - header.WrittenCount);

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        stream.Write(length);
        stream.Write(header.WrittenSpan);
        byte[] buffer = new byte[1 << 16];
        foreach ((_, NamedTensor tensor) in ordered) { WriteTensor(stream, tensor, buffer); }
    }

    private static (byte[] Header, long DataStart) ReadHeader(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        stream.Position = 0;
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) { throw EndsEarly(); }
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the header of the safetensors file claims {length} bytes; at most {LargestHeader} are allowed."));
        }

        if ((long)length > stream.Length - 8) { throw EndsEarly(); }
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return (header, 8 + (long)length);
    }

    private static List<Entry> ParseHeader(byte[] header, Dictionary<string, string> metadata)
    {
        Utf8JsonReader reader = new(header, new JsonReaderOptions { MaxDepth = 8 });
        List<Entry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) { throw new InvalidInputException("the header of the safetensors file has two entries of the same name."); }
            if (entries.Count > MostTensors) { throw new InvalidInputException("the safetensors file has more tensors than a model needs."); }
            if (name == "__metadata__") { ParseMetadata(ref reader, metadata); }
            else { entries.Add(ParseEntry(ref reader, name)); }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) { throw new JsonException(); }
        return entries;
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            if (!metadata.TryAdd(key, reader.GetString()!)) { throw new JsonException(); }
        }
    }

    private static Entry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<int>? shape = null;
        long begin = -1, end = -1;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = [];
                    Expect(ref reader, JsonTokenType.StartArray);
                    while (reader.Read() && reader.TokenType == JsonTokenType.Number && shape.Count <= MostAxes) { shape.Add(reader.GetInt32()); }
                    if (reader.TokenType != JsonTokenType.EndArray) { throw new JsonException(); }
                    break;
                case "data_offsets":
                    Expect(ref reader, JsonTokenType.StartArray);
                    Expect(ref reader, JsonTokenType.Number);
                    begin = reader.GetInt64();
                    Expect(ref reader, JsonTokenType.Number);
                    end = reader.GetInt64();
                    Expect(ref reader, JsonTokenType.EndArray);
                    break;
                default:
                    throw new JsonException();
            }
        }

        if (type is null || shape is null) { throw new JsonException(); }
        StoredType stored = type switch
        {
            "F64" => StoredType.F64,
            "F32" => StoredType.F32,
            "F16" => StoredType.F16,
            "BF16" => StoredType.BF16,
            _ => throw new InvalidInputException($"the tensor '{Printable(name)}' of the safetensors file is not of type F64, F32, F16 or BF16."),
        };
        Int128 count = 1;
        foreach (int extent in shape)
        {
            if (extent < 0) { throw new InvalidInputException($"the tensor '{Printable(name)}' has a negative extent."); }
            count *= extent;
            if (count > int.MaxValue) { throw new InvalidInputException($"the tensor '{Printable(name)}' claims more elements than the file has bytes."); }
        }

        return new Entry(name, stored, [.. shape], (int)count, begin, end);
    }

    private static void CheckPlaces(List<Entry> entries, long available)
    {
        entries.Sort(static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long position = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != position || entry.End != entry.Begin + ((long)entry.Count * SizeOf(entry.Type)))
            {
                throw new InvalidInputException($"the tensor '{Printable(entry.Name)}' of the safetensors file does not lie where its shape and its neighbours say (gap, overlap or wrong size).");
            }

            position = entry.End;
        }

        if (position > available) { throw EndsEarly(); }
        if (position < available) { throw new InvalidInputException("the safetensors file has bytes after its last tensor: it is damaged."); }
    }

    private static NamedTensor ReadTensor(Stream stream, Entry entry, byte[] buffer)
    {
        double[] values = new double[entry.Count];
        int size = SizeOf(entry.Type), step = buffer.Length / size;
        for (int start = 0; start < values.Length; start += step)
        {
            Span<double> part = values.AsSpan(start, Math.Min(step, values.Length - start));
            Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
            stream.ReadExactly(bytes);
            Decode(bytes, entry.Type, part);
        }

        return new NamedTensor(entry.Shape, values, entry.Type == StoredType.F64 ? Precision.Float64 : Precision.Float32);
    }

    private static void Decode(ReadOnlySpan<byte> bytes, StoredType type, Span<double> values)
    {
        switch (type)
        {
            case StoredType.F64:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]); }
                break;
            case StoredType.F32:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]); }
                break;
            case StoredType.F16:
                for (int i = 0; i < values.Length; i++) { values[i] = (double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]); }
                break;
            default:
                for (int i = 0; i < values.Length; i++) { values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16); }
                break;
        }
    }

    private static void WriteHeader(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, string>> metadata, KeyValuePair<string, NamedTensor>[] tensors)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("__metadata__");
        foreach ((string key, string value) in metadata) { writer.WriteString(key, value); }
        writer.WriteEndObject();
        long position = 0;
        foreach ((string name, NamedTensor tensor) in tensors)
        {
            writer.WriteStartObject(name);
            writer.WriteString("dtype", tensor.Precision == Precision.Float64 ? "F64" : "F32");
            writer.WriteStartArray("shape");
            foreach (int extent in tensor.Shape) { writer.WriteNumberValue(extent); }
            writer.WriteEndArray();
            long end = position + ((long)tensor.Count * (tensor.Precision == Precision.Float64 ? 8 : 4));
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(position);
            writer.WriteNumberValue(end);
            writer.WriteEndArray();
            writer.WriteEndObject();
            position = end;
        }

        writer.WriteEndObject();
    }

    private static void WriteTensor(Stream stream, NamedTensor tensor, byte[] buffer)
    {
        bool isDouble = tensor.Precision == Precision.Float64;
        int size = isDouble ? 8 : 4, step = buffer.Length / size;
        for (int start = 0; start < tensor.Count; start += step)
        {
            ReadOnlySpan<double> part = tensor.Values.AsSpan(start, Math.Min(step, tensor.Count - start));
            for (int i = 0; i < part.Length; i++)
            {
                Span<byte> at = buffer.AsSpan(i * size);
                if (isDouble) { BinaryPrimitives.WriteDoubleLittleEndian(at, part[i]); }
                else { BinaryPrimitives.WriteSingleLittleEndian(at, (float)part[i]); }
            }

            stream.Write(buffer.AsSpan(0, part.Length * size));
        }
    }

    private static int SizeOf(StoredType type) => type switch { StoredType.F64 => 8, StoredType.F32 => 4, _ => 2 };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token) { throw new JsonException(); }
    }

    private static string Printable(string name)
    {
        string start = name.Length <= 100 ? name : name[..100] + "…";
        return start.Any(char.IsControl) ? "(unprintable)" : start;
    }

    private static InvalidInputException EndsEarly() => new("the safetensors file ends early (an interrupted download?).");

    private enum StoredType
    {
        F64,
        F32,
        F16,
        BF16,
    }

    private sealed record Entry(string Name, StoredType Type, int[] Shape, int Count, long Begin, long End);
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MaceSharp.Architecture;

namespace MaceSharp.Serialization.Torch;

/// <summary>
/// Writes the weights of a model as PyTorch's <c>torch.save(state_dict)</c> does: a zip archive without compression that holds a pickle (protocol 2) of an ordered dictionary
/// of tensors and one entry of raw numbers a tensor. The pickle uses nothing but what <c>torch.load(weights_only=True)</c> allows.
/// </summary>
internal sealed class StateDictWriter
{
    /// <summary>Raw numbers start on multiples of this, as PyTorch lays them out.</summary>
    private const int Alignment = 64;

    private readonly Stream _stream;
    private readonly List<Entry> _entries = [];
    private long _position;

    private StateDictWriter(Stream stream) => _stream = stream;

    /// <summary>Writes a state dictionary.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to; it need not be seekable.</param>
    public static void Write(MaceModel model, Stream stream)
    {
        StateDictWriter writer = new(stream);
        List<Tensor> tensors = [.. TensorsOf(model)];
        writer.Add("archive/data.pkl", Pickle(tensors));
        for (int i = 0; i < tensors.Count; i++) { writer.Add(string.Create(CultureInfo.InvariantCulture, $"archive/data/{i}"), tensors[i].Bytes); }
        writer.Add("archive/version", "3\n"u8.ToArray());
        writer.WriteDirectory();
    }

    /// <summary>The tensors in the order of the layout, and the three buffers that are hyper-parameters of ours.</summary>
    private static IEnumerable<Tensor> TensorsOf(MaceModel model)
    {
        HyperParameters shape = model.HyperParameters;
        yield return Tensor.OfIntegers("atomic_numbers", [shape.AtomicNumbers.Length], [.. shape.AtomicNumbers.Select(static z => (long)z)]);
        yield return Tensor.OfNumbers("r_max", [], [shape.CutoffRadius], Precision.Float64);
        yield return Tensor.OfIntegers("num_interactions", [], [shape.LayerCount]);
        foreach (TensorSpecification specification in ParameterLayout.Of(shape))
        {
            NamedTensor tensor = model[specification.Name];
            yield return Tensor.OfNumbers(specification.Name, [.. tensor.Shape], tensor.Values, tensor.Precision);
        }
    }

    private static byte[] Pickle(List<Tensor> tensors)
    {
        using MemoryStream pickle = new();
        pickle.Write([0x80, 2]);
        Global(pickle, "collections", "OrderedDict");
        pickle.Write(")R("u8);
        for (int i = 0; i < tensors.Count; i++)
        {
            Tensor tensor = tensors[i];
            Text(pickle, tensor.Name);
            Global(pickle, "torch._utils", "_rebuild_tensor_v2");

            // The arguments: storage, offset, shape, strides, requires_grad, hooks.
            pickle.Write("(("u8);
            Text(pickle, "storage");
            Global(pickle, "torch", tensor.Storage);
            Text(pickle, i.ToString(CultureInfo.InvariantCulture));
            Text(pickle, "cpu");
            Integer(pickle, tensor.Count);
            pickle.Write("tQ"u8);
            Integer(pickle, 0);
            Tuple(pickle, tensor.Shape);
            Tuple(pickle, Strides(tensor.Shape));
            pickle.WriteByte(0x89);
            Global(pickle, "collections", "OrderedDict");
            pickle.Write(")RtR"u8);
        }

        pickle.Write("u."u8);
        return pickle.ToArray();
    }

    private static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    private static void Global(Stream pickle, string module, string name) => pickle.Write(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    private static void Text(Stream pickle, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        pickle.WriteByte((byte)'X');
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        pickle.Write(length);
        pickle.Write(bytes);
    }

    private static void Integer(Stream pickle, int value)
    {
        pickle.WriteByte((byte)'J');
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        pickle.Write(bytes);
    }

    private static void Tuple(Stream pickle, int[] values)
    {
        pickle.WriteByte((byte)'(');
        foreach (int value in values) { Integer(pickle, value); }
        pickle.WriteByte((byte)'t');
    }

    /// <summary>Writes an entry; an extra field of the header pads it so that its content is aligned.</summary>
    private void Add(string name, byte[] content)
    {
        byte[] path = Encoding.UTF8.GetBytes(name);
        long start = _position + 30 + path.Length;
        int padding = (int)((Alignment - ((start + 4) % Alignment)) % Alignment);
        uint checksum = Crc32.Compute(content);
        _entries.Add(new Entry(path, checksum, (uint)content.Length, (uint)_position));
        byte[] header = new byte[30 + path.Length + 4 + padding];
        Span<byte> at = header;
        BinaryPrimitives.WriteUInt32LittleEndian(at, 0x04034b50);
        BinaryPrimitives.WriteUInt32LittleEndian(at[14..], checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(at[18..], (uint)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(at[22..], (uint)content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at[26..], (ushort)path.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at[28..], (ushort)(4 + padding));
        path.CopyTo(at[30..]);
        "FB"u8.CopyTo(at[(30 + path.Length)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(at[(32 + path.Length)..], (ushort)padding);
        at[(34 + path.Length)..].Fill((byte)'Z');
        Write(header);
        Write(content);
    }

    private void WriteDirectory()
    {
        long start = _position;
        foreach (Entry entry in _entries)
        {
            byte[] record = new byte[46 + entry.Path.Length];
            Span<byte> at = record;
            BinaryPrimitives.WriteUInt32LittleEndian(at, 0x02014b50);
            BinaryPrimitives.WriteUInt32LittleEndian(at[16..], entry.Checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(at[20..], entry.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(at[24..], entry.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(at[28..], (ushort)entry.Path.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(at[42..], entry.Offset);
            entry.Path.CopyTo(at[46..]);
            Write(record);
        }

        byte[] end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(_position - start));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)start);
        Write(end);
    }

    private void Write(byte[] bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
        if (_position > uint.MaxValue) { throw new Atoms.InvalidInputException("the state dictionary would be larger than 4 GB, which this writer does not do."); }
    }

    private sealed record Entry(byte[] Path, uint Checksum, uint Length, uint Offset);

    private sealed record Tensor(string Name, string Storage, int[] Shape, int Count, byte[] Bytes)
    {
        public static Tensor OfIntegers(string name, int[] shape, long[] values)
        {
            byte[] bytes = new byte[8 * values.Length];
            for (int i = 0; i < values.Length; i++) { BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), values[i]); }
            return new Tensor(name, "LongStorage", shape, values.Length, bytes);
        }

        public static Tensor OfNumbers(string name, int[] shape, double[] values, Precision precision)
        {
            int size = precision == Precision.Float64 ? 8 : 4;
            byte[] bytes = new byte[size * values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                if (size == 8) { BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]); }
                else { BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), (float)values[i]); }
            }

            return new Tensor(name, size == 8 ? "DoubleStorage" : "FloatStorage", shape, values.Length, bytes);
        }
    }
}

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>A file that a data set was made of.</summary>
/// <param name="Name">Its name as it was given, with the selection of frames.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, hexadecimal.</param>
/// <param name="Frames">Number of frames that were taken; −1 while this is not known.</param>
internal sealed record PreparedSource(string Name, long Bytes, string Sha256, int Frames)
{
    /// <summary>The name without the selection of frames, as it stands in <see cref="Structure.Origin"/>.</summary>
    public string Path { get; } = FrameSlice.ParsePath(Name).Path;
}

/// <summary>What a prepared data set is and what it was made of: the content of <c>dataset.json</c>, and of <c>unfinished.json</c> while there are no shards in it.</summary>
internal sealed record PreparedManifest
{
    /// <summary>The file of a complete data set.</summary>
    public const string FileName = "dataset.json";

    /// <summary>The file of one that is being made.</summary>
    public const string UnfinishedName = "unfinished.json";

    private const string Format = "macesharp-dataset";
    private const int Version = 1;
    private const long MostBytes = 1 << 28;
    private const string ChecksumKey = "\"checksum\": \"";

    /// <summary>Cutoff of the neighbours, Å.</summary>
    public required double Cutoff { get; init; }

    /// <summary>Keys under which the labels stood.</summary>
    public required TrainingKeys Keys { get; init; }

    /// <summary>A shard ends with the frame that takes its records beyond this.</summary>
    public required long ShardBytes { get; init; }

    /// <summary>The files.</summary>
    public required ImmutableArray<PreparedSource> Sources { get; init; }

    /// <summary>The shards; none while the data set is not complete.</summary>
    public ImmutableArray<ShardSummary> Shards { get; init; } = [];

    /// <summary>Number of frames.</summary>
    public int FrameCount => Shards.Sum(static s => s.Frames);

    /// <summary>A number for everything that decides about the bytes of the shards.</summary>
    public UInt128 Id => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData((this with { Shards = [], Sources = [.. Sources.Select(static s => s with { Frames = -1 })] }).ToBytes()));

    /// <summary>The content of the file.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" })) { Write(writer); }
        stream.WriteByte((byte)'\n');
        byte[] bytes = stream.ToArray();
        Encoding.ASCII.GetBytes(Checksum(bytes)).CopyTo(bytes.AsSpan(PlaceOfChecksum(bytes)));
        return bytes;
    }

    /// <summary>Reads the file of a folder.</summary>
    /// <exception cref="InvalidInputException">It is damaged or not such a file.</exception>
    public static PreparedManifest Read(string path)
    {
        byte[] bytes;
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MostBytes) { throw Damaged(path, "is too long to be one"); }
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format) { throw Damaged(path, "is not one"); }
            int version = root.GetProperty("format_version").GetInt32();
            int place = PlaceOfChecksum(bytes);
            if (place < 0 || root.GetProperty("checksum").GetString() is not { } checksum) { throw Damaged(path, "has no checksum"); }
            if (checksum != Checksum(bytes)) { throw Damaged(path, "is damaged: it does not fit its checksum"); }
            if (version != Version) { throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"has version {version} of the format, which this mace does not read; it reads version {Version}")); }
            JsonElement keys = root.GetProperty("keys");
            PreparedManifest manifest = new()
            {
                Cutoff = root.GetProperty("r_max").GetDouble(),
                ShardBytes = root.GetProperty("shard_bytes").GetInt64(),
                Keys = new TrainingKeys
                {
                    Energy = Text(keys, "energy"),
                    Forces = Text(keys, "forces"),
                    Stress = Text(keys, "stress"),
                    Virials = Text(keys, "virials"),
                    Dipole = Text(keys, "dipole"),
                    Polarizability = Text(keys, "polarizability"),
                    Charges = Text(keys, "charges"),
                },
                Sources = [.. root.GetProperty("sources").EnumerateArray().Select(static s => new PreparedSource(Text(s, "file"), s.GetProperty("bytes").GetInt64(), Text(s, "sha256"), s.GetProperty("frames").GetInt32()))],
                Shards = [.. root.GetProperty("shards").EnumerateArray().Select(static s => new ShardSummary(s.GetProperty("bytes").GetInt64(), s.GetProperty("frames").GetInt32(), uint.Parse(Text(s, "crc32c"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))],
            };
            return manifest.IsSensible ? manifest : throw Damaged(path, "contradicts itself");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw Damaged(path, "is damaged", exception);
        }
    }

    private bool IsSensible => Cutoff is > 0 and < 1e6 && ShardBytes > 0 && !Sources.IsEmpty && Sources.All(static s => s.Frames >= -1)
        && Shards.All(static s => s.Frames > 0 && s.Bytes > 0) && Shards.Sum(static s => (long)s.Frames) <= Array.MaxLength
        && (Shards.IsEmpty || (Sources.All(static s => s.Frames >= 0) && Sources.Sum(static s => (long)s.Frames) == Shards.Sum(static s => (long)s.Frames)));

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteNumber("format_version", Version);
        writer.WriteString("byte_order", "little-endian");
        writer.WriteNumber("r_max", Cutoff);
        writer.WriteNumber("shard_bytes", ShardBytes);
        writer.WriteStartObject("keys");
        writer.WriteString("energy", Keys.Energy);
        writer.WriteString("forces", Keys.Forces);
        writer.WriteString("stress", Keys.Stress);
        writer.WriteString("virials", Keys.Virials);
        writer.WriteString("dipole", Keys.Dipole);
        writer.WriteString("polarizability", Keys.Polarizability);
        writer.WriteString("charges", Keys.Charges);
        writer.WriteEndObject();
        writer.WriteStartArray("sources");
        foreach (PreparedSource source in Sources)
        {
            writer.WriteStartObject();
            writer.WriteString("file", source.Name);
            writer.WriteNumber("bytes", source.Bytes);
            writer.WriteString("sha256", source.Sha256);
            writer.WriteNumber("frames", source.Frames);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("frames", FrameCount);
        writer.WriteStartArray("shards");
        for (int i = 0; i < Shards.Length; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("file", ShardWriter.NameOf(i));
            writer.WriteNumber("bytes", Shards[i].Bytes);
            writer.WriteNumber("frames", Shards[i].Frames);
            writer.WriteString("crc32c", Shards[i].Checksum.ToString("x8", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("checksum", "00000000");
        writer.WriteEndObject();
    }

    /// <summary>The checksum of the file with zeros where it stands.</summary>
    private static string Checksum(ReadOnlySpan<byte> bytes)
    {
        int place = PlaceOfChecksum(bytes);
        Crc32C sum = default;
        sum.Add(bytes[..place]);
        sum.Add("00000000"u8);
        sum.Add(bytes[(place + 8)..]);
        return sum.Value.ToString("x8", CultureInfo.InvariantCulture);
    }

    private static int PlaceOfChecksum(ReadOnlySpan<byte> bytes)
    {
        int key = bytes.LastIndexOf(Encoding.ASCII.GetBytes(ChecksumKey));
        return key < 0 || key + ChecksumKey.Length + 8 > bytes.Length ? -1 : key + ChecksumKey.Length;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException();

    private static InvalidInputException Damaged(string path, string what, Exception? inner = null)
    {
        string message = $"{path}, which should describe a data set of mace data prepare, {what}; prepare the data set again.";
        return inner is null ? new InvalidInputException(message) : new InvalidInputException(message, inner);
    }
}

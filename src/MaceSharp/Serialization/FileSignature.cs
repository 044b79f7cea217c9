using System.Buffers.Binary;
using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Safetensors;

namespace MaceSharp.Serialization;

/// <summary>Recognises a file by its first bytes.</summary>
internal static class FileSignature
{
    private const int HeadLength = 1 << 16;

    /// <summary>Formats that can hold a model.</summary>
    public enum Format
    {
        /// <summary>A zip archive, as torch.save writes it.</summary>
        Zip,

        /// <summary>A safetensors file.</summary>
        Safetensors,
    }

    /// <summary>Tells what a file is.</summary>
    /// <param name="stream">A seekable stream; its position is changed.</param>
    /// <exception cref="InvalidInputException">The file cannot be a model; the sentence says what it is.</exception>
    public static Format Recognize(Stream stream)
    {
        byte[] buffer = new byte[Math.Min(HeadLength, stream.Length)];
        stream.Position = 0;
        ReadOnlySpan<byte> head = buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (head.IsEmpty) { throw new InvalidInputException("the file is empty."); }
        if (head.StartsWith("PK\x03\x04"u8)) { return Format.Zip; }
        if (head.Length >= 9 && head[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) <= SafetensorsFile.LargestHeader) { return Format.Safetensors; }
        throw new InvalidInputException(Describe(head));
    }

    private static string Describe(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\x05\x06"u8)) { return "the file is an empty zip archive."; }
        if (IsLegacyTorch(head)) { return "the file is of the PyTorch format before 1.6; load it with a newer PyTorch and save it again with torch.save(model, path)."; }
        if (head.Length >= 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5) { return "the file is a bare pickle, not a file of torch.save."; }
        if (head.StartsWith("version https://git-lfs"u8)) { return "the file is a git-LFS pointer, not the model it points to; fetch it with 'git lfs pull'."; }
        if (IsOnnx(head)) { return "the file is an ONNX model; use the .model file of mace-torch."; }
        if (head.Length > 6 && head[0] == 0x89 && head[1..].StartsWith("HDF\r\n"u8)) { return "the file is an HDF5 file, not a model."; }
        if (head.Length > 6 && head[0] == 0x93 && head[1..].StartsWith("NUMPY"u8)) { return "the file is a NumPy array, not a model."; }
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) { return "the file is compressed with gzip; unpack it first."; }
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8)) { return "the file is a tar archive, not a model."; }
        return IsText(head) ? DescribeText(Encoding.UTF8.GetString(head)) : "the file is not a model: neither a file of torch.save nor safetensors.";
    }

    private static string DescribeText(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan().TrimStart().TrimStart('\uFEFF');
        if (start.StartsWith("<", StringComparison.Ordinal))
        {
            return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
                ? "the file is an HTML page, not a model; the download led to a web page."
                : "the file is an XML or HTML document, not a model.";
        }

        if (start.StartsWith("{", StringComparison.Ordinal) || start.StartsWith("[", StringComparison.Ordinal))
        {
            return text.Contains("radial_spl", StringComparison.Ordinal) || (text.Contains("\"r_cut\"", StringComparison.Ordinal) && text.Contains("\"num_channels\"", StringComparison.Ordinal))
                ? "the file is a model converted for symmetrix (JSON); use the .model file it was made from."
                : "the file is JSON, not a model.";
        }

        return "the file is text, not a model.";
    }

    /// <summary>The old format starts with a pickle of the number 0x1950a86a20f9469cfc6c.</summary>
    private static bool IsLegacyTorch(ReadOnlySpan<byte> head) =>
        head.Length >= 14 && head[0] == 0x80 && head[2..].StartsWith((ReadOnlySpan<byte>)[0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);

    /// <summary>A protocol buffer that starts with a small version number (field 1) and the name of its producer (field 2).</summary>
    private static bool IsOnnx(ReadOnlySpan<byte> head) =>
        head.Length > 16 && head[0] == 0x08 && head[1] is >= 1 and < 32 && head[2] == 0x12 && head[3] is >= 1 and < 64;

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (byte value in head[..Math.Min(head.Length, 1024)])
        {
            if (value < 32 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')) { return false; }
        }

        return true;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MaceSharp.TestSupport;

/// <summary>An array of an .npz file in row-major order.</summary>
internal sealed record NpyArray(int[] Shape, double[] Values);

/// <summary>Reads the arrays of doubles of an .npz file (NEP 1: a zip archive of .npy files), in either memory order.</summary>
internal static partial class NpzFile
{
    public static Dictionary<string, NpyArray> Read(string path)
    {
        Dictionary<string, NpyArray> arrays = [];
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream memory = new();
            stream.CopyTo(memory);
            arrays.Add(entry.FullName[..^".npy".Length], Parse(memory.ToArray()));
        }

        return arrays;
    }

    private static NpyArray Parse(byte[] bytes)
    {
        bool longHeader = bytes[6] >= 2;
        int headerLength = longHeader ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        int start = longHeader ? 12 : 10;
        string header = Encoding.Latin1.GetString(bytes, start, headerLength);
        Match match = HeaderPattern().Match(header);
        if (!match.Success) { throw new InvalidDataException($"The array has the header {header}, not one of doubles."); }

        int[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static s => int.Parse(s, CultureInfo.InvariantCulture))];
        double[] values = MemoryMarshal.Cast<byte, double>(bytes.AsSpan(start + headerLength)).ToArray();
        return new NpyArray(shape, match.Groups["order"].Value == "True" ? Transpose(values, shape) : values);
    }

    /// <summary>From first index fastest to last index fastest.</summary>
    private static double[] Transpose(double[] values, int[] shape)
    {
        double[] result = new double[values.Length];
        int[] index = new int[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int source = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--) { source = (source * shape[axis]) + index[axis]; }
            result[i] = values[source];
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) { index[axis] = 0; }
        }

        return result;
    }

    [GeneratedRegex(@"'descr': '<f8', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[\d, ]*)\)")]
    private static partial Regex HeaderPattern();
}

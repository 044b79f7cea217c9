using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;

namespace MaceSharp.Training;

/// <summary>
/// Data of a frame besides atoms and labels that training may ask for: numbers of the whole structure (total charge, spin, other inputs of a model), its <c>config_type</c>,
/// and partial charges of the atoms. Everything else of a frame is left out of a prepared data set.
/// </summary>
internal static class FrameExtras
{
    private const byte OfStructure = 0;
    private const byte OfAtoms = 1;

    /// <summary>The data as bytes: scope, kind, length of the key, length of the value, key, value; entry after entry.</summary>
    public static byte[] Encode(Structure structure)
    {
        using MemoryStream stream = new();
        foreach ((string key, DataArray value) in structure.Info)
        {
            if (value.Count == 1 && (value.Kind != DataKind.Text || key == "config_type")) { Write(stream, OfStructure, key, value); }
        }

        foreach (string key in GraphFeature.PartialChargeKeys)
        {
            if (structure.Arrays.TryGetValue(key, out DataArray? value) && value.Count == structure.Count && value.Kind is DataKind.Real or DataKind.Integer) { Write(stream, OfAtoms, key, value!); }
        }

        return stream.ToArray();
    }

    /// <summary>Gives a structure its data back.</summary>
    /// <returns>Whether the bytes make sense.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Structure structure)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < 8) { return false; }
            byte scope = bytes[0], kind = bytes[1];
            int keyLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            uint valueLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            if (keyLength == 0 || (ulong)keyLength + valueLength > (ulong)(bytes.Length - 8)) { return false; }
            ReadOnlySpan<byte> value = bytes.Slice(8 + keyLength, (int)valueLength);
            string key = Encoding.UTF8.GetString(bytes.Slice(8, keyLength));
            int count = scope == OfStructure ? 1 : structure.Count;
            if (scope > OfAtoms || !TryRead((DataKind)kind, value, count, scope == OfStructure, out DataArray? data)) { return false; }
            if (!(scope == OfStructure ? structure.Info : structure.Arrays).TryAdd(key, data!)) { return false; }
            bytes = bytes[(8 + keyLength + (int)valueLength)..];
        }

        return true;
    }

    private static void Write(MemoryStream stream, byte scope, string key, DataArray value)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        byte[] content = value.Kind switch
        {
            DataKind.Boolean => [value.Booleans[0] ? (byte)1 : (byte)0],
            DataKind.Integer => MemoryMarshal.AsBytes(value.Integers).ToArray(),
            DataKind.Real => MemoryMarshal.AsBytes(value.Reals).ToArray(),
            _ => Encoding.UTF8.GetBytes(value.Texts[0]),
        };
        if (name.Length is 0 or > ushort.MaxValue) { return; }
        Span<byte> header = stackalloc byte[8];
        header[0] = scope;
        header[1] = (byte)value.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)content.Length);
        stream.Write(header);
        stream.Write(name);
        stream.Write(content);
    }

    private static bool TryRead(DataKind kind, ReadOnlySpan<byte> value, int count, bool isScalar, out DataArray? data)
    {
        data = null;
        if (kind is DataKind.Integer or DataKind.Real && value.Length != 8L * count) { return false; }
        if (!isScalar && kind is not (DataKind.Integer or DataKind.Real)) { return false; }
        data = kind switch
        {
            DataKind.Boolean when value.Length == 1 => DataArray.Of(value[0] != 0),
            DataKind.Integer when isScalar => DataArray.Of(BinaryPrimitives.ReadInt64LittleEndian(value)),
            DataKind.Integer => DataArray.Of(MemoryMarshal.Cast<byte, long>(value).ToArray()),
            DataKind.Real when isScalar => DataArray.Of(BinaryPrimitives.ReadDoubleLittleEndian(value)),
            DataKind.Real => DataArray.Of(MemoryMarshal.Cast<byte, double>(value).ToArray()),
            DataKind.Text => DataArray.Of(Encoding.UTF8.GetString(value)),
            _ => null,
        };
        return data is not null;
    }
}

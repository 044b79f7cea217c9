using System.Buffers.Binary;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>Element types of torch storages.</summary>
internal enum TorchElement
{
    Double,
    Float,
    Half,
    BFloat16,
    Long,
    Int,
    Short,
    SByte,
    Byte,
    Bool,
}

/// <summary>A strided view of a storage, as a pickle describes a tensor; checked, but not yet read.</summary>
/// <param name="Element">Type of the elements.</param>
/// <param name="StorageKey">Name of the storage below <c>data/</c>.</param>
/// <param name="StorageCount">Number of elements of the storage.</param>
/// <param name="Offset">First element.</param>
/// <param name="Shape">Extent of every axis.</param>
/// <param name="Strides">Distance of neighbours along every axis, in elements.</param>
internal sealed record TorchTensor(TorchElement Element, string StorageKey, long StorageCount, long Offset, int[] Shape, long[] Strides)
{
    private const int MostAxes = 16;

    /// <summary>Number of elements.</summary>
    public int Count { get; private init; }

    /// <summary>Bytes an element takes in the file.</summary>
    public int ElementSize => Element switch
    {
        TorchElement.Double or TorchElement.Long => 8,
        TorchElement.Float or TorchElement.Int => 4,
        TorchElement.Half or TorchElement.BFloat16 or TorchElement.Short => 2,
        _ => 1,
    };

    /// <summary>Precision in which the values are kept: double for double and integers, single for everything narrower.</summary>
    public Precision Precision => Element is TorchElement.Float or TorchElement.Half or TorchElement.BFloat16 ? Precision.Float32 : Precision.Float64;

    /// <summary>Whether a pickled value is a tensor or a parameter.</summary>
    public static bool IsTensor(object? value) => value is PickleObject { Callable.FullName: var name }
        && (name.StartsWith("torch._utils._rebuild_", StringComparison.Ordinal) || name == "torch._tensor._rebuild_from_type_v2");

    /// <summary>Interprets a pickled tensor or parameter.</summary>
    /// <param name="value">The pickled value.</param>
    /// <param name="name">How to call it in a sentence.</param>
    /// <exception cref="InvalidInputException">The value is not a tensor, or describes one that does not fit its storage.</exception>
    public static TorchTensor Parse(object? value, string name)
    {
        object?[] arguments = Unwrap(value, name);
        if (arguments is not [PicklePersistentId { Id: PickleTuple { Items: [_, PickleGlobal storage, string key, _, long storageCount, ..] } }, long offset, PickleTuple size, PickleTuple stride, ..])
        {
            throw new InvalidInputException($"the tensor '{name}' is not stored as torch.save stores a tensor.");
        }

        TorchElement element = storage.FullName switch
        {
            "torch.DoubleStorage" => TorchElement.Double,
            "torch.FloatStorage" => TorchElement.Float,
            "torch.HalfStorage" => TorchElement.Half,
            "torch.BFloat16Storage" => TorchElement.BFloat16,
            "torch.LongStorage" => TorchElement.Long,
            "torch.IntStorage" => TorchElement.Int,
            "torch.ShortStorage" => TorchElement.Short,
            "torch.CharStorage" => TorchElement.SByte,
            "torch.ByteStorage" => TorchElement.Byte,
            "torch.BoolStorage" => TorchElement.Bool,
            _ => throw new InvalidInputException($"the tensor '{name}' has elements of type {storage.FullName}, which MACE does not use."),
        };
        if (key.Length is 0 or > 20 || !key.All(char.IsAsciiDigit)) { throw new InvalidInputException($"the tensor '{name}' lies in a storage without a number."); }
        return Check(new TorchTensor(element, key, storageCount, offset, ReadShape(size, name), ReadStrides(stride, name)), name);
    }

    /// <summary>Copies the view out of its storage, in row-major order.</summary>
    /// <param name="storage">The bytes of the storage, little endian.</param>
    public NamedTensor Materialize(ReadOnlySpan<byte> storage)
    {
        double[] values = new double[Count];
        if (Count > 0 && IsContiguous()) { Convert(storage.Slice(checked((int)(Offset * ElementSize)), Count * ElementSize), values); }
        else if (Count > 0) { Gather(storage, values); }
        return new NamedTensor(Shape, values, Precision);
    }

    private static object?[] Unwrap(object? value, string name)
    {
        // A parameter wraps a tensor; a typed tensor wraps the call that makes it.
        for (int depth = 0; depth < 8 && value is PickleObject made; depth++)
        {
            object?[] arguments = made.Arguments.Items;
            switch (made.Callable.FullName)
            {
                case "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor":
                    return arguments;
                case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" when arguments.Length > 0:
                    value = arguments[0];
                    break;
                case "torch._tensor._rebuild_from_type_v2" when arguments is [PickleGlobal function, _, PickleTuple inner, ..]:
                    value = new PickleObject(function, inner);
                    break;
                default:
                    throw new InvalidInputException($"the tensor '{name}' is made by {made.Callable.FullName}, which MACE does not use.");
            }
        }

        throw new InvalidInputException($"'{name}' is not a tensor.");
    }

    private static int[] ReadShape(PickleTuple size, string name)
    {
        if (size.Items.Length > MostAxes) { throw new InvalidInputException($"the tensor '{name}' has more than {MostAxes} axes."); }
        int[] shape = new int[size.Items.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = size.Items[i] is long extent and >= 0 and <= int.MaxValue
                ? (int)extent
                : throw new InvalidInputException($"the tensor '{name}' has an axis of an impossible extent.");
        }

        return shape;
    }

    private static long[] ReadStrides(PickleTuple stride, string name)
    {
        if (stride.Items.Length > MostAxes) { throw new InvalidInputException($"the tensor '{name}' has more than {MostAxes} axes."); }
        long[] strides = new long[stride.Items.Length];
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] = stride.Items[i] is long step and >= 0
                ? step
                : throw new InvalidInputException($"the tensor '{name}' has a negative or missing stride.");
        }

        return strides;
    }

    private static TorchTensor Check(TorchTensor tensor, string name)
    {
        if (tensor.Shape.Length != tensor.Strides.Length) { throw new InvalidInputException($"the tensor '{name}' has {tensor.Shape.Length} axes but {tensor.Strides.Length} strides."); }
        if (tensor.Offset < 0 || tensor.StorageCount < 0) { throw new InvalidInputException($"the tensor '{name}' has a negative offset or size."); }
        Int128 count = 1, last = tensor.Offset;
        for (int i = 0; i < tensor.Shape.Length; i++)
        {
            count *= tensor.Shape[i];
            last += (Int128)Math.Max(0, tensor.Shape[i] - 1) * tensor.Strides[i];
            if (count > int.MaxValue || last > long.MaxValue) { break; }
        }

        if (count > 0 && (count > tensor.StorageCount || count > int.MaxValue || last >= tensor.StorageCount))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the tensor '{name}' claims elements beyond its storage of {tensor.StorageCount}."));
        }

        return tensor with { Count = (int)count };
    }

    private bool IsContiguous()
    {
        long expected = 1;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            if (Shape[i] != 1 && Strides[i] != expected) { return false; }
            expected *= Shape[i];
        }

        return true;
    }

    private void Gather(ReadOnlySpan<byte> storage, double[] values)
    {
        Span<int> index = stackalloc int[MostAxes];
        index.Clear();
        long position = Offset;
        for (int i = 0; i < values.Length; i++)
        {
            Convert(storage.Slice(checked((int)(position * ElementSize)), ElementSize), values.AsSpan(i, 1));
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                position += Strides[axis];
                if (++index[axis] < Shape[axis]) { break; }
                position -= Strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }
    }

    private void Convert(ReadOnlySpan<byte> bytes, Span<double> values)
    {
        switch (Element)
        {
            case TorchElement.Double:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]); }
                break;
            case TorchElement.Float:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]); }
                break;
            case TorchElement.Half:
                for (int i = 0; i < values.Length; i++) { values[i] = (double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]); }
                break;
            case TorchElement.BFloat16:
                for (int i = 0; i < values.Length; i++) { values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16); }
                break;
            case TorchElement.Long:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]); }
                break;
            case TorchElement.Int:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]); }
                break;
            case TorchElement.Short:
                for (int i = 0; i < values.Length; i++) { values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]); }
                break;
            case TorchElement.SByte:
                for (int i = 0; i < values.Length; i++) { values[i] = (sbyte)bytes[i]; }
                break;
            default:
                for (int i = 0; i < values.Length; i++) { values[i] = bytes[i]; }
                break;
        }
    }
}

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>Reads numbers, lists and irreps out of pickled attributes, in every form that versions of mace-torch wrote them.</summary>
internal sealed class TorchValues(TorchArchive archive)
{
    private const int MostBlocks = 64;

    /// <summary>A number: a Python number, a tensor of one element, or a NumPy scalar.</summary>
    public double Number(object? value, string name)
    {
        switch (value)
        {
            case long integer: return integer;
            case double real: return real;
            case bool flag: return flag ? 1 : 0;
            case PickleObject { Callable.FullName: "numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar", Arguments.Items: [PickleObject type, var bytes] }:
                return NumpyScalar(type, bytes, name);
        }

        if (!TorchTensor.IsTensor(value)) { throw new InvalidInputException($"'{name}' is not a number."); }
        NamedTensor tensor = archive.ReadTensor(value, name);
        return tensor.Count == 1 ? tensor.Values[0] : throw new InvalidInputException($"'{name}' has {tensor.Count} elements where one number belongs.");
    }

    /// <summary>A whole number of moderate size.</summary>
    public int Integer(object? value, string name)
    {
        double number = Number(value, name);
        return number == Math.Floor(number) && Math.Abs(number) < 1 << 30 ? (int)number : throw new InvalidInputException($"'{name}' is not a whole number of moderate size.");
    }

    /// <summary>A whole number of a module.</summary>
    public int Integer(TorchModule module, string name) => Integer(Attribute(module, name), module.PathOf(name));

    /// <summary>A truth value of a module, false when absent or None.</summary>
    public bool Flag(TorchModule module, string name, bool absent = false) =>
        module.TryAttribute(name, out object? value) && value is not null ? Number(value, module.PathOf(name)) != 0 : absent;

    /// <summary>A list or tuple.</summary>
    public static IReadOnlyList<object?>? List(object? value) => value switch
    {
        PickleList list => list.Items,
        PickleTuple tuple => tuple.Items,
        PickleObject { Callable.FullName: "torch.Size", Arguments.Items: [PickleTuple tuple] } => tuple.Items,
        _ => null,
    };

    /// <summary>A list of whole numbers.</summary>
    public ImmutableArray<int> Integers(object? value, string name)
    {
        IReadOnlyList<object?> list = List(value) ?? throw new InvalidInputException($"'{name}' is not a list of numbers.");
        return list.Count <= 4096 ? [.. list.Select(v => Integer(v, name))] : throw new InvalidInputException($"'{name}' is a list of {list.Count} numbers, far more than make sense.");
    }

    /// <summary>A tensor, or a list, of a few whole numbers.</summary>
    public ImmutableArray<int> IntegerVector(object? value, string name)
    {
        if (!TorchTensor.IsTensor(value)) { return Integers(value, name); }
        double[] numbers = TorchTensor.Parse(value, name).Count <= 4096 ? archive.ReadTensor(value, name).Values : [];
        return [.. numbers.Select(v => Integer(v, name))];
    }

    /// <summary>Irreps of a module.</summary>
    /// <exception cref="InvalidInputException">There are none of this name, or they are impossible.</exception>
    public static Irreps Irreps(TorchModule module, string name) => TryIrreps(Attribute(module, name), out Irreps? irreps)
        ? irreps
        : throw new InvalidInputException($"'{module.PathOf(name)}' is not a sum of irreps such as 128x0e+128x1o.");

    /// <summary>Irreps written as an e3nn object or as text.</summary>
    public static bool TryIrreps(object? value, [NotNullWhen(true)] out Irreps? irreps)
    {
        irreps = null;
        if (value is string text) { return text.Length < 1024 && Equivariance.Irreps.TryParse(text, out irreps); }
        if (value is not PickleObject { Callable.FullName: "e3nn.o3._irreps.Irreps" } sum) { return false; }
        if (sum.Arguments.Items.Length == 0)
        {
            irreps = Equivariance.Irreps.Empty;
            return true;
        }

        if (List(sum.Arguments.Items[0]) is not { Count: <= MostBlocks } terms) { return false; }
        List<IrrepBlock> blocks = [];
        foreach (object? term in terms)
        {
            if (term is not PickleObject { Arguments.Items: var factors } || factors is [PickleTuple inner] && (factors = inner.Items) is null
                || factors is not [long multiplicity, PickleObject { Arguments.Items: [PickleTuple { Items: [long degree, long parity] }] }]
                || multiplicity is < 0 or > 1 << 20 || degree is < 0 or > 12 || parity is not (1 or -1))
            {
                return false;
            }

            blocks.Add(new IrrepBlock((int)multiplicity, new Irrep((int)degree, (int)parity)));
        }

        irreps = new Irreps(blocks);
        return true;
    }

    /// <summary>An attribute of a module.</summary>
    /// <exception cref="InvalidInputException">There is none of this name.</exception>
    public static object? Attribute(TorchModule module, string name) => module.TryAttribute(name, out object? value)
        ? value
        : throw new InvalidInputException($"the model has no '{module.PathOf(name)}', which every MACE model of its class has.");

    /// <summary>A parameter, buffer or attribute of a module.</summary>
    public static object? TensorOrAttribute(TorchModule module, string name) => module.TryTensor(name) ?? Attribute(module, name);

    private static double NumpyScalar(PickleObject type, object? bytes, string name)
    {
        string code = type.Arguments.Items is [string text, ..] ? text : string.Empty;
        byte[]? data = bytes switch
        {
            byte[] raw => raw,
            // Protocol 2 has no bytes: they are written as text to be encoded.
            PickleObject { Callable.FullName: "_codecs.encode", Arguments.Items: [string latin, ..] } when latin.All(static c => c < 256) => [.. latin.Select(static c => (byte)c)],
            _ => null,
        };
        return (code, data?.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(data),
            ("f4", 4) => BinaryPrimitives.ReadSingleLittleEndian(data),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(data),
            ("i4", 4) => BinaryPrimitives.ReadInt32LittleEndian(data),
            ("b1", 1) => data![0],
            _ => throw new InvalidInputException($"'{name}' is a NumPy value of a type that is not a plain number."),
        };
    }
}

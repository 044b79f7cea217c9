using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Architecture;

/// <summary>Makes a model into another one that computes the same: other precision, one head, fewer elements, more elements.</summary>
/// <remarks>
/// Where evaluation divides by the square root of a number of inputs that changes, the weights are rescaled to make up for it.
/// Rescaled weights are rounded to the precision in which they are stored, so energies stay equal to the rounding of that precision.
/// </remarks>
public static class ModelTransforms
{
    private const string AtomicEnergies = "atomic_energies_fn.atomic_energies";

    /// <summary>Stores the weights in another precision.</summary>
    /// <param name="model">The model.</param>
    /// <param name="precision">The precision of the result.</param>
    /// <remarks>
    /// E0, scale and shift keep the precision they have: they are a handful of numbers, and an E0 of 10⁴ eV rounded to float32 would be off by 10⁻³ eV.
    /// Widening changes no value.
    /// </remarks>
    /// <exception cref="InvalidInputException">A weight is too large for float32.</exception>
    public static MaceModel ToPrecision(MaceModel model, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model with
        {
            Tensors = model.Tensors.ToImmutableSortedDictionary(static t => t.Key, t => IsEnergy(t.Key) ? t.Value : Convert(t.Key, t.Value, precision), StringComparer.Ordinal),
        };
    }

    /// <summary>Keeps one head of a model of several.</summary>
    /// <param name="model">The model.</param>
    /// <param name="head">Name of the head.</param>
    /// <exception cref="InvalidInputException">The model has no such head.</exception>
    public static MaceModel SelectHead(MaceModel model, string head)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(head);
        HyperParameters shape = model.HyperParameters;
        int index = shape.Heads.IndexOf(head, 0, shape.Heads.Length, StringComparer.Ordinal), heads = shape.Heads.Length;
        if (index < 0) { throw new InvalidInputException($"The model has no head '{head}'; it has {string.Join(", ", shape.Heads)}."); }
        if (heads == 1) { return model; }

        int hidden = shape.MlpIrreps[0].Multiplicity;
        Range own = new(index, index + 1), ownHidden = new(index * hidden, (index + 1) * hidden);

        // The hidden layer belongs to the heads in turn. Its sums are divided by √(number of all hidden units), masked ones included.
        double share = 1 / Math.Sqrt(heads);
        string last = string.Create(CultureInfo.InvariantCulture, $"readouts.{(shape.UseLastReadoutOnly ? 0 : shape.LayerCount - 1)}");
        bool hasHidden = shape.LayerCount > 1;
        var tensors = model.Tensors.ToBuilder();
        foreach ((string name, NamedTensor tensor) in model.Tensors)
        {
            NamedTensor? part = name switch
            {
                AtomicEnergies => Block(tensor, heads, own, .., 1, [1, tensor.Count / heads]),
                "scale_shift.scale" or "scale_shift.shift" => Block(tensor, 1, .., own, 1, [1]),
                "embedding_readout.linear.weight" => Columns(tensor, heads, own),
                _ when !name.StartsWith("readouts.", StringComparison.Ordinal) => null,
                _ when hasHidden && name == last + ".linear_1.weight" => Columns(tensor, heads * hidden, ownHidden),
                _ when hasHidden && name == last + ".linear_mid.weight" => Block(tensor, heads * hidden, ownHidden, ownHidden, share),
                _ when hasHidden && name == last + ".linear_mid.bias" => Block(tensor, 1, .., ownHidden, 1),
                _ when hasHidden && name == last + ".linear_2.weight" => Block(tensor, heads * hidden, ownHidden, own, share),
                _ when hasHidden && name == last + ".linear_2.bias" => Block(tensor, 1, .., own, 1),
                _ => Columns(tensor, heads, own),
            };
            if (part is not null) { tensors[name] = part; }
        }

        return Checked(model with { HyperParameters = shape with { Heads = [head] }, Tensors = tensors.ToImmutable() });
    }

    /// <summary>Keeps some of the elements of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="atomicNumbers">Atomic numbers of the elements to keep, in any order.</param>
    /// <exception cref="InvalidInputException">The model does not know one of the elements, or none is named.</exception>
    public static MaceModel SelectElements(MaceModel model, IEnumerable<int> atomicNumbers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(atomicNumbers);
        HyperParameters shape = model.HyperParameters;
        ImmutableArray<int> wanted = [.. atomicNumbers.Distinct().Order()];
        int[] kept = [.. wanted.Select(z => shape.AtomicNumbers.IndexOf(z))];
        int missing = Array.IndexOf(kept, -1);
        if (missing >= 0)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The model does not know {NameOf(wanted[missing])}; it knows {string.Join(", ", shape.AtomicNumbers.Select(NameOf))}."));
        }

        if (kept.Length == 0) { throw new InvalidInputException("No element is named; a model needs at least one."); }
        return kept.Length == shape.AtomicNumbers.Length ? model : TakeElements(model, wanted, kept);
    }

    /// <summary>Adds elements to a model, each with the weights and E0 of one that it knows. What it computes of structures without them stays as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parents">By the atomic number of each new element that of the known element whose weights it gets.</param>
    /// <exception cref="InvalidInputException">The model knows a new element already, or does not know the one whose weights it is to get.</exception>
    public static MaceModel ExtendElements(MaceModel model, IReadOnlyDictionary<int, int> parents)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parents);
        ImmutableArray<int> known = model.HyperParameters.AtomicNumbers;
        foreach ((int added, int parent) in parents)
        {
            if (known.Contains(added) || added is < 1 or > Elements.MaxAtomicNumber) { throw new InvalidInputException($"{NameOf(added)} cannot be added to the model: it {(known.Contains(added) ? "knows it already" : "is no element")}."); }
            if (!known.Contains(parent)) { throw new InvalidInputException($"The model does not know {NameOf(parent)}, whose weights {NameOf(added)} is to get."); }
        }

        if (parents.Count == 0) { return model; }
        ImmutableArray<int> wanted = [.. known.Concat(parents.Keys).Order()];
        return TakeElements(model, wanted, [.. wanted.Select(z => known.IndexOf(parents.GetValueOrDefault(z, z)))]);
    }

    /// <summary>A model of other elements, each with the weights of one of those of the model.</summary>
    private static MaceModel TakeElements(MaceModel model, ImmutableArray<int> wanted, int[] kept)
    {
        HyperParameters shape = model.HyperParameters;
        int elements = shape.AtomicNumbers.Length;

        // A one-hot vector of n elements is one of n inputs, so evaluation divides by √n.
        double ratio = Math.Sqrt((double)kept.Length / elements);
        var tensors = model.Tensors.ToBuilder();
        Replace("node_embedding.linear.weight", shape.ChannelCount, 1, ratio);
        if (shape.HasEnergy)
        {
            Replace(AtomicEnergies, 1, shape.Heads.Length, 1, [shape.Heads.Length, kept.Length]);
        }

        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            string interaction = string.Create(CultureInfo.InvariantCulture, $"interactions.{layer}");
            switch (shape.Interactions[layer])
            {
                case InteractionKind.RealAgnosticAttResidual:
                    break; // its skip connection does not know the element
                case InteractionKind.RealAgnosticResidualNonLinear:
                    int scalars = shape.NodeIrreps(layer).CountOf(Irrep.Scalar);
                    Replace($"{interaction}.source_embedding.weight", scalars, 1, ratio);
                    Replace($"{interaction}.target_embedding.weight", scalars, 1, ratio);
                    break;
                default:
                    tensors[$"{interaction}.skip_tp.weight"] = SelectSkip(model[$"{interaction}.skip_tp.weight"], shape, layer, kept, ratio);
                    break;
            }

            if (shape.UseAgnosticProduct) { continue; }
            for (int block = 0; block < shape.NodeIrreps(layer + 1).Count; block++)
            {
                for (int order = 1; order <= shape.Correlations[layer]; order++)
                {
                    string name = ParameterLayout.WeightName(ParameterLayout.ContractionName(layer, block), shape.Correlations[layer], order);
                    NamedTensor weights = model[name];
                    Replace(name, weights.Shape[1] * weights.Shape[2], 1, 1, [kept.Length, weights.Shape[1], weights.Shape[2]]);
                }
            }
        }

        return Checked(model with { HyperParameters = shape with { AtomicNumbers = wanted }, Tensors = tensors.ToImmutable() });

        void Replace(string name, int width, int groups, double factor, int[]? newShape = null)
        {
            NamedTensor tensor = model[name];
            double[] values = new double[groups * kept.Length * width];
            SelectMiddle(tensor.Values, values, groups, elements, width, kept, factor);
            tensors[name] = Make(newShape ?? [values.Length], values, tensor.Precision);
        }
    }

    private static string NameOf(int atomicNumber) => atomicNumber is > 0 and <= Elements.MaxAtomicNumber
        ? Elements.Symbol(atomicNumber)
        : string.Create(CultureInfo.InvariantCulture, $"an element with atomic number {atomicNumber}");

    /// <summary>Weights of a skip connection: for every pair of equal irreps a block [mul_in, elements, mul_out].</summary>
    private static NamedTensor SelectSkip(NamedTensor tensor, HyperParameters shape, int layer, int[] kept, double ratio)
    {
        bool isResidual = shape.Interactions[layer] is InteractionKind.RealAgnosticResidual or InteractionKind.RealAgnosticDensityResidual;
        Irreps input = isResidual ? shape.NodeIrreps(layer) : shape.TargetIrreps(layer), output = isResidual ? shape.NodeIrreps(layer + 1) : input;
        int elements = shape.AtomicNumbers.Length;
        double[] values = new double[tensor.Count / elements * kept.Length];
        Span<double> target = values;
        ReadOnlySpan<double> source = tensor.Values;
        foreach (IrrepBlock from in input.Blocks)
        {
            foreach (IrrepBlock to in output.Blocks)
            {
                if (from.Irrep != to.Irrep) { continue; }
                SelectMiddle(source, target, from.Multiplicity, elements, to.Multiplicity, kept, ratio);
                source = source[(from.Multiplicity * elements * to.Multiplicity)..];
                target = target[(from.Multiplicity * kept.Length * to.Multiplicity)..];
            }
        }

        return Make([values.Length], values, tensor.Precision);
    }

    /// <summary>From [groups, elements, width] to [groups, kept, width].</summary>
    private static void SelectMiddle(ReadOnlySpan<double> source, Span<double> target, int groups, int elements, int width, int[] kept, double factor)
    {
        for (int group = 0; group < groups; group++)
        {
            for (int i = 0; i < kept.Length; i++)
            {
                ReadOnlySpan<double> from = source.Slice(((group * elements) + kept[i]) * width, width);
                Span<double> to = target.Slice(((group * kept.Length) + i) * width, width);
                for (int j = 0; j < width; j++) { to[j] = factor * from[j]; }
            }
        }
    }

    /// <summary>Columns of a row-major matrix of a known number of columns.</summary>
    private static NamedTensor Columns(NamedTensor tensor, int columns, Range kept) => Block(tensor, tensor.Count / columns, .., kept, 1);

    /// <summary>A block of a row-major matrix of a known number of rows, times a factor.</summary>
    private static NamedTensor Block(NamedTensor tensor, int rows, Range keptRows, Range keptColumns, double factor, int[]? shape = null)
    {
        int columns = tensor.Count / rows;
        (int firstRow, int rowCount) = keptRows.GetOffsetAndLength(rows);
        (int firstColumn, int columnCount) = keptColumns.GetOffsetAndLength(columns);
        double[] values = new double[rowCount * columnCount];
        for (int i = 0; i < rowCount; i++)
        {
            for (int j = 0; j < columnCount; j++) { values[(i * columnCount) + j] = factor * tensor.Values[((firstRow + i) * columns) + firstColumn + j]; }
        }

        return Make(shape ?? [values.Length], values, tensor.Precision);
    }

    private static NamedTensor Make(int[] shape, double[] values, Precision precision)
    {
        if (precision == Precision.Float32)
        {
            for (int i = 0; i < values.Length; i++) { values[i] = (float)values[i]; }
        }

        return new NamedTensor(shape, values, precision);
    }

    private static NamedTensor Convert(string name, NamedTensor tensor, Precision precision)
    {
        if (tensor.Precision == precision) { return tensor; }
        if (precision == Precision.Float64) { return new NamedTensor([.. tensor.Shape], tensor.Values, precision); }
        NamedTensor result = Make([.. tensor.Shape], [.. tensor.Values], precision);
        return Array.TrueForAll(result.Values, double.IsFinite) ? result : throw new InvalidInputException($"The tensor '{name}' has a value too large for float32.");
    }

    private static bool IsEnergy(string name) => name is AtomicEnergies or "scale_shift.scale" or "scale_shift.shift";

    private static MaceModel Checked(MaceModel model)
    {
        ParameterLayout.Check(model);
        return model;
    }
}

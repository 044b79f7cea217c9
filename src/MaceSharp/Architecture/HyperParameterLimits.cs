using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Architecture;

/// <summary>Checks that hyper-parameters describe a network that can exist, before anything is sized by them.</summary>
internal static class HyperParameterLimits
{
    private const int MostBlocks = 64;
    private const int MostChannels = 1 << 16;
    private const int LargestEll = 12;

    /// <summary>Throws a sentence for the first hyper-parameter that is impossible.</summary>
    /// <exception cref="InvalidInputException">A hyper-parameter is out of range, or two contradict each other.</exception>
    public static void Check(HyperParameters model)
    {
        CheckElements(model.AtomicNumbers);
        Require(double.IsFinite(model.CutoffRadius) && model.CutoffRadius is > 0 and <= 1000, $"a cutoff radius (r_max) of {model.CutoffRadius} Å");
        Require(model.RadialBasisCount is >= 1 and <= 1024, $"{model.RadialBasisCount} radial basis functions");
        Require(model.RadialBasis != RadialBasisKind.Gaussian || model.RadialBasisCount >= 2, $"{model.RadialBasisCount} Gaussian basis functions, which leaves no spacing");
        Require(model.CutoffOrder is >= 1 and <= 100, $"an envelope of order {model.CutoffOrder}");
        Require(model.MaxEll is >= 0 and <= LargestEll, $"edge harmonics up to degree {model.MaxEll} (max_ell)");
        CheckIrreps(model);
        CheckLayers(model);
        Require(model.Heads.Length is >= 1 and <= 256 && model.Heads.All(static h => h.Length is > 0 and <= 256), $"{model.Heads.Length} heads, or one without a name");
        Require(model.Heads.Distinct(StringComparer.Ordinal).Count() == model.Heads.Length, $"two heads of the same name among {string.Join(", ", model.Heads)}");
        Require(model.Heads.Length == 1 || model.Kind is ModelKind.Mace or ModelKind.ScaleShiftMace, $"{model.Heads.Length} heads of a dipole model");
        CheckEmbeddings(model);
    }

    private static void CheckElements(ImmutableArray<int> numbers)
    {
        Require(numbers.Length is >= 1 and <= 118, $"{numbers.Length} elements");
        for (int i = 0; i < numbers.Length; i++)
        {
            Require(numbers[i] is >= 1 and <= 118, $"an element with the atomic number {numbers[i]}");
            Require(i == 0 || numbers[i] > numbers[i - 1], $"atomic numbers that do not ascend ({numbers[Math.Max(0, i - 1)]} before {numbers[i]})");
        }
    }

    private static void CheckIrreps(HyperParameters model)
    {
        Irreps hidden = model.HiddenIrreps;
        Require(hidden.Count is >= 1 and <= MostBlocks, $"hidden_irreps of {hidden.Count} blocks");
        int channels = model.ChannelCount;
        Require(channels is >= 1 and <= MostChannels, $"{channels} scalar channels in hidden_irreps");
        Require(hidden.Blocks.All(b => b.Multiplicity == channels), $"hidden_irreps {hidden} of unequal multiplicities");
        Require(hidden.Blocks.Distinct().Count() == hidden.Count, $"hidden_irreps {hidden} with a repeated block");
        if (model.Kind is ModelKind.Mace or ModelKind.ScaleShiftMace) { Require(hidden[0].Irrep.IsScalar, $"hidden_irreps {hidden} that do not start with 0e"); }
        if (model.Kind is ModelKind.AtomicDipolesMace or ModelKind.EnergyDipolesMace) { Require(hidden.Count >= 2, $"hidden_irreps {hidden} without the vectors of a dipole"); }
        Require(model.MlpIrreps.Count <= MostBlocks && model.MlpIrreps.Blocks.All(static b => b.Multiplicity is >= 1 and <= MostChannels), $"MLP_irreps {model.MlpIrreps.Count} blocks long or of impossible width");
        if (model.Kind is ModelKind.Mace or ModelKind.ScaleShiftMace)
        {
            Require(model.MlpIrreps is { Count: 1 } mlp && mlp[0].Irrep.IsScalar, $"MLP_irreps {model.MlpIrreps}, where an energy needs scalars such as 16x0e");
        }

        if (model.EdgeIrreps is Irreps edge)
        {
            Require(edge.Count is >= 1 and <= MostBlocks && edge.Blocks.All(static b => b.Multiplicity is >= 1 and <= MostChannels), $"edge_irreps of {edge.Count} blocks or of impossible width");
            Require(!model.UseEdgeIrrepsFirst || edge.CountOf(Irrep.Scalar) > 0, $"edge_irreps {edge} without scalars for the first layer");
        }
    }

    private static void CheckLayers(HyperParameters model)
    {
        int layers = model.LayerCount;
        Require(layers is >= 1 and <= 32, $"{layers} layers (num_interactions)");
        Require(model.Correlations.Length == layers && model.Correlations.All(static c => c is >= 1 and <= 6), $"correlation orders [{string.Join(", ", model.Correlations)}] for {layers} layers");
        Require(model.AverageNeighborCounts.Length == layers && model.AverageNeighborCounts.All(static a => double.IsFinite(a) && a > 0), $"average numbers of neighbours [{string.Join(", ", model.AverageNeighborCounts.Select(static a => a.ToString(CultureInfo.InvariantCulture)))}] for {layers} layers");
        Require(model.RadialMlp.Length <= 16 && model.RadialMlp.All(static n => n is >= 1 and <= 1 << 14), $"a radial network of widths [{string.Join(", ", model.RadialMlp)}]");
    }

    private static void CheckEmbeddings(HyperParameters model)
    {
        Require(model.Embeddings.Length <= 16, $"{model.Embeddings.Length} embeddings");
        foreach (EmbeddingSpec spec in model.Embeddings)
        {
            Require(
                spec.Name.Length is > 0 and <= 64 && spec.EmbeddingDimension is >= 1 and <= 1 << 14 && spec.InputDimension is >= 1 and <= 1024 && (!spec.IsCategorical || spec.ClassCount is >= 1 and <= 1 << 20),
                $"an embedding '{spec.Name}' of impossible size");
        }

        Require(model.Embeddings.Select(static e => e.Name).Distinct(StringComparer.Ordinal).Count() == model.Embeddings.Length, $"two embeddings of the same name");
    }

    private static void Require(bool holds, FormattableString what)
    {
        if (!holds) { throw new InvalidInputException($"the hyper-parameters ask for {what.ToString(CultureInfo.InvariantCulture)}, which no MACE model has."); }
    }
}

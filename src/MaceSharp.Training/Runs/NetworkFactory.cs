using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Runs;

/// <summary>Makes the hyper-parameters of a new model of the options of a run, as mace-torch's <c>configure_model</c> does.</summary>
public static class NetworkFactory
{
    /// <summary>The hyper-parameters.</summary>
    /// <param name="options">Options of the network.</param>
    /// <param name="atomicNumbers">Elements.</param>
    /// <param name="heads">Names of the heads.</param>
    /// <param name="averageNeighborCount">Average number of neighbours.</param>
    /// <exception cref="InvalidInputException">The options contradict each other.</exception>
    public static HyperParameters Create(NetworkOptions options, IEnumerable<int> atomicNumbers, IEnumerable<string> heads, double averageNeighborCount)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelKind kind = options.Model switch
        {
            "AtomicDipolesMACE" => ModelKind.AtomicDipolesMace,
            "EnergyDipolesMACE" => ModelKind.EnergyDipolesMace,
            "AtomicDielectricMACE" => ModelKind.AtomicDielectricMace,

            // Upstream's option MACE builds a ScaleShiftMACE too, with zero shift.
            _ => ModelKind.ScaleShiftMace,
        };

        // MACE and the dipole models begin with a block that is not residual.
        InteractionKind first = options.Model == "ScaleShiftMACE" || (options.Model == "MACE" && options.InteractionFirst is InteractionKind.RealAgnostic or InteractionKind.RealAgnosticDensity)
            ? options.InteractionFirst
            : InteractionKind.RealAgnostic;
        Irreps hidden = Hidden(options);
        if (kind is ModelKind.AtomicDipolesMace or ModelKind.EnergyDipolesMace or ModelKind.AtomicDielectricMace && hidden.Count < 2)
        {
            throw new InvalidInputException($"model: {options.Model} needs vectors among its node features; give max_L: 1.");
        }

        return new HyperParameters
        {
            Kind = kind,
            AtomicNumbers = [.. atomicNumbers.Order()],
            CutoffRadius = options.CutoffRadius,
            RadialBasis = options.RadialBasis,
            RadialBasisCount = options.RadialBasisCount,
            CutoffOrder = options.CutoffOrder,
            ApplyCutoff = options.ApplyCutoff,
            DistanceTransform = options.DistanceTransform,
            MaxEll = options.MaxEll,
            UseSo3 = options.UseSo3,
            HiddenIrreps = hidden,
            MlpIrreps = Parse("MLP_irreps", options.MlpIrreps),
            EdgeIrreps = options.EdgeIrreps is { } edges ? Parse("edge_irreps", edges) : null,
            Interactions = [first, .. Enumerable.Repeat(options.Interaction, options.InteractionCount - 1)],
            AverageNeighborCounts = [.. Enumerable.Repeat(averageNeighborCount, options.InteractionCount)],
            Correlations = [.. Enumerable.Repeat(options.Correlation, options.InteractionCount)],
            RadialMlp = options.RadialMlp,
            Gate = options.Gate,
            Heads = [.. heads],
            PairRepulsion = options.PairRepulsion,
            UseAgnosticProduct = options.UseAgnosticProduct,
            UseLastReadoutOnly = options.UseLastReadoutOnly,
            UseEmbeddingReadout = options.UseEmbeddingReadout,
            Embeddings = options.Embeddings,
        };
    }

    private static Irreps Hidden(NetworkOptions options)
    {
        if (options.HiddenIrreps is { } text && (options.ChannelCount is null || options.MaxL is null))
        {
            Irreps hidden = Parse("hidden_irreps", text);
            return hidden.Blocks.Select(static b => b.Multiplicity).Distinct().Count() == 1
                ? hidden
                : throw new InvalidInputException($"hidden_irreps: {text} has blocks of different numbers of channels; all must have the same.");
        }

        int channels = options.ChannelCount ?? 128, degree = options.MaxL ?? 1;
        return new Irreps(Enumerable.Range(0, degree + 1).Select(l => new IrrepBlock(channels, new Irrep(l, options.UseSo3 || l % 2 == 0 ? 1 : -1))));
    }

    private static Irreps Parse(string option, string text) => Irreps.TryParse(text.Replace(" ", "", StringComparison.Ordinal), out Irreps? irreps)
        ? irreps
        : throw new InvalidInputException($"{option}: '{text}' is not a sum of irreps such as 128x0e+128x1o.");
}

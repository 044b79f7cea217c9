using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Evaluation;

/// <summary>Operations of one stage of an evaluation.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Forward">Operations of an atom for the energy.</param>
/// <param name="Adjoint">Further operations of an atom for the forces.</param>
public sealed record StageCost(string Name, double Forward, double Adjoint)
{
    /// <summary>Operations of an atom for energy and forces.</summary>
    public double Total => Forward + Adjoint;
}

/// <summary>
/// The counted minimum: how many multiply-adds of one lane (one channel) the energy and forces of an atom need with the best exact
/// factorisation known to us. Against it, and the peak of the machine, the time of an evaluation is judged; it is no count of what the code executes.
/// </summary>
/// <remarks>
/// <para>
/// A multiply-add, a multiplication and an addition count as one operation. Radial functions are taken from tables; harmonics, envelopes, activations and
/// the geometry of an edge cost a few operations a number and are counted as such. Symbols: N neighbours, C channels, l_max the degree of the harmonics,
/// H = (l_max+1)² their number, K the last hidden width of the radial network, Z the number of elements present. A path p couples a sent irrep l₁ and a harmonic l₂ to a message irrep l₃.
/// </para>
/// <list type="bullet">
/// <item>Table: <see cref="TableOperations"/> a radial function for its value and as many for its derivative (quintic: six coefficients), once an edge.</item>
/// <item>Geometry: 4H an edge forward, 9H back (harmonics, and their gradient from their adjoint).</item>
/// <item>
/// First layer: sent features depend on the element alone, so Σ_j R(r_ij)·Y(r_ij) is gathered per (element, k, lm) with the K hidden functions of the radial network and
/// mixed afterwards: K·H an edge forward, 2K·H + K back, Z·K·H·C_out an atom each way; or, where that is cheaper (many elements), the channels themselves:
/// C·H an edge forward, 2C·H + C·(l_max+1) back, C·H·C_out an atom each way.
/// </item>
/// <item>
/// Further layers, per channel and edge: R·h for every path, Σ_p (2l₁+1); the uncoupled products R·h·Y summed over neighbours, Σ_p (2l₁+1)(2l₂+1). Back: twice the latter (to R·h and to the harmonics),
/// Σ_p (2l₁+1) each for the adjoints of R and of h, and one a path for the derivative of R.
/// </item>
/// <item>Coupling: the non-zero Clebsch–Gordan coefficients, per channel and atom, each way.</item>
/// <item>Mixing after the sum: Σ_blocks C_in·C_out·(2l+1), each way; the map per element that follows in blocks without residual is folded in. The non-linear block has its gates and second map besides.</item>
/// <item>
/// Contraction, per channel: the polynomial of each output component in Horner form, one operation a node of the tree of its monomials; back, two for an inner node and one for a leaf.
/// The coupling tensors are those of the model.
/// </item>
/// <item>Product and next <c>linear_up</c>: one folded map each way, and a second one where the node features themselves are needed by a later residual; the last product and residual end in the hidden layer of the readout.</item>
/// </list>
/// <para>The attention block feeds node features into its radial network, which therefore is counted as it stands, once an edge each way.</para>
/// </remarks>
public sealed class EvaluationCost
{
    /// <summary>Operations for the value of a tabulated function, and as many for its derivative.</summary>
    public const int TableOperations = 6;

    private EvaluationCost(ImmutableArray<StageCost> stages) => Stages = stages;

    /// <summary>The stages in the order of the data.</summary>
    public ImmutableArray<StageCost> Stages { get; }

    /// <summary>Operations of an atom for the energy alone.</summary>
    public double Energy => Stages.Sum(static s => s.Forward);

    /// <summary>Operations of an atom for energy and forces.</summary>
    public double EnergyAndForces => Stages.Sum(static s => s.Total);

    /// <summary>Counts the operations of a model with an energy.</summary>
    /// <param name="model">The model.</param>
    /// <param name="neighbors">Neighbours of an atom within the cutoff, on average.</param>
    /// <param name="elements">Number of elements present.</param>
    /// <exception cref="ArgumentException">The model has no energy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of neighbours is negative or not finite, or there is no element.</exception>
    public static EvaluationCost Count(MaceModel model, double neighbors, int elements)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(neighbors);
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        if (!double.IsFinite(neighbors)) { throw new ArgumentOutOfRangeException(nameof(neighbors), neighbors, "The number of neighbours is finite."); }
        HyperParameters h = model.HyperParameters;
        if (!h.HasEnergy) { throw new ArgumentException("The model has no energy.", nameof(model)); }

        int harmonics = h.HarmonicIrreps.Dimension;
        List<StageCost> stages = [new("geometry and harmonics", 4 * harmonics * neighbors, 9 * harmonics * neighbors)];
        for (int t = 0; t < h.LayerCount; t++)
        {
            string layer = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"layer {t + 1}: ");
            if (t > 0) { stages.Add(BothWays(layer + "sent features", NodeMaps(h, t))); }
            stages.AddRange((t == 0 ? FirstLayer(h, neighbors, elements) : FurtherLayer(h, t, neighbors)).Select(s => s with { Name = layer + s.Name }));
            stages.Add(ContractionCost.Count(model, t) with { Name = layer + "contraction" });
        }

        stages.Add(BothWays("readout", Readout(h)));
        return new EvaluationCost([.. stages]);
    }

    private static StageCost BothWays(string name, double operations) => new(name, operations, operations);

    private static StageCost[] FirstLayer(HyperParameters h, double neighbors, int elements)
    {
        MessagePaths paths = new(h, 0);
        int hidden = h.RadialMlp.IsEmpty ? h.RadialBasisCount : h.RadialMlp[^1], harmonics = h.HarmonicIrreps.Dimension, sent = h.SentIrreps(0).Dimension;
        (int mixDirect, int mixDensity) = (paths.MixSize(MixOutput(h, 0)), paths.DensityMixSize(MixOutput(h, 0), hidden));
        double after = AfterMix(h, 0);

        StageCost[] density =
        [
            Table(h, 0, hidden, neighbors),
            new("edges", hidden * harmonics * neighbors, ((2 * hidden * harmonics) + hidden) * neighbors),
            BothWays("mixing", ((double)elements * mixDensity) + after),
        ];
        StageCost[] direct =
        [
            Table(h, 0, paths.WeightCount, neighbors),
            new("edges", (double)sent * harmonics * neighbors, ((2.0 * sent * harmonics) + paths.WeightCount) * neighbors),
            BothWays("mixing", mixDirect + after),
        ];
        return density.Sum(static s => s.Total) <= direct.Sum(static s => s.Total) ? density : direct;
    }

    private static StageCost[] FurtherLayer(HyperParameters h, int t, double neighbors)
    {
        MessagePaths paths = new(h, t);
        double weighted = paths.WeightedSenders, products = paths.Products;
        return
        [
            Table(h, t, paths.WeightCount, neighbors),
            new("edges", (weighted + products) * neighbors, ((2 * products) + (2 * weighted) + paths.WeightCount) * neighbors),
            BothWays("coupling", paths.Couplings),
            BothWays("mixing", paths.MixSize(MixOutput(h, t)) + AfterMix(h, t)),
        ];
    }

    /// <summary>Radial functions of an edge, and the density of blocks that have one.</summary>
    private static StageCost Table(HyperParameters h, int t, int functions, double neighbors)
    {
        InteractionKind kind = h.Interactions[t];
        if (t > 0 && kind == InteractionKind.RealAgnosticAttResidual)
        {
            double network = 0;
            int width = h.RadialBasisCount;
            foreach (int next in h.RadialMlp.Add(functions))
            {
                network += (double)width * next;
                width = next;
            }

            return BothWays("radial network", network * neighbors);
        }

        int density = HasDensity(kind) ? 1 : 0;
        return BothWays("radial tables", (double)TableOperations * (functions + density) * neighbors);
    }

    private static bool HasDensity(InteractionKind kind) => kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual or InteractionKind.RealAgnosticResidualNonLinear;

    private static bool HasSkip(InteractionKind kind) => kind is not (InteractionKind.RealAgnostic or InteractionKind.RealAgnosticDensity);

    /// <summary>Where the first mixing ends: the A-basis, with one gate a block of l &gt; 0 channels in the non-linear block.</summary>
    private static Irreps MixOutput(HyperParameters h, int t)
    {
        Irreps target = h.TargetIrreps(t);
        if (h.Interactions[t] != InteractionKind.RealAgnosticResidualNonLinear) { return target; }
        int gates = target.Blocks.Where(static b => b.Irrep.Degree > 0).Sum(static b => b.Multiplicity);
        return new Irreps(target.Blocks.Prepend(new IrrepBlock(gates, Irrep.Scalar)));
    }

    /// <summary>What the non-linear block does after its first mixing.</summary>
    private static double AfterMix(HyperParameters h, int t)
    {
        if (h.Interactions[t] != InteractionKind.RealAgnosticResidualNonLinear) { return 0; }
        Irreps target = h.TargetIrreps(t);
        double residual = t == 0 ? 0 : MapSize(h.SentIrreps(t), MixOutput(h, t));
        return residual + MapSize(target, target) + target.Dimension;
    }

    /// <summary>Maps between the contraction of layer t−1 and the sent features of layer t.</summary>
    private static double NodeMaps(HyperParameters h, int t)
    {
        Irreps node = h.NodeIrreps(t);
        double operations = MapSize(node, h.SentIrreps(t));
        bool last = t == h.LayerCount - 1;
        if (!last && HasSkip(h.Interactions[t])) { operations += MapSize(node, node); }
        if (t > 1 && HasSkip(h.Interactions[t - 1])) { operations += MapSize(h.NodeIrreps(t - 1), node); }
        return operations;
    }

    /// <summary>Readouts of all layers; the last product and residual are folded into the hidden layer.</summary>
    private static double Readout(HyperParameters h)
    {
        int last = h.LayerCount - 1;
        int hidden = last == 0 ? 1 : h.MlpIrreps.Dimension;
        double operations = h.NodeIrreps(h.LayerCount).Dimension * (double)hidden;
        if (last > 0)
        {
            if (HasSkip(h.Interactions[last])) { operations += h.NodeIrreps(last).CountOf(Irrep.Scalar) * (double)hidden; }
            operations += 2 * hidden;
            if (h.UseBiasReadout) { operations += hidden * hidden; }
            if (!h.UseLastReadoutOnly) { operations += (double)last * h.ChannelCount; }
        }

        return operations;
    }

    /// <summary>Σ C_in·C_out·(2l+1) over equal irreps.</summary>
    internal static double MapSize(Irreps input, Irreps output) =>
        input.Blocks.Sum(i => output.Blocks.Where(o => o.Irrep == i.Irrep).Sum(o => (double)i.Multiplicity * o.Multiplicity * i.Irrep.Dimension));
}

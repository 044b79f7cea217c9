using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Evaluation;

/// <summary>The paths (l₁, l₂) → l₃ by which a layer forms messages, and the sizes that follow from them.</summary>
internal sealed class MessagePaths
{
    private readonly List<(IrrepBlock Sent, Irrep Harmonic, Irrep Message)> _paths = [];

    public MessagePaths(HyperParameters h, int layer)
    {
        HashSet<Irrep> kept = [.. h.TargetIrreps(layer).Blocks.Select(static b => b.Irrep)];
        foreach (IrrepBlock sent in h.SentIrreps(layer).Blocks)
        {
            foreach (IrrepBlock harmonic in h.HarmonicIrreps.Blocks)
            {
                int l1 = sent.Irrep.Degree, l2 = harmonic.Irrep.Degree;
                for (int l3 = Math.Abs(l1 - l2); l3 <= l1 + l2; l3++)
                {
                    Irrep message = new(l3, sent.Irrep.Parity * harmonic.Irrep.Parity);
                    if (kept.Contains(message)) { _paths.Add((sent, harmonic.Irrep, message)); }
                }
            }
        }
    }

    /// <summary>Radial weights of an edge: channels of all paths.</summary>
    public int WeightCount => _paths.Sum(static p => p.Sent.Multiplicity);

    /// <summary>Components of sent features times radial weights: Σ_p C·(2l₁+1).</summary>
    public double WeightedSenders => _paths.Sum(static p => (double)p.Sent.Dimension);

    /// <summary>Uncoupled products: Σ_p C·(2l₁+1)(2l₂+1).</summary>
    public double Products => _paths.Sum(static p => (double)p.Sent.Dimension * p.Harmonic.Dimension);

    /// <summary>Non-zero Clebsch–Gordan coefficients times channels.</summary>
    public double Couplings => _paths.Sum(static p => (double)p.Sent.Multiplicity * NonZero(Wigner3j.Get(p.Sent.Irrep.Degree, p.Harmonic.Degree, p.Message.Degree)));

    /// <summary>Size of the map from the channels of all paths to the given irreps.</summary>
    public int MixSize(Irreps output) => (int)EvaluationCost.MapSize(new Irreps(_paths.Select(static p => new IrrepBlock(p.Sent.Multiplicity, p.Message))), output);

    /// <summary>The same where the radial functions stand in for the channels: one set of them a path with scalars.</summary>
    /// <param name="output">Irreps of the output.</param>
    /// <param name="functions">Number of radial functions.</param>
    public int DensityMixSize(Irreps output, int functions) => (int)EvaluationCost.MapSize(new Irreps(_paths.Select(p => new IrrepBlock(functions, p.Message))), output);

    private static int NonZero(ReadOnlySpan<double> values)
    {
        int count = 0;
        foreach (double value in values)
        {
            if (value != 0) { count++; }
        }

        return count;
    }
}

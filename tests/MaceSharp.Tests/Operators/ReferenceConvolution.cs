using MaceSharp.Equivariance;

namespace MaceSharp.Tests.Operators;

/// <summary>The convolution as its formula reads, one product at a time in double: m[c, u] = Σ_e Σ_ab C[a, b, c]·w[u]·x[a, u]·Y[b].</summary>
internal sealed class ReferenceConvolution
{
    private readonly List<Path> _paths = [];

    public ReferenceConvolution(Irreps sent, Irreps harmonics, Irreps target)
    {
        HashSet<Irrep> kept = [.. target.Blocks.Select(static b => b.Irrep)];
        int sender = 0;
        List<Path> found = [];
        foreach (IrrepBlock s in sent.Blocks)
        {
            int harmonic = 0;
            foreach (Irrep y in harmonics.Blocks.Select(static b => b.Irrep))
            {
                for (int l = Math.Abs(s.Irrep.Degree - y.Degree); l <= s.Irrep.Degree + y.Degree; l++)
                {
                    Irrep coupled = new(l, s.Irrep.Parity * y.Parity);
                    if (kept.Contains(coupled)) { found.Add(new Path(s, y, coupled, sender, harmonic, 0, 0)); }
                }

                harmonic += y.Dimension;
            }

            sender += s.Dimension;
        }

        SentDimension = sender;
        foreach (Path path in found.OrderBy(static p => p.Result))
        {
            _paths.Add(path with { Slot = MessageDimension, Weight = WeightCount });
            MessageDimension += path.Sent.Multiplicity * path.Result.Dimension;
            WeightCount += path.Sent.Multiplicity;
        }
    }

    public int SentDimension { get; }

    public int MessageDimension { get; }

    public int WeightCount { get; }

    /// <summary>Adds one edge to the message.</summary>
    public void Forward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> w, Span<double> message)
    {
        foreach (Term t in Terms()) { message[t.Message] += t.Coupling * w[t.Weight] * x[t.Sent] * y[t.Harmonic]; }
    }

    /// <summary>Adds one edge to the adjoints of all that went in.</summary>
    public void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> w, ReadOnlySpan<double> messageBar, Span<double> xBar, Span<double> yBar, Span<double> wBar)
    {
        foreach (Term t in Terms())
        {
            double bar = t.Coupling * messageBar[t.Message];
            wBar[t.Weight] += bar * x[t.Sent] * y[t.Harmonic];
            xBar[t.Sent] += bar * w[t.Weight] * y[t.Harmonic];
            yBar[t.Harmonic] += bar * w[t.Weight] * x[t.Sent];
        }
    }

    private IEnumerable<Term> Terms()
    {
        foreach (Path p in _paths)
        {
            int channels = p.Sent.Multiplicity, rows = p.Sent.Irrep.Dimension, harmonics = p.Harmonic.Dimension, columns = p.Result.Dimension;
            double[] coupling = Wigner3j.Get(p.Sent.Irrep.Degree, p.Harmonic.Degree, p.Result.Degree).ToArray();
            for (int i = 0; i < coupling.Length; i++)
            {
                if (coupling[i] == 0) { continue; }
                int a = i / (harmonics * columns), b = i / columns % harmonics, c = i % columns;
                for (int u = 0; u < channels; u++)
                {
                    yield return new Term(Math.Sqrt(columns) * coupling[i], p.Sender + (a * channels) + u, p.FirstHarmonic + b, p.Weight + u, p.Slot + (c * channels) + u);
                }
            }
        }
    }

    private sealed record Path(IrrepBlock Sent, Irrep Harmonic, Irrep Result, int Sender, int FirstHarmonic, int Slot, int Weight);

    private readonly record struct Term(double Coupling, int Sent, int Harmonic, int Weight, int Message);
}

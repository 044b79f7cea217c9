using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>One kept triple (l1, l2, l3) of a convolution: where its parts lie and its couplings C = √(2·l3+1)·w3j.</summary>
internal sealed class ConvolutionPath<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public ConvolutionPath(int channels, int sender, int senderDegree, int harmonicDegree, int slot, int slotDegree, int weight, int matrix, int uncoupled)
    {
        Channels = channels;
        Sender = sender;
        Rows = (2 * senderDegree) + 1;
        FirstHarmonic = harmonicDegree * harmonicDegree;
        Harmonics = (2 * harmonicDegree) + 1;
        Slot = slot;
        Columns = (2 * slotDegree) + 1;
        Weight = weight;
        Matrix = matrix;
        Uncoupled = uncoupled;

        double[] coupling = Wigner3j.Get(senderDegree, harmonicDegree, slotDegree).ToArray();
        double norm = Math.Sqrt(Columns);
        IEnumerable<int> a = Enumerable.Range(0, Rows), b = Enumerable.Range(0, Harmonics), c = Enumerable.Range(0, Columns);
        double Value(int i, int j, int k) => norm * coupling[(((i * Harmonics) + j) * Columns) + k];
        ToMatrix = new CouplingRows<T>(a.SelectMany(i => c.Select(k => b.Select(j => (j, Value(i, j, k))).Where(static t => t.Item2 != 0))));
        ToUncoupled = new CouplingRows<T>(a.SelectMany(i => b.Select(j => c.Select(k => (k, Value(i, j, k))).Where(static t => t.Item2 != 0))));
    }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Offset in the sent features.</summary>
    public int Sender { get; }

    /// <summary>Components a of the sent features, 2·l1+1.</summary>
    public int Rows { get; }

    /// <summary>Index of the first harmonic, l2².</summary>
    public int FirstHarmonic { get; }

    /// <summary>Harmonics b, 2·l2+1.</summary>
    public int Harmonics { get; }

    /// <summary>Offset in the message.</summary>
    public int Slot { get; }

    /// <summary>Components c of the message, 2·l3+1.</summary>
    public int Columns { get; }

    /// <summary>Offset in the radial weights.</summary>
    public int Weight { get; }

    /// <summary>Index of the first element in the contracted couplings of all paths.</summary>
    public int Matrix { get; }

    /// <summary>Offset in the uncoupled adjoints of all paths.</summary>
    public int Uncoupled { get; }

    /// <summary>Harmonics b to M[a, c] = Σ_b C[a, b, c]·Y[b].</summary>
    public CouplingRows<T> ToMatrix { get; }

    /// <summary>Components c of the message's adjoint to G[a, b] = Σ_c C[a, b, c]·messageBar[c].</summary>
    public CouplingRows<T> ToUncoupled { get; }
}

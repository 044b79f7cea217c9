using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// The gated non-linearity of e3nn: scalars pass through an activation, every other channel is multiplied by the
/// activation of a scalar of its own, its gate (Weiler et al., arXiv:1807.02547).
/// </summary>
internal sealed partial class Gate<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Channels whose activations are held at a time.</summary>
    private const int Chunk = 128;

    private readonly ActivationKind _scalarActivation;
    private readonly ActivationKind _gateActivation;
    private readonly ImmutableArray<(int Input, int Output, int Count)> _scalars;
    private readonly ImmutableArray<(int Input, int Gates, int Output, int Channels, int Components)> _gated;

    /// <summary>Creates the gate for given scalars and gated irreps.</summary>
    public Gate(Irreps scalars, Irreps gated, ActivationKind scalarActivation, ActivationKind gateActivation)
    {
        _scalarActivation = scalarActivation;
        _gateActivation = gateActivation;
        Output = new FeatureLayout(new Irreps(scalars.Blocks.AddRange(gated.Blocks)));

        // The parts of the input, sorted as e3nn sorts them: scalars stay before gates where both are 0e.
        int gateCount = gated.Blocks.Sum(static b => b.Multiplicity);
        List<(IrrepBlock Block, int Part, int Output)> parts = [];
        for (int i = 0; i < scalars.Count; i++) { parts.Add((scalars[i], 0, Output.Offsets[i])); }
        if (gateCount > 0) { parts.Add((new IrrepBlock(gateCount, Irrep.Scalar), 1, -1)); }
        for (int i = 0; i < gated.Count; i++) { parts.Add((gated[i], 2, Output.Offsets[scalars.Count + i])); }
        parts = [.. parts.OrderBy(static p => p.Block.Irrep)];
        Input = new FeatureLayout(new Irreps(parts.Select(static p => p.Block)).Simplified());

        ImmutableArray<(int, int, int)>.Builder scalarParts = ImmutableArray.CreateBuilder<(int, int, int)>();
        ImmutableArray<(int, int, int, int, int)>.Builder gatedParts = ImmutableArray.CreateBuilder<(int, int, int, int, int)>();
        int gates = 0, offset = 0;
        foreach ((IrrepBlock block, int part, int _) in parts)
        {
            if (part == 1) { gates = offset; }
            offset += block.Dimension;
        }

        offset = 0;
        foreach ((IrrepBlock block, int part, int output) in parts)
        {
            if (part == 0) { scalarParts.Add((offset, output, block.Multiplicity)); }
            if (part == 2)
            {
                gatedParts.Add((offset, gates, output, block.Multiplicity, block.Irrep.Dimension));
                gates += block.Multiplicity;
            }

            offset += block.Dimension;
        }

        _scalars = scalarParts.ToImmutable();
        _gated = gatedParts.ToImmutable();

        // Merging adjacent equal blocks changes the channel-innermost order of anything but scalars.
        if (gated.Blocks.Any(b => gated.CountOf(b.Irrep) != b.Multiplicity))
        {
            throw new Atoms.InvalidInputException($"A gate over {gated} with repeated irreps is not supported.");
        }
    }

    public FeatureLayout Input { get; }

    public FeatureLayout Output { get; }

    /// <summary>y = gate(x) for one node.</summary>
    public void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        Span<T> slopes = stackalloc T[Chunk], gates = stackalloc T[Chunk];
        foreach ((int input, int output, int count) in _scalars)
        {
            for (int u = 0, some; u < count; u += some)
            {
                some = Math.Min(Chunk, count - u);
                Activation.Evaluate(_scalarActivation, x.Slice(input + u, some), y.Slice(output + u, some), slopes);
            }
        }

        foreach ((int input, int firstGate, int output, int channels, int components) in _gated)
        {
            for (int u = 0, some; u < channels; u += some)
            {
                some = Math.Min(Chunk, channels - u);
                Activation.Evaluate(_gateActivation, x.Slice(firstGate + u, some), gates, slopes);
                for (int m = 0, k = u; m < components; m++, k += channels)
                {
                    Simd.Multiply(x.Slice(input + k, some), gates[..some], y.Slice(output + k, some));
                }
            }
        }
    }

    /// <summary>x̄ += (∂gate/∂x)ᵀ·ȳ for one node.</summary>
    public void Adjoint(ReadOnlySpan<T> x, ReadOnlySpan<T> yBar, Span<T> xBar)
    {
        Span<T> slopes = stackalloc T[Chunk], gates = stackalloc T[Chunk], sums = stackalloc T[Chunk];
        foreach ((int input, int output, int count) in _scalars)
        {
            for (int u = 0, some; u < count; u += some)
            {
                some = Math.Min(Chunk, count - u);
                Activation.Evaluate(_scalarActivation, x.Slice(input + u, some), gates, slopes);
                Simd.AddProduct(yBar.Slice(output + u, some), slopes[..some], xBar.Slice(input + u, some));
            }
        }

        foreach ((int input, int firstGate, int output, int channels, int components) in _gated)
        {
            for (int u = 0, some; u < channels; u += some)
            {
                some = Math.Min(Chunk, channels - u);
                Activation.Evaluate(_gateActivation, x.Slice(firstGate + u, some), gates, slopes);
                sums.Clear();
                for (int m = 0, k = u; m < components; m++, k += channels)
                {
                    ReadOnlySpan<T> bar = yBar.Slice(output + k, some);
                    Simd.AddProduct(gates[..some], bar, xBar.Slice(input + k, some));
                    Simd.AddProduct(x.Slice(input + k, some), bar, sums[..some]);
                }

                Simd.AddProduct(sums[..some], slopes[..some], xBar.Slice(firstGate + u, some));
            }
        }
    }
}

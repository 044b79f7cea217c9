using System.Numerics;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights by the radial network itself, edge by edge: the exact form. There is one slab.</summary>
internal sealed class NetworkEdgeWeights<T>(RadialBlock block) : EdgeWeights<T>(MostEdges, block.Weights.OutputWidth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostEdges = 64;

    private readonly RadialEvaluation _radial = new(block, MostEdges);

    /// <inheritdoc/>
    public override bool NeedsBasis => true;

    /// <inheritdoc/>
    public override int WidthOf(int slab) => block.Weights.OutputWidth;

    /// <inheritdoc/>
    public override void Evaluate(in EdgeGeometry geometry, EdgeGroup<T> edges, int receiver, int slab, int first, int count, bool slopes)
    {
        int width = block.Weights.OutputWidth, basis = edges.BasisCount;
        _radial.Begin(count);
        for (int e = 0; e < count; e++) { _radial.AddElements(e, geometry.Elements[edges.Senders[first + e]], geometry.Elements[receiver]); }
        ReadOnlySpan<double> cutoffs = edges.Cutoffs.AsSpan(first, count), cutoffSlopes = edges.CutoffSlopes.AsSpan(first, count);
        _radial.Run(count, edges.Basis.AsSpan(first * basis, count * basis), slopes ? edges.BasisSlopes.AsSpan(first * basis, count * basis) : default, cutoffs, cutoffSlopes);
        for (int e = 0; e < count; e++)
        {
            ReadOnlySpan<double> raw = _radial.RawWeights.Slice(e * width, width);
            Simd.ScaleInto(cutoffs[e], raw, Values.AsSpan(e * width, width));
            if (slopes) { Simd.CombineInto(cutoffs[e], _radial.RawSlopes.Slice(e * width, width), cutoffSlopes[e], raw, Slopes.AsSpan(e * width, width)); }
        }

        if (block.Density is null) { return; }
        _radial.Densities.AsSpan(0, count).CopyTo(Densities.AsSpan(first));
        _radial.DensitySlopes.AsSpan(0, count).CopyTo(DensitySlopes.AsSpan(first));
    }
}

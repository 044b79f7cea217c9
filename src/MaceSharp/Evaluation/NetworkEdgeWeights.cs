using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights by the radial network itself, edge by edge: the exact form.</summary>
internal sealed class NetworkEdgeWeights<T>(RadialBlock block) : EdgeWeights<T>(block.Weights.OutputWidth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RadialEvaluation _radial = new(block, EdgeBatch<T>.Capacity);

    /// <inheritdoc/>
    public override bool NeedsBasis => true;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Densities => _radial.Densities;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DensitySlopes => _radial.DensitySlopes;

    /// <inheritdoc/>
    public override void Evaluate(in EdgeGeometry geometry, EdgeBatch<T> edges, int receiver, bool slopes)
    {
        int count = edges.Count;
        _radial.Begin(count);
        for (int e = 0; e < count; e++) { _radial.AddElements(e, geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]); }
        _radial.Run(count, edges.Basis, slopes ? edges.BasisSlopes : default, edges.Cutoffs, edges.CutoffSlopes);
        for (int e = 0; e < count; e++)
        {
            ReadOnlySpan<double> raw = _radial.RawWeights.Slice(e * Width, Width);
            Simd.ScaleInto(edges.Cutoffs[e], raw, Values.AsSpan(e * Width, Width));
            if (slopes) { Simd.CombineInto(edges.Cutoffs[e], _radial.RawSlopes.Slice(e * Width, Width), edges.CutoffSlopes[e], raw, Slopes.AsSpan(e * Width, Width)); }
        }
    }
}

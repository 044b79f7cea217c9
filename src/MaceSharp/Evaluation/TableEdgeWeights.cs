using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights from tables; below the first node of a table from the network itself.</summary>
internal sealed class TableEdgeWeights<T>(RadialTables<T> tables) : EdgeWeights<T>(tables.Width)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PairRadial _exact = tables.CreateExact(1);
    private readonly double[] _densities = new double[tables.HasDensity ? EdgeBatch<T>.Capacity : 0];
    private readonly double[] _densitySlopes = new double[tables.HasDensity ? EdgeBatch<T>.Capacity : 0];

    /// <inheritdoc/>
    public override bool NeedsBasis => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Densities => _densities;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DensitySlopes => _densitySlopes;

    /// <inheritdoc/>
    public override void Evaluate(in EdgeGeometry geometry, EdgeBatch<T> edges, int receiver, bool slopes)
    {
        int element = geometry.Elements[receiver];
        for (int e = 0; e < edges.Count; e++)
        {
            int sender = geometry.Elements[edges.Senders[e]];
            RadialTables<T>.Pair pair = tables.Get(sender, element);
            double distance = edges.Distances[e];
            Span<T> values = Values.AsSpan(e * Width, Width), derivatives = slopes ? Slopes.AsSpan(e * Width, Width) : default;
            if (distance < pair.Weights.First)
            {
                Exact(distance, sender, element, e, values, derivatives);
                continue;
            }

            pair.Weights.Evaluate(distance, values, derivatives);
            if (pair.Density is { } density) { (_densities[e], _densitySlopes[e]) = density.EvaluateFirst(distance); }
        }
    }

    private void Exact(double distance, int sender, int receiver, int edge, Span<T> values, Span<T> derivatives)
    {
        _exact.Evaluate([distance], sender, receiver, !derivatives.IsEmpty);
        Simd.ScaleInto(1, _exact.Values[..Width], values);
        if (!derivatives.IsEmpty) { Simd.ScaleInto(1, _exact.Slopes[..Width], derivatives); }
        if (!tables.HasDensity) { return; }
        _densities[edge] = _exact.Densities[0];
        _densitySlopes[edge] = _exact.DensitySlopes[0];
    }
}

using System.Numerics;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights from tables; below the first node of a table from the network itself.</summary>
internal sealed unsafe class TableEdgeWeights<T> : EdgeWeights<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostEdges = 32;

    /// <summary>In place of the cell of a distance below the first node.</summary>
    private const int Below = -1;

    private readonly RadialTables<T> _tables;
    private readonly PairRadial _exact;
    private RadialTables<T>.Pair[] _pairs = [];
    private int[] _cells = [];
    private int[] _pairOf = [];
    private double[] _places = [];
    private double[] _scales = [];
    private double[] _densityWeights = [];
    private T[] _weights = [];

    public TableEdgeWeights(RadialTables<T> tables)
        : base(MostEdges, tables.Slabs.Max(static s => s.Length))
    {
        _tables = tables;
        _exact = tables.CreateExact(1);
    }

    /// <inheritdoc/>
    public override bool NeedsBasis => false;

    /// <inheritdoc/>
    /// <remarks>A few tiles of the kernels: their weights and slopes stay in the first-level cache.</remarks>
    public override int AdjointRunLength => 4 * ConvolutionTile<T>.Edges;

    /// <inheritdoc/>
    public override bool DependOnElements => _tables.DependOnElements;

    /// <inheritdoc/>
    public override int WidthOf(int slab) => _tables.Slabs[slab].Length;

    /// <inheritdoc/>
    public override void Begin(in EdgeGeometry geometry, EdgeGroup<T> edges)
    {
        base.Begin(geometry, edges);
        if (_cells.Length < edges.Capacity)
        {
            _cells = new int[edges.Capacity];
            _pairOf = new int[edges.Capacity];
            _places = new double[edges.Capacity + SplineWeights.Padding];
            _scales = new double[edges.Capacity + SplineWeights.Padding];
            _densityWeights = new double[_tables.HasDensity ? edges.Capacity * SplineWeights.Count : 0];
            _weights = new T[edges.Capacity * SplineWeights.Count];
        }

        AtomSpecies species = geometry.Species;
        LoadPairs(species);
        for (int i = 0; i < edges.Receivers; i++)
        {
            int receiver = edges.FirstReceiver + i, row = _tables.DependOnElements ? species.SlotOf(receiver) * species.Count : 0;
            for (int e = edges.Starts[i]; e < edges.Starts[i + 1]; e++)
            {
                int which = row + (_tables.DependOnElements ? species.SlotOf(edges.Senders[e]) : 0);
                RadialTables<T>.Pair pair = _pairs[which];
                double distance = edges.Distances[e];
                _pairOf[e] = which;
                _cells[e] = distance < RadialTables<T>.FirstNode ? Below : pair.Grid.Locate(pair.Coordinate.Of(distance), out _places[e]);
                _scales[e] = pair.Grid.Scale * pair.Coordinate.Slope(distance);
            }
        }

        fixed (double* t = _places, scale = _scales, densities = _densityWeights)
        fixed (T* weights = _weights)
        {
            SplineWeights.Evaluate(t, scale, edges.Count, weights);
            if (!_tables.HasDensity) { return; }
            SplineWeights.Evaluate(t, scale, edges.Count, densities);
            for (int e = 0; e < edges.Count; e++)
            {
                if (_cells[e] == Below) { continue; }
                (Densities[e], DensitySlopes[e]) = _pairs[_pairOf[e]].Density!.EvaluateFirst(_cells[e], densities + (e * SplineWeights.Count));
            }
        }
    }

    /// <inheritdoc/>
    public override void Evaluate(in EdgeGeometry geometry, EdgeGroup<T> edges, int receiver, int slab, int first, int count, bool slopes)
    {
        int width = WidthOf(slab);
        T* values = Values.Pointer, derivatives = slopes ? Slopes.Pointer : null;
        fixed (T* weights = _weights)
        {
            for (int e = first; e < first + count; e++)
            {
                if (_cells[e] == Below) { Exact(geometry, edges, receiver, slab, e, e - first, slopes); }
                else { _pairs[_pairOf[e]].Weights[slab].Evaluate(_cells[e], weights + (e * SplineWeights.Count), values, derivatives); }
                values += width;
                if (slopes) { derivatives += width; }
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>The tables of the pairs of elements that are present, [receiver, sender].</summary>
    private void LoadPairs(AtomSpecies species)
    {
        if (!_tables.DependOnElements)
        {
            if (_pairs.Length == 0) { _pairs = [_tables.Get(0, 0)]; }
            return;
        }

        int count = species.Count;
        if (_pairs.Length < count * count) { _pairs = new RadialTables<T>.Pair[count * count]; }
        for (int receiver = 0; receiver < count; receiver++)
        {
            for (int sender = 0; sender < count; sender++) { _pairs[(receiver * count) + sender] = _tables.Get(species.Present[sender], species.Present[receiver]); }
        }
    }

    private void Exact(in EdgeGeometry geometry, EdgeGroup<T> edges, int receiver, int slab, int edge, int row, bool slopes)
    {
        _exact.Evaluate([edges.Distances[edge]], geometry.Elements[edges.Senders[edge]], geometry.Elements[receiver], slopes);
        int width = WidthOf(slab), k = row * width;
        Span<T> values = Values.Span, derivatives = Slopes.Span;
        foreach (int column in _tables.Slabs[slab])
        {
            values[k] = T.CreateTruncating(_exact.Values[column]);
            if (slopes) { derivatives[k] = T.CreateTruncating(_exact.Slopes[column]); }
            k++;
        }

        if (!_tables.HasDensity) { return; }
        Densities[edge] = _exact.Densities[0];
        if (slopes) { DensitySlopes[edge] = _exact.DensitySlopes[0]; }
    }
}

using MaceSharp.Architecture;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>Runs the radial networks of one block over a number of edges: weights and densities, envelope included, and their slopes. Memory of one thread.</summary>
internal sealed class RadialEvaluation
{
    private readonly RadialBlock _block;
    private readonly RadialWorkspace<double> _weights;
    private readonly RadialWorkspace<double>? _density;
    private readonly RowBuffer _rows = new();

    /// <param name="block">The radial part of a block.</param>
    /// <param name="capacity">Edges at most.</param>
    public RadialEvaluation(RadialBlock block, int capacity)
    {
        _block = block;
        _weights = block.Weights.CreateWorkspace(capacity);
        _density = block.Density?.CreateWorkspace(capacity);
        Densities = new double[block.Density is null ? 0 : capacity];
        DensitySlopes = new double[block.Density is null ? 0 : capacity];
    }

    /// <summary>Radial weights of the last run without the envelope, [edges, weights].</summary>
    public Span<double> RawWeights => _weights.Output;

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public Span<double> RawSlopes => _weights.OutputDot;

    /// <summary>Densities of the edges, envelope included.</summary>
    public double[] Densities { get; }

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public double[] DensitySlopes { get; }

    /// <summary>The first layer of the weights before a run: what is to be added there; cleared by <see cref="Begin"/>.</summary>
    public Span<double> FirstTerms => _weights.FirstTerms;

    /// <summary>Workspace of the weights, for the adjoint of blocks whose weights depend on features.</summary>
    public RadialWorkspace<double> Workspace => _weights;

    /// <summary>Prepares a run.</summary>
    /// <param name="edges">Number of edges.</param>
    public void Begin(int edges)
    {
        _weights.FirstTerms[..(edges * _block.Weights.FirstWidth)].Clear();
        if (_density is not null && _block.Density is not null) { _density.FirstTerms[..(edges * _block.Density.FirstWidth)].Clear(); }
    }

    /// <summary>Adds what the elements of one edge contribute; between <see cref="Begin"/> and <see cref="Run"/>.</summary>
    public void AddElements(int edge, int sender, int receiver)
    {
        if (_block.WeightTerms is { } terms) { terms.AddTo(_weights.FirstTerms.Slice(edge * terms.Width, terms.Width), sender, receiver); }
        if (_block.DensityTerms is { } density && _density is not null) { density.AddTo(_density.FirstTerms.Slice(edge * density.Width, density.Width), sender, receiver); }
    }

    /// <summary>Evaluates.</summary>
    /// <param name="edges">Number of edges.</param>
    /// <param name="basis">Basis [edges, basis].</param>
    /// <param name="basisSlopes">Slopes of the basis, 1/Å; empty when no slopes are wanted.</param>
    /// <param name="cutoffs">Separate envelope of each edge (1 where there is none).</param>
    /// <param name="cutoffSlopes">Its slope, 1/Å.</param>
    public void Run(int edges, ReadOnlySpan<double> basis, ReadOnlySpan<double> basisSlopes, ReadOnlySpan<double> cutoffs, ReadOnlySpan<double> cutoffSlopes)
    {
        bool slopes = !basisSlopes.IsEmpty;
        _block.Weights.Forward(basis, edges, _weights, _rows);
        if (slopes) { _block.Weights.Tangent(basisSlopes, edges, _weights, _rows); }
        if (_block.Density is null || _density is null) { return; }
        _block.Density.Forward(basis, edges, _density, _rows);
        if (slopes) { _block.Density.Tangent(basisSlopes, edges, _density, _rows); }
        for (int e = 0; e < edges; e++)
        {
            double q = _density.Output[e], tanh = Math.Tanh(q * q);
            Densities[e] = tanh * cutoffs[e];
            if (slopes) { DensitySlopes[e] = (tanh * cutoffSlopes[e]) + ((1 - (tanh * tanh)) * 2 * q * _density.OutputDot[e] * cutoffs[e]); }
        }
    }
}

using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// Runs a network over the atoms of one structure. The last layer goes forward and back in one sweep, block by block, because its adjoint is local;
/// the layers before it go forward in order, and back in reverse order with what they need of the way forward made again. So nothing but the
/// features that atoms send to each other is kept for all atoms. Threads own contiguous ranges of atoms, so results depend on their number only by rounding.
/// </summary>
internal sealed class NetworkPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MaceNetwork<T> _network;
    private readonly LayerState<T>[] _states;
    private readonly ThreadScratch<T>[] _threads;
    private readonly LayerPass<T>[] _layers;
    private readonly WorkerTeam _team;
    private readonly int _threadCount;
    private readonly Action<int> _work;
    private readonly PassInput<T> _input;
    private Phase _phase;
    private int _layer;
    private CancellationToken _cancellation;

    /// <param name="network">The network.</param>
    /// <param name="team">The threads.</param>
    /// <param name="times">Gathers the time of each stage of the first thread; null: nobody.</param>
    public NetworkPass(MaceNetwork<T> network, WorkerTeam team, StageTimes? times = null)
    {
        int threads = team.ThreadCount;
        _network = network;
        _team = team;
        _threadCount = threads;
        _work = Work;
        _input = new PassInput<T>(network);
        _states = [.. network.Layers.Select((l, t) => new LayerState<T>(l, t == network.Layers.Length - 1, threads))];
        _threads = [.. Enumerable.Range(0, threads).Select(i => new ThreadScratch<T>(network, _states, i))];
        _threads[0].Times = times;
        _layers = [.. Enumerable.Range(0, _states.Length).Select(t => new LayerPass<T>(network, t, _states, _input))];
    }

    private enum Phase
    {
        /// <summary>Clears accumulators; sends the first features where they are sent at all.</summary>
        Begin,

        /// <summary>A layer forward; its atoms send their features to the next one.</summary>
        Forward,

        /// <summary>The last layer forward and back.</summary>
        Turn,

        /// <summary>A layer back, from what its atoms sent.</summary>
        Back,
    }

    /// <summary>Sum over the readouts and the pair repulsion of each atom, before scale and shift, eV.</summary>
    public double[] Interaction => _input.Interaction;

    /// <summary>Everything the readouts say of each atom, summed over layers, [atoms, readout].</summary>
    public double[] ReadoutSums => _input.ReadoutSums;

    /// <summary>Numbers a readout gives an atom.</summary>
    public int ReadoutWidth => _input.ReadoutWidth;

    /// <summary>Energy of the embedding readout, eV.</summary>
    public double EmbeddingEnergy => _input.EmbeddingEnergy;

    /// <summary>Evaluates the network.</summary>
    /// <param name="geometry">The edges.</param>
    /// <param name="graphValues">Graph-level quantities the model asks for.</param>
    /// <param name="weights">Weight of the energy of each atom in what is differentiated; empty: one.</param>
    /// <param name="head">Head.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Checked once a block of atoms.</param>
    public void Run(in EdgeGeometry geometry, ReadOnlySpan<double> graphValues, ReadOnlySpan<double> weights, int head, PassRequest request, CancellationToken cancellationToken)
    {
        _input.Begin(geometry, graphValues, weights, head, request);
        foreach (LayerState<T> state in _states) { state.Reserve(_input.Atoms, request.Derivatives, request.Features); }
        _cancellation = cancellationToken;
        Run(Phase.Begin, 0);
        int last = _states.Length - 1;
        for (int t = 0; t < last; t++) { Run(Phase.Forward, t); }
        Run(request.Derivatives ? Phase.Turn : Phase.Forward, last);
        for (int t = last - 1; request.Derivatives && t >= 0; t--) { Run(Phase.Back, t); }
    }

    /// <summary>Adds up what the threads gathered.</summary>
    /// <param name="factor">Factor of the energy that was differentiated.</param>
    /// <param name="forces">Receives forces, eV/Å; may be empty.</param>
    /// <param name="atomicVirials">Receives virials of atoms, eV; may be empty.</param>
    /// <returns>The virial −∂E/∂ε, eV.</returns>
    public Matrix3 CollectDerivatives(double factor, Span<Vector3D> forces, Span<Matrix3> atomicVirials)
    {
        Matrix3 virial = default;
        foreach (ThreadScratch<T> thread in _threads)
        {
            for (int i = 0; i < forces.Length; i++) { forces[i] -= factor * thread.Gradient[i]; }
            for (int i = 0; i < atomicVirials.Length; i++) { atomicVirials[i] -= factor * thread.AtomicVirials[i]; }
            virial -= factor * thread.StrainGradient;
        }

        for (int i = 0; i < atomicVirials.Length; i++) { atomicVirials[i] = atomicVirials[i].Symmetrized; }
        return virial.Symmetrized;
    }

    /// <summary>Node features of one atom after a layer, of a run that was asked for them.</summary>
    public ReadOnlySpan<T> Features(int layer, int atom)
    {
        int width = _network.Layers[layer].Output.Dimension;
        return _states[layer].Output.AsSpan(atom * width, width);
    }

    private void Run(Phase phase, int layer)
    {
        _phase = phase;
        _layer = layer;
        _team.Run(_work);
    }

    /// <summary>The share of one thread: a contiguous range of atoms, in blocks.</summary>
    private void Work(int thread)
    {
        ThreadScratch<T> scratch = _threads[thread];
        scratch.Times?.End(EvaluationStage.Rest);
        if (_phase == Phase.Begin) { Clear(thread); }
        int last = Boundary(thread + 1);
        for (int first = Boundary(thread); first < last; first += ThreadScratch<T>.BlockSize)
        {
            _cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(ThreadScratch<T>.BlockSize, last - first);
            LayerPass<T> layer = _layers[_layer];
            switch (_phase)
            {
                case Phase.Begin:
                    layer.Send(scratch, first, count);
                    break;
                case Phase.Forward:
                    layer.Forward(scratch, first, count, store: _layer + 1 < _layers.Length || _input.Request.Features);
                    if (_layer + 1 < _layers.Length) { _layers[_layer + 1].Send(scratch, first, count); }
                    break;
                case Phase.Turn:
                    layer.Forward(scratch, first, count, store: _input.Request.Features);
                    layer.Adjoint(scratch, thread, first, count);
                    break;
                default:
                    _layers[_layer + 1].SendAdjoint(scratch, first, count);
                    layer.Recompute(scratch, first, count);
                    layer.Adjoint(scratch, thread, first, count);
                    break;
            }

            scratch.Times?.End(EvaluationStage.Products);
        }
    }

    private void Clear(int thread)
    {
        _threads[thread].Begin(_input.Atoms, _input.Geometry.Species.Count, _input.Request.Derivatives, _input.Request.AtomicVirials);
        if (!_input.Request.Derivatives) { return; }
        foreach (LayerState<T> state in _states) { state.ClearBars(thread, _input.Atoms); }
    }

    private int Boundary(int thread) => (int)((long)_input.Atoms * thread / _threadCount);
}

/// <summary>What a run over a network is to give besides the energies of the atoms.</summary>
/// <param name="Derivatives">Forces and virial.</param>
/// <param name="AtomicVirials">Virials of atoms.</param>
/// <param name="Features">Node features after every layer.</param>
internal readonly record struct PassRequest(bool Derivatives, bool AtomicVirials, bool Features);

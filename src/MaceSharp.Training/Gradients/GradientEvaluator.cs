using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Operators;
using MaceSharp.Training.Network;

namespace MaceSharp.Training;

/// <summary>
/// Predicts batches with given parameters and differentiates losses of the predictions with respect to the parameters, forces and stress included.
/// Owns its threads and memory; nothing is allocated in a step once batches of that size were seen.
/// </summary>
/// <typeparam name="T">Precision of features, messages and products: <see cref="double"/> or <see cref="float"/>. Geometry, energies, forces and gradients are summed in double in either.</typeparam>
/// <remarks>
/// <para>
/// With v = −∂L/∂F and D = (∂L/∂σ)/V, ∂L/∂θ = Σ (∂L/∂E)·∂E/∂θ + ∂/∂θ[v·∇E + D:∂E/∂ε], and the bracket is the derivative of the energy along one displacement and strain.
/// So a gradient is one pass on dual numbers along that direction and one reverse pass for all terms together.
/// </para>
/// <para>The same number of threads gives the same bits. Not thread-safe.</para>
/// </remarks>
public sealed class GradientEvaluator<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Pairs that are worked on together: few enough for the caches, enough for the matrix products.</summary>
    private const int PairsPerShard = 128;

    private const Properties Derivatives = Properties.Forces | Properties.Stress | Properties.Virial;

    private readonly WorkerTeam _team;
    private readonly TrainingNetwork<T> _network;
    private readonly ParameterSlot[] _frozen;
    private readonly ThreadMemory<T>[] _threads;
    private readonly List<Shard<T>> _shards = [];
    private readonly List<(int FirstGraph, int GraphCount, int Pairs)> _plan = [];
    private readonly int[] _firstShard;
    private readonly BatchPrediction _prediction = new();
    private readonly Action<int> _predict;
    private readonly Action<int> _differentiate;
    private double[] _volumes = [];
    private Vector3D[] _displacements = [];
    private Matrix3[] _strains = [];
    private TrainingBatch? _batch;
    private PredictionAdjoint? _adjoint;
    private bool _withDerivatives;
    private bool _tangents;

    /// <summary>Prepares for a model.</summary>
    /// <param name="model">Hyper-parameters and everything that is not fitted (E0, scale, coupling tensors).</param>
    /// <param name="threads">Number of threads; 0: all processors.</param>
    /// <exception cref="InvalidInputException">The model cannot be used.</exception>
    public GradientEvaluator(MaceModel model, int threads = 1)
        : this(new ParameterSet(model), threads)
    {
    }

    /// <summary>Prepares for the model of a set of parameters.</summary>
    /// <param name="parameters">Parameters; their values are handed in anew with each batch. Gradients of tensors that are frozen now stay zero.</param>
    /// <param name="threads">Number of threads; 0: all processors.</param>
    /// <exception cref="InvalidInputException">The model cannot be used.</exception>
    public GradientEvaluator(ParameterSet parameters, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Model = parameters.Model;
        ParameterCount = parameters.Count;
        _network = new TrainingNetwork<T>(parameters);
        _frozen = [.. parameters.Slots.Where(s => !parameters.Trains(s))];
        _team = new WorkerTeam(threads == 0 ? Environment.ProcessorCount : threads);
        _threads = [.. Enumerable.Range(0, _team.ThreadCount).Select(_ => new ThreadMemory<T>(_network))];
        _firstShard = new int[_team.ThreadCount + 1];
        _predict = PredictShare;
        _differentiate = DifferentiateShare;
    }

    /// <summary>The model.</summary>
    public MaceModel Model { get; }

    /// <summary>Number of parameters: length of a gradient.</summary>
    public int ParameterCount { get; }

    /// <summary>Predicts a batch.</summary>
    /// <param name="batch">The structures.</param>
    /// <param name="parameters">Parameters, <see cref="ParameterSet.Values"/> of a set made of the same model.</param>
    /// <param name="properties">What is wanted. Asking for forces, stress or virial doubles the work; each of them gives all three.</param>
    /// <returns>The prediction, owned by the evaluator and valid until the next call.</returns>
    /// <exception cref="InvalidInputException">A structure cannot be evaluated; the message says which and why.</exception>
    /// <exception cref="ArgumentException">The number of parameters is not that of the model.</exception>
    public BatchPrediction Predict(TrainingBatch batch, ReadOnlySpan<double> parameters, Properties properties)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (parameters.Length != ParameterCount) { throw new ArgumentException($"The model has {ParameterCount} parameters, not {parameters.Length}.", nameof(parameters)); }
        _batch = null;
        _prediction.Reset(batch.GraphCount, batch.AtomCount);
        _network.Load(parameters, batch);
        Plan(batch);
        _withDerivatives = (properties & Derivatives) != 0 && Model.HyperParameters.HasEnergy;
        _batch = batch;
        try
        {
            _team.Run(_predict);
        }
        catch
        {
            _batch = null;
            throw;
        }

        if (!_withDerivatives) { return _prediction; }
        if (_volumes.Length < batch.GraphCount) { _volumes = new double[batch.GraphCount]; }
        for (int g = 0; g < batch.GraphCount; g++)
        {
            _volumes[g] = TrainingVolume.Of(batch.Structures[g].Structure, Model.HyperParameters.CutoffRadius);
            _prediction.Stresses[g] = -1 / _volumes[g] * _prediction.Virials[g];
        }

        return _prediction;
    }

    /// <summary>Adds ∂L/∂θ of the batch of the last prediction to a gradient.</summary>
    /// <param name="adjoint">∂L/∂ prediction. Derivatives with respect to forces, stress or virials may be there only if these were asked for.</param>
    /// <param name="gradient">One number a parameter, accumulated.</param>
    /// <exception cref="InvalidOperationException">There was no prediction, or the adjoint holds derivatives with respect to forces, stress or virials that were not predicted.</exception>
    /// <exception cref="ArgumentException">The number of parameters is not that of the model, or the adjoint is of another size than the batch.</exception>
    public void Accumulate(PredictionAdjoint adjoint, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(adjoint);
        if (gradient.Length != ParameterCount) { throw new ArgumentException($"The model has {ParameterCount} parameters, not {gradient.Length}.", nameof(gradient)); }
        TrainingBatch batch = _batch ?? throw new InvalidOperationException("There is no prediction to differentiate.");
        if (adjoint.GraphCount != batch.GraphCount || adjoint.AtomCount != batch.AtomCount) { throw new ArgumentException("The adjoint is not of the size of the batch.", nameof(adjoint)); }
        _tangents = SetDirection(batch, adjoint);
        if (_tangents && !_withDerivatives) { throw new InvalidOperationException("The loss depends on forces, stress or virials, but these were not predicted."); }
        _adjoint = adjoint;
        _team.Run(_differentiate);
        _adjoint = null;
        double[] total = _threads[0].Gradient;
        for (int other = 1; other < _threads.Length; other++) { Simd.Add<double>(_threads[other].Gradient, total); }
        foreach (LayerMaps<T> layer in _network.Layers) { layer.ScaleGradient(total); }
        foreach (ParameterSlot slot in _frozen) { total.AsSpan(slot.Range).Clear(); }
        Simd.Add<double>(total, gradient);
    }

    /// <summary>About how much memory a step over a batch takes, bytes; parameters, optimiser and data come on top.</summary>
    /// <param name="atoms">Number of atoms of the batch.</param>
    /// <param name="pairs">Number of pairs within the cutoff (<see cref="NeighborPairs.Count"/>).</param>
    public long EstimateBytes(long atoms, long pairs)
    {
        HyperParameters h = Model.HyperParameters;
        int harmonics = (h.MaxEll + 1) * (h.MaxEll + 1);
        long perAtom = h.ChannelCount, perPair = (2 * harmonics) + (3 * h.RadialBasisCount);
        for (int t = 0; t < h.LayerCount; t++)
        {
            (int atom, int pair) = _threads[0].Dots[t].Widths;
            int rows = _network.Layers[t].FeatureCount > 0 ? 2 : 1;
            int hidden = _network.Layers[t].Radial.HiddenWidths.Sum() + (_network.Layers[t].Density?.HiddenWidths.Sum() ?? 0);
            perAtom += 2 * atom;
            perPair += (2 * pair) + ((_network.Layers[t].IsNormalized ? 6 : 4) * hidden * rows);
        }

        // Changes exist for one shard a thread; a gradient for each thread.
        double share = Math.Min(1, (double)PairsPerShard * _threads.Length / Math.Max(1, pairs));
        return (long)((1 + share) * (Unsafe.SizeOf<T>() * ((atoms * perAtom) + (pairs * perPair)))) + (pairs * ((24 * harmonics) + 80)) + (8L * ParameterCount * _threads.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    /// <summary>Cuts the batch into shards, and the shards into shares of threads of nearly equal numbers of pairs.</summary>
    private void Plan(TrainingBatch batch)
    {
        _plan.Clear();
        double cutoff = Model.HyperParameters.CutoffRadius;
        int total = 0;
        for (int g = 0; g < batch.GraphCount; g++) { total += NeighborPairs.Of(batch.Structures[g], cutoff).Count; }

        // Small batches are cut finer, so that every thread gets a share.
        int most = _threads.Length == 1 ? PairsPerShard : Math.Min(PairsPerShard, (total / (2 * _threads.Length)) + 1);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            int pairs = NeighborPairs.Of(batch.Structures[g], cutoff).Count;
            if (_plan.Count > 0 && _plan[^1].Pairs + pairs <= most)
            {
                (int first, int count, int before) = _plan[^1];
                _plan[^1] = (first, count + 1, before + pairs);
                continue;
            }

            _plan.Add((g, 1, pairs));
        }

        while (_shards.Count < _plan.Count) { _shards.Add(new Shard<T>(_network)); }
        int shard = 0, done = 0;
        for (int thread = 1; thread <= _threads.Length; thread++)
        {
            double limit = (double)total * thread / _threads.Length;
            while (shard < _plan.Count && (thread == _threads.Length || done + (0.5 * _plan[shard].Pairs) <= limit)) { done += _plan[shard++].Pairs; }
            _firstShard[thread] = shard;
        }
    }

    private void PredictShare(int thread)
    {
        TrainingBatch batch = _batch!;
        for (int s = _firstShard[thread]; s < _firstShard[thread + 1]; s++)
        {
            Shard<T> shard = _shards[s];
            shard.Fill(batch, _plan[s].FirstGraph, _plan[s].GraphCount);
            ShardPass<T>.Forward(_network, shard, _threads[thread]);
            ShardPass<T>.Collect(_network, shard, batch, _prediction);
            if (_withDerivatives) { ShardPass<T>.Adjoint(_network, shard, _threads[thread], batch, _prediction); }
        }
    }

    private void DifferentiateShare(int thread)
    {
        ThreadMemory<T> memory = _threads[thread];
        Array.Clear(memory.Gradient);
        for (int s = _firstShard[thread]; s < _firstShard[thread + 1]; s++)
        {
            Shard<T> shard = _shards[s];
            if (_tangents) { ShardPass<T>.Tangent(_network, shard, memory, _batch!, _displacements, _strains); }
            else { ShardPass<T>.ClearTangents(shard, memory); }
            ShardPass<T>.AdjointTangent(_network, shard, memory, _batch!, _adjoint!, _tangents);
        }

        for (int t = 0; t < _network.Layers.Length; t++) { _network.Layers[t].Contraction.Unfold(memory.Coefficients[t], memory.Gradient); }
    }

    /// <summary>The displacement −∂L/∂F and the strain (∂L/∂σ)/V − ∂L/∂virial; false if there is none.</summary>
    private bool SetDirection(TrainingBatch batch, PredictionAdjoint adjoint)
    {
        if (_displacements.Length < batch.AtomCount) { _displacements = new Vector3D[batch.AtomCount]; }
        if (_strains.Length < batch.GraphCount) { _strains = new Matrix3[batch.GraphCount]; }
        bool any = false;
        for (int i = 0; i < batch.AtomCount; i++)
        {
            _displacements[i] = -adjoint.Forces[i];
            any |= adjoint.Forces[i] != default;
        }

        for (int g = 0; g < batch.GraphCount; g++)
        {
            Matrix3 strain = -adjoint.Virials[g];
            if (_withDerivatives) { strain += 1 / _volumes[g] * adjoint.Stresses[g]; }
            _strains[g] = strain.Symmetrized;
            any |= adjoint.Virials[g] != default || adjoint.Stresses[g] != default;
        }

        return any;
    }
}

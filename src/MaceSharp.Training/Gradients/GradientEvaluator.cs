using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

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
    private readonly WorkerTeam _team;
    private readonly BatchPrediction _prediction = new();

    /// <summary>Prepares for a model.</summary>
    /// <param name="model">Hyper-parameters and everything that is not fitted (E0, scale, coupling tensors).</param>
    /// <param name="threads">Number of threads; 0: all processors.</param>
    /// <exception cref="InvalidInputException">The model cannot be used.</exception>
    public GradientEvaluator(MaceModel model, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Model = model;
        _team = new WorkerTeam(threads == 0 ? Environment.ProcessorCount : threads);
    }

    /// <summary>The model.</summary>
    public MaceModel Model { get; }

    /// <summary>Predicts a batch.</summary>
    /// <param name="batch">The structures.</param>
    /// <param name="parameters">Parameters, <see cref="ParameterSet.Values"/> of a set made of the same model.</param>
    /// <param name="properties">What is wanted. Asking for forces, stress or virial doubles the work.</param>
    /// <returns>The prediction, owned by the evaluator and valid until the next call.</returns>
    /// <exception cref="InvalidInputException">A structure cannot be evaluated; the message says which and why.</exception>
    public BatchPrediction Predict(TrainingBatch batch, ReadOnlySpan<double> parameters, Properties properties)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _prediction.Reset(batch.GraphCount, batch.AtomCount);
        throw new NotImplementedException();
    }

    /// <summary>Adds ∂L/∂θ of the batch of the last prediction to a gradient.</summary>
    /// <param name="adjoint">∂L/∂ prediction. Derivatives of forces, stress or virials count only if these were asked for.</param>
    /// <param name="gradient">One number a parameter, accumulated.</param>
    /// <exception cref="InvalidOperationException">There was no prediction.</exception>
    public void Accumulate(PredictionAdjoint adjoint, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(adjoint);
        throw new NotImplementedException();
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();
}

using System.Numerics;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Predicts batches and differentiates losses: a model as a run sees it, whatever its precision.</summary>
internal interface IBatchDifferentiator : IDisposable
{
    /// <summary>Predicts a batch; the result is valid until the next call.</summary>
    BatchPrediction Predict(TrainingBatch batch, ReadOnlySpan<double> parameters, Properties properties);

    /// <summary>Adds the derivatives of a loss of the latest prediction to a gradient.</summary>
    void Accumulate(PredictionAdjoint adjoint, Span<double> gradient);
}

/// <summary>The differentiator of a MACE model.</summary>
/// <typeparam name="T">Precision of the network.</typeparam>
/// <param name="parameters">The parameters; gradients of those that are frozen are left out.</param>
/// <param name="threads">Number of threads; 0: one a core.</param>
internal sealed class MaceDifferentiator<T>(ParameterSet parameters, int threads) : IBatchDifferentiator
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GradientEvaluator<T> _evaluator = new(parameters, threads);

    /// <inheritdoc/>
    public BatchPrediction Predict(TrainingBatch batch, ReadOnlySpan<double> parameters, Properties properties) => _evaluator.Predict(batch, parameters, properties);

    /// <inheritdoc/>
    public void Accumulate(PredictionAdjoint adjoint, Span<double> gradient) => _evaluator.Accumulate(adjoint, gradient);

    /// <inheritdoc/>
    public void Dispose() => _evaluator.Dispose();
}

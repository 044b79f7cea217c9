using System.Numerics;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>One evaluation of a loss and its gradient.</summary>
internal static class Gradients
{
    public static (double Loss, BatchPrediction Prediction) Evaluate<T>(GradientEvaluator<T> evaluator, TrainingBatch batch, ReadOnlySpan<double> parameters, ILoss loss, Span<double> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchPrediction prediction = evaluator.Predict(batch, parameters, loss.Reads);
        PredictionAdjoint adjoint = new();
        adjoint.Reset(batch.GraphCount, batch.AtomCount);
        double value = loss.Evaluate(batch, prediction, adjoint);
        if (!gradient.IsEmpty) { evaluator.Accumulate(adjoint, gradient); }
        return (value, prediction);
    }
}

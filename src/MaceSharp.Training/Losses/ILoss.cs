using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>A loss of mace-torch: one number that says how far predictions are from labels, and its derivatives.</summary>
public interface ILoss
{
    /// <summary>What the loss reads of a prediction (any of energy, forces, stress, virial, dipole, polarizability, charges).</summary>
    Properties Reads { get; }

    /// <summary>Evaluates the loss of a batch.</summary>
    /// <param name="batch">Labels and weights.</param>
    /// <param name="prediction">What the model says.</param>
    /// <param name="adjoint">Receives the derivatives with respect to the prediction; sized and zero on entry. Null: the value alone is wanted.</param>
    /// <returns>The loss.</returns>
    double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint);
}

namespace MaceSharp.Training;

/// <summary>
/// Derivatives of a loss with respect to a <see cref="BatchPrediction"/>, element by element and in the same places: ∂L/∂E in <see cref="BatchPrediction.Energies"/>, ∂L/∂F in <see cref="BatchPrediction.Forces"/>, and so on.
/// </summary>
/// <remarks>
/// Stress and virial are both derivatives with respect to strain; a loss may use either. Every element of a tensor is a variable of its own (∂L/∂σ_xy and ∂L/∂σ_yx are separate),
/// so the derivative of a mean over nine elements is what it looks like.
/// </remarks>
public sealed class PredictionAdjoint : BatchPrediction;

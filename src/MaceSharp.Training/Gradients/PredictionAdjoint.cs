namespace MaceSharp.Training;

/// <summary>
/// Derivatives of a loss with respect to a <see cref="BatchPrediction"/>, element by element and in the same places: ∂L/∂E in <see cref="BatchPrediction.Energies"/>, ∂L/∂F in <see cref="BatchPrediction.Forces"/>, and so on.
/// </summary>
/// <remarks>
/// Stress and virial are both derivatives with respect to strain; a loss may use either. Every element of a tensor is a variable of its own (∂L/∂σ_xy and ∂L/∂σ_yx are separate),
/// so the derivative of a mean over nine elements is what it looks like.
/// </remarks>
public sealed class PredictionAdjoint : BatchPrediction
{
    /// <summary>Multiplies everything by a factor.</summary>
    internal void Scale(double factor)
    {
        foreach (ref double x in Energies) { x *= factor; }
        foreach (ref Atoms.Vector3D x in Forces) { x = factor * x; }
        foreach (ref Atoms.Matrix3 x in Stresses) { x = factor * x; }
        foreach (ref Atoms.Matrix3 x in Virials) { x = factor * x; }
        foreach (ref Atoms.Vector3D x in Dipoles) { x = factor * x; }
        foreach (ref Atoms.Matrix3 x in Polarizabilities) { x = factor * x; }
        foreach (ref double x in Charges) { x *= factor; }
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Positions change by the velocities: r += f·Δt·v; fixed bonds are kept (SHAKE) and their velocities follow (RATTLE).</summary>
/// <param name="fraction">Share f of the time step.</param>
public sealed class DriftStep(double fraction) : IntegratorStep
{
    private Vector3D[] _before = [];

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        double dt = fraction * state.TimeStep;
        Span<Vector3D> positions = state.Structure.Positions, velocities = state.Velocities;
        if (!state.Constraints.HasBonds)
        {
            for (int i = 0; i < positions.Length; i++) { positions[i] += dt * velocities[i]; }
            return;
        }

        if (_before.Length != positions.Length) { _before = new Vector3D[positions.Length]; }
        positions.CopyTo(_before);
        for (int i = 0; i < positions.Length; i++) { positions[i] += dt * velocities[i]; }
        state.Constraints.CorrectPositions(_before, positions);
        for (int i = 0; i < positions.Length; i++) { velocities[i] = (positions[i] - _before[i]) / dt; }
        state.Constraints.Project(positions, velocities);
    }
}

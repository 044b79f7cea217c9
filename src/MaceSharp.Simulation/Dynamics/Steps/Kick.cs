using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Velocities change by the forces: v += f·Δt·F/m.</summary>
/// <param name="fraction">Share f of the time step.</param>
public sealed class Kick(double fraction) : IntegratorStep
{
    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        double dt = fraction * state.TimeStep;
        Span<Vector3D> velocities = state.Velocities;
        ReadOnlySpan<Vector3D> forces = state.Forces;
        ReadOnlySpan<double> masses = state.Masses;
        for (int i = 0; i < velocities.Length; i++) { velocities[i] += (dt / masses[i]) * forces[i]; }
        state.Constraints.Project(state.Structure.Positions, velocities);
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The extended system of Martyna, Tobias and Klein for constant pressure (J. Chem. Phys. 101, 4177 (1994)): a cell with a velocity of its own, in the reversible factorisation of
/// M. E. Tuckerman, J. Alejandre, R. López-Rendón, A. L. Jochim and G. J. Martyna, J. Phys. A 39, 5629 (2006). Its steps share this state.
/// </summary>
/// <remarks>Atoms that fixed bonds hold together follow the cell by their centre of mass. Velocities of the cell are symmetric, so it does not turn. Without chains of thermostats it samples constant enthalpy (NPH).</remarks>
internal sealed class MartynaTobiasKlein(CellFreedom freedom, double time, NoseHooverChain? chain)
{
    private Matrix3 _velocity;
    private Vector3D[] _accelerations = [];
    private Vector3D[] _before = [];
    private Vector3D[] _moves = [];
    private double _energy;

    /// <summary>The cell is pushed by the difference of pressures.</summary>
    public IntegratorStep CellKick(double fraction) => new CellKickStep(this, fraction);

    /// <summary>The atoms are pushed by forces and slowed by the growth of the cell.</summary>
    public IntegratorStep AtomKick(double fraction) => new AtomKickStep(this, fraction);

    /// <summary>Atoms and cell move.</summary>
    public IntegratorStep Drift() => new MoveStep(this);

    /// <summary>The thermostats of the cell act; the only step that reports the energy of the cell and remembers its state.</summary>
    public IntegratorStep CellThermostat(double fraction) => new ThermostatStep(this, fraction);

    /// <summary>Mass of each component of the strain rate, eV·time².</summary>
    private double Mass(DynamicsState state) => (state.DegreesOfFreedom + 3) * state.TargetThermalEnergy * time * time / 3;

    private double Kinetic(DynamicsState state) => 0.5 * Mass(state) * (_velocity.Row0.NormSquared + _velocity.Row1.NormSquared + _velocity.Row2.NormSquared);

    private sealed class CellKickStep(MartynaTobiasKlein owner, double fraction) : IntegratorStep
    {
        public override void Apply(DynamicsState state)
        {
            Matrix3 kinetic = state.CentreKineticTensor;
            Matrix3 outside = state.Structure.Volume * state.TargetPressureTensor;
            double equipartition = kinetic.Trace / state.CentreFreedom;
            Matrix3 push = owner.Freedom.Project(kinetic + state.CentreVirial!.Value + ((equipartition * Matrix3.Identity) - outside));
            owner._velocity += (fraction * state.TimeStep / owner.Mass(state)) * push;
        }
    }

    private sealed class AtomKickStep(MartynaTobiasKlein owner, double fraction) : IntegratorStep
    {
        public override void Apply(DynamicsState state)
        {
            double dt = fraction * state.TimeStep;
            (Vector3D rates, Matrix3 axes) = MatrixFunctions.EigenSymmetric(owner._velocity);
            double common = owner._velocity.Trace / state.CentreFreedom;
            Matrix3 decay = default, push = default;
            for (int k = 0; k < 3; k++)
            {
                double x = -(rates[k] + common) * dt;
                Matrix3 projector = Matrix3.Outer(axes[k], axes[k]);
                decay += Math.Exp(x) * projector;
                push += (dt * MatrixFunctions.ExponentialSlope(x)) * projector;
            }

            Span<Vector3D> velocities = state.Velocities;
            if (!state.Constraints.HasBonds)
            {
                for (int i = 0; i < velocities.Length; i++) { velocities[i] = (velocities[i] * decay) + ((state.Forces[i] / state.Masses[i]) * push); }
                return;
            }

            // Centres feel the cell, insides of groups only their forces.
            BondGroups groups = state.Constraints.Groups;
            if (owner._accelerations.Length != velocities.Length) { owner._accelerations = new Vector3D[velocities.Length]; }
            Span<Vector3D> accelerations = owner._accelerations;
            for (int i = 0; i < velocities.Length; i++) { accelerations[i] = state.Forces[i] / state.Masses[i]; }
            groups.Multiply(velocities, decay);
            groups.Multiply(accelerations, (1 / dt) * push);
            for (int i = 0; i < velocities.Length; i++) { velocities[i] += dt * accelerations[i]; }
            state.Constraints.Project(state.Structure.Positions, velocities);
        }
    }

    private sealed class MoveStep(MartynaTobiasKlein owner) : IntegratorStep
    {
        public override void Apply(DynamicsState state)
        {
            double dt = state.TimeStep;
            (Vector3D rates, Matrix3 axes) = MatrixFunctions.EigenSymmetric(owner._velocity);
            Matrix3 growth = default, move = default;
            for (int k = 0; k < 3; k++)
            {
                Matrix3 projector = Matrix3.Outer(axes[k], axes[k]);
                growth += Math.Exp(rates[k] * dt) * projector;
                move += (dt * MatrixFunctions.ExponentialSlope(rates[k] * dt)) * projector;
            }

            state.Deform(growth);
            Span<Vector3D> positions = state.Structure.Positions, velocities = state.Velocities;
            if (!state.Constraints.HasBonds)
            {
                for (int i = 0; i < positions.Length; i++) { positions[i] += velocities[i] * move; }
                return;
            }

            // The insides of groups move freely, then onto their bonds; what the bonds did to them is found in the velocities.
            if (owner._before.Length != positions.Length)
            {
                owner._before = new Vector3D[positions.Length];
                owner._moves = new Vector3D[positions.Length];
            }

            positions.CopyTo(owner._before);
            velocities.CopyTo(owner._moves);
            state.Constraints.Groups.Multiply(owner._moves, (1 / dt) * move);
            for (int i = 0; i < positions.Length; i++) { positions[i] += dt * owner._moves[i]; }
            state.Constraints.CorrectPositions(owner._before, positions);
            for (int i = 0; i < positions.Length; i++) { velocities[i] += ((positions[i] - owner._before[i]) / dt) - owner._moves[i]; }
            state.Constraints.Project(positions, velocities);
        }
    }

    private sealed class ThermostatStep(MartynaTobiasKlein owner, double fraction) : IntegratorStep
    {
        public override double ReservoirEnergy => owner._energy;

        public override void Apply(DynamicsState state)
        {
            double thermal = state.TargetThermalEnergy, kinetic = owner.Kinetic(state);
            int count = owner.Freedom.Count();
            if (owner.Chain is NoseHooverChain chain)
            {
                double scale = chain.Propagate(kinetic, count, thermal, fraction * state.TimeStep);
                owner._velocity = scale * owner._velocity;
                kinetic *= scale * scale;
            }

            owner._energy = kinetic + (owner.Chain?.Energy(count, thermal) ?? 0);
        }

        internal override void Save(StateBag bag)
        {
            bag.Set("cell_velocity", owner._velocity.ToArray());
            bag.Set("cell_energy", owner._energy);
            owner.Chain?.Save(bag, "cell_nhc");
        }

        internal override void Load(StateBag bag)
        {
            owner._velocity = Matrix3.FromRowMajor(bag.Reals("cell_velocity", 9));
            owner._energy = bag.Real("cell_energy");
            owner.Chain?.Load(bag, "cell_nhc");
        }
    }

    private CellFreedom Freedom => freedom;

    private NoseHooverChain? Chain => chain;
}

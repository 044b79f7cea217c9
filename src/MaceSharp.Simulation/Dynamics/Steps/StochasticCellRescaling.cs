using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Stochastic cell rescaling: first-order dynamics of the cell that samples the isothermal-isobaric ensemble. Isotropic: M. Bernetti and G. Bussi, J. Chem. Phys. 153, 114107 (2020),
/// in the square root of the volume; otherwise V. Del Tatto, P. Raiteri, M. Bernetti and G. Bussi, Appl. Sci. 12, 1139 (2022), with symmetric deformations, so that the cell does not turn.
/// </summary>
/// <remarks>
/// Applied at the end of every n-th step for the time of n steps, with forces evaluated anew, so that what it does to the energy is known exactly and neighbour lists serve in between.
/// Velocities change inversely to lengths.
/// </remarks>
public sealed class StochasticCellRescaling : IntegratorStep
{
    private readonly CellFreedom _freedom;
    private readonly double _mobility;
    private readonly int _every;
    private readonly RandomStream _random;
    private readonly ForceStep _forces;
    private double _given;

    /// <summary>Creates the step.</summary>
    /// <param name="freedom">How the cell may change.</param>
    /// <param name="time">Relaxation time of the volume, in Å·(u/eV)^½.</param>
    /// <param name="compressibility">An estimate of the isothermal compressibility, Å³/eV; with the time it sets how fast, not what, is sampled.</param>
    /// <param name="every">Steps between two applications.</param>
    /// <param name="random">Source of noise.</param>
    /// <param name="forces">Evaluates forces in the new cell.</param>
    public StochasticCellRescaling(CellFreedom freedom, double time, double compressibility, int every, RandomStream random, ForceStep forces)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (_freedom, _mobility, _every, _random, _forces) = (freedom, compressibility / time, every, random, forces);
    }

    /// <inheritdoc/>
    public override double ReservoirEnergy => -_given;

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        if ((state.StepCount + 1) % _every != 0) { return; }
        double before = Enthalpy(state), volume = state.Structure.Volume, thermal = state.TargetThermalEnergy, time = _every * state.TimeStep;
        Matrix3 pressure = state.Pressure!.Value;
        Matrix3 strain = _freedom == CellFreedom.Isotropic
            ? Isotropic(volume, pressure.Trace / 3, state.TargetPressure, thermal, time)
            : _freedom.Project(((_mobility * time / 3) * (pressure - state.TargetPressureTensor)) + (Math.Sqrt(2 * thermal * _mobility * time / (3 * volume)) * Noise()));
        state.Deform(MatrixFunctions.Exponential(strain));
        Matrix3 inverse = MatrixFunctions.Exponential(-strain);
        state.Constraints.Groups.Multiply(state.Velocities, inverse);
        _forces.Apply(state);
        _given += Enthalpy(state) - before;
    }

    internal override void Save(StateBag bag) => bag.Set("crescale_energy", _given);

    internal override void Load(StateBag bag) => _given = bag.Real("crescale_energy");

    private static double Enthalpy(DynamicsState state) => state.PotentialEnergy + state.KineticEnergy + state.PressureWork;

    /// <summary>One Euler step of λ = V^½, whose noise does not depend on λ.</summary>
    private Matrix3 Isotropic(double volume, double pressure, double target, double thermal, double time)
    {
        double root = Math.Sqrt(volume);
        double step = (-0.5 * _mobility * root * (target - pressure - (0.5 * thermal / volume)) * time) + (Math.Sqrt(0.5 * thermal * _mobility * time) * _random.NextNormal());

        // A step that would halve the cell is a cell far from equilibrium: it gets there in several.
        double limited = Math.Clamp(step / root, -0.1, 0.1);
        return (2.0 / 3 * Math.Log(1 + limited)) * Matrix3.Identity;
    }

    /// <summary>Symmetric noise: variance 1 on the diagonal, ½ beside it, as the symmetric part of nine independent numbers has.</summary>
    private Matrix3 Noise()
    {
        Vector3D diagonal = _random.NextNormalVector();
        if (_freedom == CellFreedom.Anisotropic) { return new(diagonal.X, 0, 0, 0, diagonal.Y, 0, 0, 0, diagonal.Z); }
        Vector3D off = Math.Sqrt(0.5) * _random.NextNormalVector();
        return new(diagonal.X, off.Z, off.Y, off.Z, diagonal.Y, off.X, off.Y, off.X, diagonal.Z);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Atoms that move by a potential in one of the ensembles of <see cref="Ensemble"/>. A step that has been done before allocates nothing.</summary>
public sealed class MolecularDynamics : IDisposable
{
    /// <summary>What came with the structure and would be taken for results of the run.</summary>
    private static readonly string[] Results = ["energy", "forces", "stress", "virial", "momenta", "velocities", "free_energy", "energies", "stresses"];

    private readonly ForceStep _forces;
    private readonly RandomStream _random;
    private readonly IntegratorStep[] _steps;
    private readonly IntegratorStep[] _parts;

    /// <summary>Starts from a structure: takes its momenta, or draws them, and evaluates the forces.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The start; copied. Masses come from its array <c>masses</c> (u) if it has one.</param>
    /// <param name="options">How to go on.</param>
    /// <exception cref="InvalidInputException">Options exclude each other or are out of range, or the structure cannot be evaluated.</exception>
    public MolecularDynamics(IPotential potential, Structure structure, DynamicsOptions options)
        : this(potential, structure, options, resume: false)
    {
    }

    private MolecularDynamics(IPotential potential, Structure structure, DynamicsOptions options, bool resume)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(options);
        DynamicsChecks.Check(potential, structure, options);
        Options = options;
        Structure own = structure.Clone();
        double[] masses = AtomicMasses.Of(structure);
        State = new DynamicsState(own, masses, new ConstraintSet(own, options.Constraints, masses), options.TimeStep * Units.Femtosecond);
        (State.TargetDeviation, State.ReferenceCell) = (Units.GigaPascal * options.PressureDeviation, own.Cell);
        if (HasBarostat && State.Constraints.Groups.CentreCount < 2) { throw new InvalidInputException("A constant pressure needs at least two groups of atoms that can move apart; fixed bonds join all of them."); }
        bool drifts = options.RemovesDrift && !State.Constraints.HasAnchors && own.Count > 1;
        bool turns = drifts && options.RemovesRotation && !own.Periodicity.IsAny;
        State.DegreesOfFreedom = Math.Max(0, (3 * own.Count) - State.Constraints.Count - (drifts ? 3 : 0) - (turns && options.Ensemble != Ensemble.Langevin ? RotationsOf(State) : 0));
        _random = new RandomStream(options.Seed);
        _forces = new ForceStep(potential);
        _steps = [.. Integrators.Create(options, _forces, _random, drifts)];
        _parts = [.. _steps.Distinct()];
        SetTargets();
        if (resume)
        {
            Load(structure);
            return;
        }

        if (State.Constraints.HasBonds) { State.Constraints.CorrectPositions(structure.Positions, own.Positions); }
        if (options.DrawsVelocities || !TryReadVelocities(structure)) { DrawVelocities(); }
        foreach (string key in Results)
        {
            own.Info.Remove(key);
            own.Arrays.Remove(key);
        }

        if (drifts) { State.RemoveDrift(); }
        if (turns) { State.RemoveRotation(); }
        State.Constraints.Project(own.Positions, State.Velocities);
        _forces.Apply(State);
    }

    /// <summary>How the run goes.</summary>
    public DynamicsOptions Options { get; }

    /// <summary>The atoms.</summary>
    public DynamicsState State { get; }

    /// <summary>Number of evaluations of the potential so far.</summary>
    public long Evaluations => _forces.Evaluations;

    /// <summary>Whether the pressure is controlled.</summary>
    public bool HasBarostat => Options.Ensemble is Ensemble.NptCellRescaling or Ensemble.NptMartynaTobiasKlein or Ensemble.Nph;

    /// <summary>Whether the temperature is controlled.</summary>
    public bool HasThermostat => Options.Ensemble is not (Ensemble.Nve or Ensemble.Nph);

    /// <summary>
    /// The energy that does not change but for the error of the time step, eV: that of the atoms, of thermostats and barostats, and P·V; for stochastic methods less the energy they gave (Bussi et al., 2007).
    /// While target temperature or pressure of chains of thermostats and of barostats change, it changes with them.
    /// </summary>
    public double ConservedEnergy
    {
        get
        {
            double sum = State.PotentialEnergy + State.KineticEnergy;
            foreach (IntegratorStep part in _parts) { sum += part.ReservoirEnergy; }
            return HasBarostat ? sum + State.PressureWork : sum;
        }
    }

    /// <summary>Takes up a run where <see cref="Save"/> wrote it down.</summary>
    /// <param name="potential">The potential of the run.</param>
    /// <param name="restart">What was written.</param>
    /// <param name="options">The options of the run.</param>
    /// <exception cref="InvalidInputException">The structure is no restart point of such a run.</exception>
    public static MolecularDynamics Resume(IPotential potential, Structure restart, DynamicsOptions options) => new(potential, restart, options, resume: true);

    /// <summary>Does one time step.</summary>
    /// <param name="cancellationToken">Ends a long evaluation early; the state is then of no use.</param>
    /// <exception cref="InvalidInputException">The potential cannot evaluate the atoms any more.</exception>
    public void Step(CancellationToken cancellationToken = default)
    {
        SetTargets();
        _forces.CancellationToken = cancellationToken;
        foreach (IntegratorStep step in _steps) { step.Apply(State); }
        State.StepCount++;
        if (Options.RemoveDriftEvery > 0 && State.StepCount % Options.RemoveDriftEvery == 0 && !State.Constraints.HasAnchors)
        {
            State.RemoveDrift();
            if (Options.RemovesRotation && !State.Structure.Periodicity.IsAny) { State.RemoveRotation(); }
        }
    }

    /// <summary>The atoms with energy, forces, stress and momenta under ASE's names, and step, time (fs) and temperature (K).</summary>
    public Structure Snapshot()
    {
        Structure copy = State.Structure.Clone();
        copy.Info["step"] = DataArray.Of(State.StepCount);
        copy.Info["time"] = DataArray.Of(State.Time);
        copy.Info["temperature"] = DataArray.Of(State.Temperature);
        copy.Info["energy"] = DataArray.Of(State.PotentialEnergy);
        if (State.Virial is Matrix3 virial) { copy.Info["stress"] = StressLabel.Of((-1 / copy.Volume) * virial); }
        copy.Arrays["momenta"] = Vectors(State.Velocities, State.Masses);
        copy.Arrays["forces"] = Vectors(State.Forces, default);
        return copy;
    }

    /// <summary>Writes down everything the rest of the run depends on: written to extended XYZ and read again, it goes on bit for bit after <see cref="Renew"/> of this run.</summary>
    public Structure Save()
    {
        Structure copy = Snapshot();
        StateBag bag = new(copy.Info);
        bag.Set("ensemble", Options.Ensemble.ToString());
        bag.Set("timestep", Options.TimeStep);
        bag.Set("random", _random.Save());
        if (State.Virial is Matrix3 virial) { bag.Set("virial", virial.ToArray()); }
        if (State.Constraints.HasBonds) { bag.Set("bonds", State.Constraints.BondLengths); }
        if (State.TargetDeviation != default) { bag.Set("reference_cell", State.ReferenceCell.ToArray()); }
        foreach (IntegratorStep part in _parts) { part.Save(bag); }
        copy.Arrays["restart_velocities"] = Vectors(State.Velocities, default);
        return copy;
    }

    /// <summary>Forgets what only this process knows, such as the neighbour list, so that this run goes on as one that is taken up here.</summary>
    public void Renew() => _forces.Renew();

    /// <inheritdoc/>
    public void Dispose() => _forces.Dispose();

    private static int RotationsOf(DynamicsState state)
    {
        Structure s = state.Structure;
        Matrix3 spread = default;
        foreach (Vector3D r in s.Positions) { spread += Matrix3.Outer(r - s.Positions[0], r - s.Positions[0]); }
        (Vector3D values, _) = MatrixFunctions.EigenSymmetric(spread);
        double largest = Math.Max(values.X, Math.Max(values.Y, values.Z)), sum = values.X + values.Y + values.Z;
        return sum - largest < 1e-9 * largest ? 2 : 3;
    }

    private static DataArray Vectors(ReadOnlySpan<Vector3D> vectors, ReadOnlySpan<double> factors)
    {
        Vector3D[] copy = vectors.ToArray();
        for (int i = 0; i < factors.Length; i++) { copy[i] = factors[i] * copy[i]; }
        return DataArray.Of(MemoryMarshal.Cast<Vector3D, double>(copy).ToArray(), copy.Length, 3);
    }

    private void SetTargets()
    {
        State.TargetThermalEnergy = Units.BoltzmannConstant * Options.Temperature.At(State.StepCount);
        State.TargetPressure = Units.GigaPascal * Options.Pressure.At(State.StepCount);
    }

    private bool TryReadVelocities(Structure structure)
    {
        if (ReadVectors(structure, "momenta") is Vector3D[] momenta)
        {
            for (int i = 0; i < momenta.Length; i++) { State.Velocities[i] = momenta[i] / State.Masses[i]; }
            return true;
        }

        if (ReadVectors(structure, "velocities") is not Vector3D[] velocities) { return false; }
        velocities.CopyTo(State.Velocities);
        return true;
    }

    private static Vector3D[]? ReadVectors(Structure structure, string name)
    {
        if (!structure.Arrays.TryGetValue(name, out DataArray? array) || array.Count != 3 * structure.Count || !array.TryGetNumbers(out double[] numbers)) { return null; }
        return Array.TrueForAll(numbers, double.IsFinite) ? MemoryMarshal.Cast<double, Vector3D>(numbers).ToArray() : throw new InvalidInputException($"{structure.Origin}: the array '{name}' has a number that is not finite.");
    }

    /// <summary>Velocities of the Maxwell–Boltzmann distribution at the temperature of the start.</summary>
    private void DrawVelocities()
    {
        double thermal = Units.BoltzmannConstant * Options.Temperature.At(0);
        for (int i = 0; i < State.Velocities.Length; i++) { State.Velocities[i] = Math.Sqrt(thermal / State.Masses[i]) * _random.NextNormalVector(); }
    }

    private void Load(Structure restart)
    {
        StateBag bag = new(restart.Info);
        string ensemble = bag.Text("ensemble");
        if (ensemble != Options.Ensemble.ToString()) { throw new InvalidInputException($"{restart.Origin} belongs to a run of the ensemble {ensemble}, not {Options.Ensemble}; restart with the options of the first run."); }
        if (bag.Real("timestep") is double step && step != Options.TimeStep)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{restart.Origin} belongs to a run with a time step of {step} fs, not {Options.TimeStep} fs; restart with the options of the first run."));
        }

        if (ReadVectors(restart, "restart_velocities") is not Vector3D[] velocities || ReadVectors(restart, "forces") is not Vector3D[] forces
            || !restart.Info.TryGetValue("energy", out DataArray? energy) || !energy.TryGetNumbers(out double[] energies)
            || !restart.Info.TryGetValue("step", out DataArray? count) || count is not { Kind: DataKind.Integer, Count: 1 })
        {
            throw new InvalidInputException($"{restart.Origin} is no restart file: velocities, forces, energy or step are missing.");
        }

        velocities.CopyTo(State.Velocities);
        forces.CopyTo(State.Forces);
        State.PotentialEnergy = energies[0];
        State.StepCount = count.Integers[0];
        State.Virial = bag.Has("virial") ? Matrix3.FromRowMajor(bag.Reals("virial", 9)) : null;
        _random.Load(bag.Integers("random", 6));
        if (State.Constraints.HasBonds) { State.Constraints.BondLengths = bag.Reals("bonds", State.Constraints.BondLengths.Length); }
        if (State.TargetDeviation != default) { State.ReferenceCell = Matrix3.FromRowMajor(bag.Reals("reference_cell", 9)); }
        foreach (IntegratorStep part in _parts) { part.Load(bag); }
        StateBag.Remove(State.Structure);
        State.Structure.Arrays.Remove("restart_velocities");
        SetTargets();
    }
}

using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A structure on its way to a minimum of the energy, or of the enthalpy where the cell moves.</summary>
public sealed class Relaxation : IDisposable
{
    private static readonly string[] Results = ["energy", "forces", "stress", "virial", "momenta", "free_energy", "energies", "stresses"];

    private readonly IPotential? _potential;
    private readonly Structure _structure;
    private readonly Matrix3 _reference;
    private readonly Optimizer _optimizer;
    private readonly bool _ownsEvaluator;
    private IPotentialEvaluator _evaluator;
    private RelaxationProblem _problem;

    /// <summary>Starts from a structure and evaluates it.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The start; copied.</param>
    /// <param name="options">How to relax.</param>
    /// <exception cref="InvalidInputException">Options exclude each other or are out of range, or the structure cannot be evaluated.</exception>
    public Relaxation(IPotential potential, Structure structure, RelaxationOptions? options = null)
        : this(potential, null, structure, options ?? new(), null)
    {
    }

    private Relaxation(IPotential potential, IPotentialEvaluator? evaluator, Structure structure, RelaxationOptions options, Structure? restart)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(structure);
        RelaxationChecks.Check(potential, structure, options);
        Options = options;
        (_potential, _ownsEvaluator) = (potential, evaluator is null);
        _structure = structure.Clone();
        if (options.KeepsSymmetry)
        {
            Symmetry = SpaceGroup.Find(_structure, options.SymmetryTolerance);
            Symmetry.Refine(_structure);
            if ((Symmetry.Symmetrize(options.PressureDeviation) - options.PressureDeviation).ToArray().Max(Math.Abs) > 1e-9 * options.PressureDeviation.ToArray().Max(Math.Abs))
            {
                throw new InvalidInputException("The pressure tensor does not have the symmetry of the crystal, so both cannot be kept; leave the symmetry out.");
            }
        }

        _reference = _structure.Cell;
        _evaluator = evaluator ?? potential.CreateEvaluator();
        try
        {
            _problem = new RelaxationProblem(_evaluator, _structure, _reference, options, Symmetry);
            _optimizer = Optimizer.Create(options.Optimizer, _problem.Dimension);
            foreach (string key in Results)
            {
                _structure.Info.Remove(key);
                _structure.Arrays.Remove(key);
            }

            if (restart is not null)
            {
                Load(restart);
                return;
            }

            _problem.Start();
            _problem.Evaluate(_problem.X.AsSpan().ToArray());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How it is relaxed.</summary>
    public RelaxationOptions Options { get; }

    /// <summary>The symmetry that is kept; null where none is.</summary>
    public SpaceGroup? Symmetry { get; }

    /// <summary>Steps done.</summary>
    public int StepCount { get; private set; }

    /// <summary>Evaluations of the potential so far.</summary>
    public long Evaluations => _problem.Evaluations;

    /// <summary>Energy, eV.</summary>
    public double Energy => _problem.Energy;

    /// <summary>Enthalpy E + P·V, eV, with the mean of a pressure tensor; the energy where the cell is fixed.</summary>
    public double Enthalpy => _problem.Value;

    /// <summary>Largest force on an atom, without what constraints and symmetry take, eV/Å.</summary>
    public double LargestForce => _problem.LargestForce;

    /// <summary>Largest free component of stress plus pressure, with the forces along fixed bonds, GPa; 0 where the cell is fixed.</summary>
    public double LargestStress => _problem.LargestStress / Units.GigaPascal;

    /// <summary>Volume of the cell, Å³.</summary>
    public double Volume => _structure.Volume;

    /// <summary>Whether forces and stress are as small as asked for.</summary>
    public bool IsConverged => LargestForce <= Options.MaxForce && (Options.Cell == CellRelaxation.Fixed || LargestStress <= Options.MaxStress);

    /// <summary>Relaxes a structure to the end.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The start; not changed.</param>
    /// <param name="options">How to relax.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The last structure with its results, and whether it is converged.</returns>
    /// <exception cref="InvalidInputException">Options or structure cannot be used.</exception>
    public static RelaxationResult Run(IPotential potential, Structure structure, RelaxationOptions? options = null, CancellationToken cancellationToken = default)
    {
        using Relaxation relaxation = new(potential, structure, options);
        return relaxation.RunToEnd(cancellationToken);
    }

    /// <summary>Relaxes one of many structures with an evaluator that is kept for the next.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="evaluator">An evaluator of it; not disposed.</param>
    /// <param name="structure">The start; not changed.</param>
    /// <param name="options">How to relax.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">Options or structure cannot be used.</exception>
    public static RelaxationResult Run(IPotential potential, IPotentialEvaluator evaluator, Structure structure, RelaxationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(options);
        using Relaxation relaxation = new(potential, evaluator, structure, options, null);
        return relaxation.RunToEnd(cancellationToken);
    }

    /// <summary>Takes a relaxation up where <see cref="Save"/> wrote it down.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="start">The structure from which the relaxation started.</param>
    /// <param name="restart">What was written.</param>
    /// <param name="options">The options of the relaxation.</param>
    /// <exception cref="InvalidInputException">The restart point does not belong to such a relaxation.</exception>
    public static Relaxation Resume(IPotential potential, Structure start, Structure restart, RelaxationOptions options)
    {
        ArgumentNullException.ThrowIfNull(restart);
        return new(potential, null, start, options, restart);
    }

    /// <summary>Does one step.</summary>
    /// <param name="cancellationToken">Ends a long evaluation early; the relaxation is then of no use.</param>
    /// <exception cref="InvalidInputException">The potential cannot evaluate the atoms any more.</exception>
    public void Step(CancellationToken cancellationToken = default)
    {
        _problem.CancellationToken = cancellationToken;
        _optimizer.Step(_problem);
        _problem.Anchor();
        StepCount++;
    }

    /// <summary>Steps until it is converged or the number of steps is reached.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    public RelaxationResult RunToEnd(CancellationToken cancellationToken = default)
    {
        double start = Energy;
        while (!IsConverged && StepCount < Options.MaxSteps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(cancellationToken);
        }

        return new RelaxationResult(Snapshot(), IsConverged, StepCount, Evaluations, Energy, start, LargestForce, LargestStress);
    }

    /// <summary>The structure with energy, forces and, where it was computed, stress under ASE's names.</summary>
    public Structure Snapshot()
    {
        Structure copy = _structure.Clone();
        copy.Info["energy"] = DataArray.Of(Energy);
        if (_problem.Stress is Matrix3 stress) { copy.Info["stress"] = StressLabel.Of(stress); }
        copy.Arrays["forces"] = DataArray.Of(MemoryMarshal.Cast<Vector3D, double>(_problem.Forces).ToArray(), copy.Count, 3);
        return copy;
    }

    /// <summary>Writes down everything the rest of the relaxation depends on.</summary>
    public Structure Save()
    {
        Structure copy = Snapshot();
        StateBag bag = new(copy.Info);
        bag.Set("optimizer", Options.Optimizer.ToString());
        bag.Set("reference_cell", _reference.ToArray());
        bag.Set("x", _problem.X);
        bag.Set("counts", StepCount, Evaluations);
        _optimizer.Save(bag);
        return copy;
    }

    /// <summary>Forgets what only this process knows, such as the neighbour list, so that it goes on as one that is taken up here.</summary>
    public void Renew()
    {
        if (!_ownsEvaluator) { throw new InvalidOperationException("The evaluator belongs to the caller."); }
        long evaluations = _problem.Evaluations;
        (double[] x, double energy, Vector3D[] forces, Matrix3? stress) = (_problem.X, _problem.Energy, _problem.Forces.ToArray(), _problem.Stress);
        _evaluator.Dispose();
        _evaluator = _potential!.CreateEvaluator();
        _problem = new RelaxationProblem(_evaluator, _structure, _reference, Options, Symmetry) { Evaluations = evaluations };
        _problem.SetResults(x, energy, forces, stress);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsEvaluator) { _evaluator.Dispose(); }
    }

    private void Load(Structure restart)
    {
        StateBag bag = new(restart.Info);
        string optimizer = bag.Text("optimizer");
        if (optimizer != Options.Optimizer.ToString()) { throw new InvalidInputException($"{restart.Origin} belongs to a relaxation with the optimizer {optimizer}, not {Options.Optimizer}; restart with the options of the first run."); }
        if (!restart.AtomicNumbers.SequenceEqual(_structure.AtomicNumbers) || Matrix3.FromRowMajor(bag.Reals("reference_cell", 9)) != _reference)
        {
            throw new InvalidInputException($"{restart.Origin} belongs to the relaxation of another structure.");
        }

        if (!restart.Arrays.TryGetValue("forces", out DataArray? forces) || forces.Count != 3 * restart.Count || !forces.TryGetNumbers(out double[] numbers)
            || !restart.Info.TryGetValue("energy", out DataArray? energy) || !energy.TryGetNumbers(out double[] energies))
        {
            throw new InvalidInputException($"{restart.Origin} is no restart file: forces or energy are missing.");
        }

        restart.Positions.CopyTo(_structure.Positions);
        _structure.Cell = restart.Cell;
        Matrix3? stress = restart.Info.TryGetValue("stress", out DataArray? label) && StressLabel.TryRead(label, out Matrix3 tensor) ? tensor : null;
        if (Options.Cell != CellRelaxation.Fixed && stress is null) { throw new InvalidInputException($"{restart.Origin} is no restart file of a relaxation with its cell: the stress is missing."); }
        double[] x = bag.Reals("x", _problem.Dimension);
        long[] counts = bag.Integers("counts", 2);
        (StepCount, _problem.Evaluations) = ((int)counts[0], counts[1]);
        _problem.SetResults(x, energies[0], MemoryMarshal.Cast<double, Vector3D>(numbers), stress);
        _optimizer.Load(bag);
    }
}

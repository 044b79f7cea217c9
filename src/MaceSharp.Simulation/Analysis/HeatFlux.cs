using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The heat flux of atoms in motion, J = d/dt Σ rᵢ·Eᵢ, eV·Å/fs; over the volume it is the flux density of Green and Kubo.</summary>
/// <param name="Potential">What flows through the interaction: Σᵢⱼ (rᵢ − rⱼ)·(∂Uᵢ/∂rⱼ·vⱼ).</param>
/// <param name="Convective">What atoms carry with them: Σ (Uᵢ + mᵢvᵢ²/2)·vᵢ, Uᵢ without the energy of the isolated atom.</param>
public readonly record struct HeatFluxSample(Vector3D Potential, Vector3D Convective)
{
    /// <summary>Both.</summary>
    public Vector3D Total => Potential + Convective;
}

/// <summary>
/// Computes heat fluxes with a potential that has energies of atoms, also one that passes messages: the energy of an atom then depends on atoms beyond the cutoff, and fluxes from pair forces or atomic virials are wrong.
/// </summary>
/// <remarks>
/// Method: M. F. Langer, F. Knoop, C. Carbogno, M. Scheffler and M. Rupp, Phys. Rev. B 108, L100302 (2023). Σᵢ rᵢ·(∂Uᵢ/∂rⱼ·vⱼ) takes three derivatives of weighted sums of energies, with the coordinates as weights.
/// Σⱼ rⱼ·(∂U/∂rⱼ·vⱼ) needs to know which image of an atom acts on the cell: the cell is surrounded with all images within the range of its atoms, and the energies in the cell alone are differentiated.
/// Not thread-safe.
/// </remarks>
public sealed class HeatFlux : IDisposable
{
    private const int LargestSurroundings = 20_000_000;

    private readonly IWeightedEvaluator _evaluator;
    private readonly IWeightedEvaluator _surroundingsEvaluator;
    private readonly PotentialResult _result = new();
    private readonly Dictionary<int, double> _isolated = [];

    /// <summary>Prepares for a potential.</summary>
    /// <param name="potential">A potential whose evaluators are <see cref="IWeightedEvaluator"/>: MACE with an energy, Lennard-Jones, and sums of these.</param>
    /// <exception cref="InvalidInputException">The potential has no energies of atoms whose weighted sums it can differentiate.</exception>
    public HeatFlux(IPotential potential)
    {
        ArgumentNullException.ThrowIfNull(potential);
        const Properties Needed = Properties.AtomicEnergies | Properties.Forces;
        IPotentialEvaluator evaluator = potential.CreateEvaluator();
        if ((potential.Supported & Needed) != Needed || evaluator is not IWeightedEvaluator weighted)
        {
            evaluator.Dispose();
            throw new InvalidInputException("Heat fluxes need a potential that differentiates the energies of single atoms; MACE models with an energy and Lennard-Jones do, dispersion corrections do not.");
        }

        _evaluator = weighted;
        _surroundingsEvaluator = (IWeightedEvaluator)potential.CreateEvaluator();
    }

    /// <summary>Number of atoms of the last structure together with the images around it; equal to the number of atoms where nothing is periodic.</summary>
    public int SurroundingsCount { get; private set; }

    /// <summary>Kinetic energy of the last structure, eV.</summary>
    public double KineticEnergy { get; private set; }

    /// <summary>Computes the flux of a structure.</summary>
    /// <param name="structure">Atoms with velocities: <c>momenta</c> or <c>velocities</c> in ASE's units, <c>masses</c> where they are not those of the elements.</param>
    /// <param name="cancellationToken">Ends a long calculation early.</param>
    /// <exception cref="InvalidInputException">There are no velocities, or the structure cannot be evaluated.</exception>
    public HeatFluxSample Compute(Structure structure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        structure.Validate();
        double[] masses = AtomicMasses.Of(structure);
        Vector3D[] velocities = new Vector3D[structure.Count];
        FrameVelocities.Read(structure, masses, velocities);
        double range = _evaluator.Range;
        bool periodic = structure.Periodicity != Periodicity.None;
        Vector3D[] at = structure.Positions.ToArray();
        NeighborList? list = null;
        if (periodic)
        {
            list = new NeighborList();
            list.Build(structure.Positions, structure.Cell, structure.Periodicity, range, cancellationToken);
            list.WrapPositions(structure.Positions, structure.Cell, at);
        }

        // The flux does not depend on the origin of coordinates; the middle keeps weights, and their rounding, small.
        Vector3D middle = at.Aggregate(default(Vector3D), static (sum, r) => sum + r) / at.Length;
        double[] weights = new double[at.Length];
        Span<double> flow = stackalloc double[3];
        for (int axis = 0; axis < 3; axis++)
        {
            for (int i = 0; i < at.Length; i++) { weights[i] = (at[i] - middle)[axis]; }
            _evaluator.EvaluateWeighted(structure, weights, Properties.Forces, _result, cancellationToken);
            flow[axis] = -Power(_result.Forces, velocities);
        }

        _evaluator.Evaluate(structure, Properties.Forces | Properties.AtomicEnergies, _result, cancellationToken);
        Vector3D potential = new(flow[0], flow[1], flow[2]), convective = default;
        KineticEnergy = 0;
        for (int i = 0; i < at.Length; i++)
        {
            double kinetic = 0.5 * masses[i] * velocities[i].NormSquared, energy = _result.AtomicEnergies[i] + kinetic;
            KineticEnergy += kinetic;
            convective += (energy - IsolatedEnergy(structure, structure.AtomicNumbers[i], cancellationToken)) * velocities[i];
        }

        if (list is null)
        {
            SurroundingsCount = at.Length;
            for (int j = 0; j < at.Length; j++) { potential += Vector3D.Dot(_result.Forces[j], velocities[j]) * (at[j] - middle); }
        }
        else
        {
            potential += FromSurroundings(structure, list, at, middle, velocities, cancellationToken);
        }

        return new(Units.Femtosecond * potential, Units.Femtosecond * convective);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluator.Dispose();
        _surroundingsEvaluator.Dispose();
    }

    /// <summary>−Σ rⱼ·(∂U/∂rⱼ·vⱼ) over the atoms of the cell and all images that act on them, U the energy of the cell.</summary>
    private Vector3D FromSurroundings(Structure structure, NeighborList list, Vector3D[] at, Vector3D middle, Vector3D[] velocities, CancellationToken cancellationToken)
    {
        List<int> source = [.. Enumerable.Range(0, at.Length)];
        List<Vector3D> places = [.. at];
        HashSet<(int Atom, int Shift)> images = [];
        for (int i = 0; i < at.Length; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), shifts = list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                if (shifts[e] == 0 || !images.Add((senders[e], shifts[e]))) { continue; }
                source.Add(senders[e]);
                places.Add(at[senders[e]] - NeighborList.ShiftVector(shifts[e], structure.Cell));
                if (source.Count > LargestSurroundings) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"More than {LargestSurroundings:#,0} images are within {_evaluator.Range:G4} Å of the cell; take a smaller structure.")); }
            }
        }

        Structure surroundings = new([.. source.Select(j => structure.AtomicNumbers[j])], [.. places]);
        foreach ((string key, DataArray value) in structure.Info) { surroundings.Info.Add(key, value); }
        double[] weights = new double[source.Count];
        Array.Fill(weights, 1, 0, at.Length);
        _surroundingsEvaluator.EvaluateWeighted(surroundings, weights, Properties.Forces, _result, cancellationToken);
        SurroundingsCount = source.Count;
        Vector3D sum = default;
        for (int j = 0; j < source.Count; j++) { sum += Vector3D.Dot(_result.Forces[j], velocities[source[j]]) * (places[j] - middle); }
        return sum;
    }

    private double IsolatedEnergy(Structure structure, int element, CancellationToken cancellationToken)
    {
        if (_isolated.TryGetValue(element, out double energy)) { return energy; }
        Structure atom = new([element], [default]);
        foreach ((string key, DataArray value) in structure.Info) { atom.Info.Add(key, value); }
        PotentialResult result = new();
        _surroundingsEvaluator.Evaluate(atom, Properties.AtomicEnergies, result, cancellationToken);
        return _isolated[element] = result.AtomicEnergies[0];
    }

    private static double Power(ReadOnlySpan<Vector3D> forces, ReadOnlySpan<Vector3D> velocities)
    {
        double sum = 0;
        for (int j = 0; j < forces.Length; j++) { sum += Vector3D.Dot(forces[j], velocities[j]); }
        return sum;
    }
}

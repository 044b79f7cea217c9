using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>All constraints of a structure: what is left of a displacement, velocity or force. Allocates nothing after its construction.</summary>
/// <remarks>
/// Fixed atoms, planes and lines are linear and exact. Bonds are kept by SHAKE for positions (J.-P. Ryckaert, G. Ciccotti and H. J. C. Berendsen, J. Comput. Phys. 23, 327 (1977))
/// and RATTLE for velocities and forces (H. C. Andersen, J. Comput. Phys. 52, 24 (1983)), iterated to a relative 1e-12.
/// </remarks>
public sealed class ConstraintSet
{
    private const double Tolerance = 1e-12;
    private const int MaxIterations = 500;

    private readonly LinearRule[] _linear;
    private readonly BondRule[] _bonds;
    private readonly double[] _inverseMasses;

    /// <summary>Prepares constraints for a structure.</summary>
    /// <param name="structure">The start, which gives bonds without a length theirs.</param>
    /// <param name="constraints">The constraints.</param>
    /// <param name="masses">Masses of the atoms, u; null where only relaxation matters.</param>
    /// <exception cref="InvalidInputException">A constraint names an atom that does not exist or a direction without length, an atom has two of them that contradict, a bond is longer or shorter than asked for by more than 0.1 Å, or bonds follow from each other.</exception>
    public ConstraintSet(Structure structure, IEnumerable<Constraint> constraints, ReadOnlySpan<double> masses = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(constraints);
        List<LinearRule> linear = [];
        List<BondRule> bonds = [];
        HashSet<int> taken = [];
        foreach (Constraint constraint in constraints)
        {
            switch (constraint)
            {
                case Constraint.Fixed f: linear.Add(new(Check(f.Atom), default, LinearKind.Fixed)); break;
                case Constraint.Plane p: linear.Add(new(Check(p.Atom), Unit(p.Normal), LinearKind.Plane)); break;
                case Constraint.Line l: linear.Add(new(Check(l.Atom), Unit(l.Direction), LinearKind.Line)); break;
                case Constraint.Bond b: bonds.Add(BondOf(structure, b, Check(b.First), Check(b.Second))); break;
            }
        }

        foreach (LinearRule rule in linear)
        {
            if (!taken.Add(rule.Atom)) { throw new InvalidInputException($"Atom {rule.Atom + 1} has several constraints; give it one (fix it, a plane or a line)."); }
        }

        if (bonds.Any(b => taken.Contains(b.First) || taken.Contains(b.Second))) { throw new InvalidInputException("An atom with a fixed bond cannot also be fixed, or bound to a plane or line."); }
        CheckIndependence(structure, bonds);
        _linear = [.. linear];
        _bonds = [.. bonds];
        _inverseMasses = new double[structure.Count];
        for (int i = 0; i < structure.Count; i++) { _inverseMasses[i] = masses.IsEmpty ? 1 : 1 / masses[i]; }
        Groups = new BondGroups(bonds.Select(static b => (b.First, b.Second)), [.. _inverseMasses.Select(static m => 1 / m)]);

        int Check(int atom) => atom >= 0 && atom < structure.Count ? atom : throw new InvalidInputException($"A constraint names atom {atom + 1}, but the structure has atoms 1 to {structure.Count}.");
    }

    /// <summary>Whether there is any constraint.</summary>
    public bool IsEmpty => _linear.Length == 0 && _bonds.Length == 0;

    /// <summary>Whether there are bonds.</summary>
    public bool HasBonds => _bonds.Length > 0;

    /// <summary>Whether something is held in space, so that the total momentum is not conserved.</summary>
    public bool HasAnchors => _linear.Length > 0;

    /// <summary>Atoms that bonds hold together.</summary>
    internal BondGroups Groups { get; }

    /// <summary>The lengths of bonds, Å. A run that is taken up sets them: positions keep them only to rounding.</summary>
    internal double[] BondLengths
    {
        get => [.. _bonds.Select(static b => b.Length)];
        set
        {
            for (int b = 0; b < _bonds.Length; b++) { _bonds[b] = _bonds[b] with { Length = value[b] }; }
        }
    }

    /// <summary>How many degrees of freedom are taken away.</summary>
    public int Count => _linear.Sum(static r => r.Kind switch { LinearKind.Fixed => 3, LinearKind.Plane => 1, _ => 2 }) + _bonds.Length;

    /// <summary>Removes from vectors (displacements, forces, gradients) what fixed atoms, planes and lines forbid.</summary>
    public void ProjectLinear(Span<Vector3D> vectors)
    {
        foreach (LinearRule rule in _linear)
        {
            ref Vector3D v = ref vectors[rule.Atom];
            v = rule.Kind switch
            {
                LinearKind.Fixed => default,
                LinearKind.Plane => v - (Vector3D.Dot(v, rule.Direction) * rule.Direction),
                _ => Vector3D.Dot(v, rule.Direction) * rule.Direction,
            };
        }
    }

    /// <summary>Removes from velocities what would break a constraint. For forces and gradients use a set without masses.</summary>
    /// <param name="positions">Positions, Å.</param>
    /// <param name="vectors">Velocities, changed in place.</param>
    public void Project(ReadOnlySpan<Vector3D> positions, Span<Vector3D> vectors)
    {
        ProjectLinear(vectors);
        ProjectBonds(positions, vectors);
    }

    /// <summary>The part of <see cref="Project"/> that bonds ask for.</summary>
    internal void ProjectBonds(ReadOnlySpan<Vector3D> positions, Span<Vector3D> vectors)
    {
        if (_bonds.Length == 0) { return; }
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            bool done = true;
            foreach (BondRule bond in _bonds)
            {
                (int i, int j) = (bond.First, bond.Second);
                Vector3D d = positions[i] - positions[j], v = vectors[i] - vectors[j];
                double along = Vector3D.Dot(d, v), square = d.NormSquared;
                if (Math.Abs(along) <= Tolerance * Math.Sqrt(square * Math.Max(v.NormSquared, 1e-30))) { continue; }
                done = false;
                double lambda = along / (square * (_inverseMasses[i] + _inverseMasses[j]));
                vectors[i] -= (lambda * _inverseMasses[i]) * d;
                vectors[j] += (lambda * _inverseMasses[j]) * d;
            }

            if (done) { return; }
        }
    }

    /// <summary>Brings positions after a move back onto the bonds.</summary>
    /// <param name="before">Positions before the move, on the bonds.</param>
    /// <param name="after">Positions after it, changed in place.</param>
    /// <exception cref="InvalidInputException">The move is too large for the bonds to be kept.</exception>
    public void CorrectPositions(ReadOnlySpan<Vector3D> before, Span<Vector3D> after)
    {
        if (_bonds.Length == 0) { return; }
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            bool done = true;
            foreach (BondRule bond in _bonds)
            {
                (int i, int j) = (bond.First, bond.Second);
                Vector3D d = after[i] - after[j], old = before[i] - before[j];
                double square = bond.Length * bond.Length, excess = d.NormSquared - square;
                if (Math.Abs(excess) <= 2 * Tolerance * square) { continue; }
                done = false;
                double along = Vector3D.Dot(d, old);
                if (!(Math.Abs(along) > 1e-6 * square)) { throw new InvalidInputException($"The bond of atoms {i + 1} and {j + 1} cannot be kept: the atoms moved too far in one step; use a smaller time step."); }
                double lambda = excess / (2 * along * (_inverseMasses[i] + _inverseMasses[j]));
                after[i] -= (lambda * _inverseMasses[i]) * old;
                after[j] += (lambda * _inverseMasses[j]) * old;
            }

            if (done) { return; }
        }

        throw new InvalidInputException("The fixed bonds cannot all be kept: they contradict each other, or the atoms moved too far in one step.");
    }

    private static Vector3D Unit(Vector3D v) => v.Norm is double norm and > 0 && double.IsFinite(norm) ? v / norm : throw new InvalidInputException("The direction of a constraint has no length.");

    private static BondRule BondOf(Structure structure, Constraint.Bond bond, int i, int j)
    {
        if (i == j) { throw new InvalidInputException($"A bond of atom {i + 1} with itself cannot be fixed."); }
        double now = (structure.Positions[i] - structure.Positions[j]).Norm, length = bond.Length ?? now;
        if (!(length > 0) || !double.IsFinite(length)) { throw new InvalidInputException($"The fixed bond of atoms {i + 1} and {j + 1} has no length."); }
        return Math.Abs(now - length) <= 0.1
            ? new(i, j, length)
            : throw new InvalidInputException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The bond of atoms {i + 1} and {j + 1} is {now:F3} Å long; it cannot be fixed at {length:F3} Å, which is more than 0.1 Å away."));
    }

    /// <summary>
    /// Refuses bonds whose gradients depend on each other: a bond given twice, the third distance of a linear molecule, more than make a group rigid. They would be counted as degrees of freedom that are not there, and forces along them have no solution.
    /// Groups of more bonds than can quickly be looked at are taken as they are.
    /// </summary>
    private static void CheckIndependence(Structure structure, List<BondRule> bonds)
    {
        const int Most = 300;
        const double Smallest = 1e-6;
        HashSet<(int, int)> pairs = [];
        foreach (BondRule b in bonds)
        {
            if (!pairs.Add((Math.Min(b.First, b.Second), Math.Max(b.First, b.Second)))) { throw new InvalidInputException($"The bond of atoms {b.First + 1} and {b.Second + 1} is fixed twice."); }
        }

        double[] masses = new double[structure.Count];
        Array.Fill(masses, 1);
        BondGroups groups = new(bonds.Select(static b => (b.First, b.Second)), masses);
        Dictionary<int, int> groupOf = [], placeOf = [];
        for (int g = 0; g < groups.Count; g++)
        {
            for (int k = 0; k < groups.Atoms(g).Length; k++) { (groupOf[groups.Atoms(g)[k]], placeOf[groups.Atoms(g)[k]]) = (g, k); }
        }

        foreach (IGrouping<int, BondRule> group in bonds.GroupBy(b => groupOf[b.First]).Where(static g => g.Count() is > 2 and <= Most))
        {
            // Gram and Schmidt: what is left of each gradient beside those before it.
            List<double[]> basis = [];
            foreach (BondRule bond in group)
            {
                double[] row = new double[3 * groups.Atoms(group.Key).Length];
                Vector3D d = structure.Positions[bond.First] - structure.Positions[bond.Second], unit = Math.Sqrt(0.5) / d.Norm * d;
                for (int c = 0; c < 3; c++) { (row[(3 * placeOf[bond.First]) + c], row[(3 * placeOf[bond.Second]) + c]) = (unit[c], -unit[c]); }
                foreach (double[] other in basis)
                {
                    double share = 0;
                    for (int c = 0; c < row.Length; c++) { share += row[c] * other[c]; }
                    for (int c = 0; c < row.Length; c++) { row[c] -= share * other[c]; }
                }

                double norm = Math.Sqrt(row.Sum(static x => x * x));
                if (norm < Smallest) { throw new InvalidInputException($"The fixed bond of atoms {bond.First + 1} and {bond.Second + 1} follows from the others of its group (three of a linear molecule, or more than make it rigid); leave it out."); }
                for (int c = 0; c < row.Length; c++) { row[c] /= norm; }
                basis.Add(row);
            }
        }
    }

    private enum LinearKind
    {
        Fixed,
        Plane,
        Line,
    }

    private readonly record struct LinearRule(int Atom, Vector3D Direction, LinearKind Kind);

    private readonly record struct BondRule(int First, int Second, double Length);
}

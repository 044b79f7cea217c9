using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Second derivatives of the energy of a supercell, Φ = ∂²E/∂u_i∂u_j, for i in the primitive cell and j in the supercell, eV/Å².</summary>
public sealed class ForceConstants
{
    private readonly Matrix3[] _elements;

    private ForceConstants(PhononCell cell)
    {
        Cell = cell;
        _elements = new Matrix3[checked(cell.Primitive.Count * cell.Supercell.Count)];
    }

    /// <summary>The cells.</summary>
    public PhononCell Cell { get; }

    /// <summary>The constants of a pair of atoms, rows for the displacement of the first and columns for that of the second, eV/Å².</summary>
    /// <param name="primitiveAtom">Index in the primitive cell.</param>
    /// <param name="supercellAtom">Index in the supercell.</param>
    public Matrix3 this[int primitiveAtom, int supercellAtom] => _elements[(primitiveAtom * Cell.Supercell.Count) + supercellAtom];

    /// <summary>Largest element of the sum of the constants over the supercell before the acoustic sum rule was imposed, eV/Å²: what displacing all atoms together wrongly costs.</summary>
    public double SumRuleViolation { get; private set; }

    /// <summary>Finds the constants by least squares from forces, with every symmetric image of each displacement.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="sets">Forces for the displacements of <see cref="FiniteDisplacements.Plan"/>.</param>
    /// <param name="imposeSumRules">Whether translations are made to cost nothing and Φ symmetric in its atoms.</param>
    /// <exception cref="InvalidInputException">The displacements do not determine all constants.</exception>
    public static ForceConstants FromForces(PhononCell cell, IReadOnlyList<ForceSet> sets, bool imposeSumRules = true)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(sets);
        ForceConstants constants = new(cell);
        int[] orbit = FiniteDisplacements.Orbits(cell);
        bool[] done = new bool[orbit.Length];
        foreach (int p in orbit.Distinct()) { constants.Solve(p, sets); done[p] = true; }
        for (int p = 0; p < orbit.Length; p++)
        {
            if (!done[p]) { constants.CopyFromEquivalent(p, orbit[p]); }
        }

        constants.SumRuleViolation = constants.LargestSum();
        if (imposeSumRules) { constants.ImposeSumRules(); }
        return constants;
    }

    private Span<Matrix3> Row(int primitiveAtom) => _elements.AsSpan(primitiveAtom * Cell.Supercell.Count, Cell.Supercell.Count);

    private void Solve(int p, IReadOnlyList<ForceSet> sets)
    {
        int atom = Cell.PrimitiveAtoms[p];
        Span<Matrix3> row = Row(p);
        Matrix3 normal = default;
        foreach ((Matrix3 q, Vector3D t) in FiniteDisplacements.SiteOperations(Cell, p))
        {
            int[] to = Cell.Permutation(q, t);
            foreach (ForceSet set in sets)
            {
                if (set.Displacement.Atom != atom) { continue; }
                Vector3D u = set.Displacement.Vector * q;
                normal += Matrix3.Outer(u, u);
                for (int j = 0; j < to.Length; j++) { row[to[j]] -= Matrix3.Outer(u, set.Forces[j] * q); }
            }
        }

        if (!(normal.Determinant > 1e-6 * Math.Pow(normal.Trace / 3, 3))) { throw new InvalidInputException($"The displacements of atom {p + 1} of the primitive cell do not determine its force constants; one in each direction is needed."); }
        Matrix3 inverse = normal.Inverse();
        foreach (ref Matrix3 element in row) { element = inverse * element; }
    }

    private void CopyFromEquivalent(int p, int source)
    {
        foreach ((Matrix3 q, Vector3D t) in Cell.Operations)
        {
            if (FiniteDisplacements.ImageOf(Cell, source, q, t) != p) { continue; }
            int[] to = Cell.Permutation(q, Cell.Primitive.Positions[p] - (Cell.Primitive.Positions[source] * q));
            Span<Matrix3> from = Row(source), row = Row(p);
            for (int j = 0; j < to.Length; j++) { row[to[j]] = q.Transposed * from[j] * q; }
            return;
        }
    }

    private double LargestSum()
    {
        double largest = 0;
        for (int p = 0; p < Cell.Primitive.Count; p++)
        {
            Matrix3 sum = default;
            foreach (Matrix3 element in Row(p)) { sum += element; }
            largest = Math.Max(largest, sum.ToArray().Max(Math.Abs));
        }

        return largest;
    }

    /// <summary>Alternates between Φ(i, j) = Φ(j, i)ᵀ and Σ_j Φ(i, j) = 0 until both hold.</summary>
    private void ImposeSumRules()
    {
        (int Primitive, int Supercell)[] partners = Partners();
        int n = Cell.Supercell.Count;
        for (int round = 0; round < 100; round++)
        {
            Matrix3[] old = [.. _elements];
            for (int k = 0; k < old.Length; k++) { _elements[k] = 0.5 * (old[k] + old[(partners[k].Primitive * n) + partners[k].Supercell].Transposed); }
            if (LargestSum() < 1e-12) { return; }
            for (int p = 0; p < Cell.Primitive.Count; p++)
            {
                Span<Matrix3> row = Row(p);
                Matrix3 sum = default;
                foreach (Matrix3 element in row) { sum += element; }

                // Spread evenly, so that no single pair takes all of it.
                foreach (ref Matrix3 element in row) { element -= (1.0 / n) * sum; }
            }
        }
    }

    /// <summary>For each pair (i, j) where the pair (j, i) stands: moved by a lattice translation so that j is in the primitive cell.</summary>
    private (int Primitive, int Supercell)[] Partners()
    {
        int n = Cell.Supercell.Count;
        Matrix3 inverse = Cell.Supercell.Cell.Inverse();
        (int, int)[] partners = new (int, int)[_elements.Length];
        for (int p = 0; p < Cell.Primitive.Count; p++)
        {
            int i = Cell.PrimitiveAtoms[p];
            for (int j = 0; j < n; j++)
            {
                int other = Cell.PrimitiveOf[j];
                Vector3D shift = Cell.Supercell.Positions[Cell.PrimitiveAtoms[other]] - Cell.Supercell.Positions[j];
                int image = Cell.SupercellSites.Find((Cell.Supercell.Positions[i] + shift) * inverse, Cell.Supercell.AtomicNumbers[i], out _);
                if (image < 0) { throw new InvalidOperationException("The supercell is not made of primitive cells."); }
                partners[(p * n) + j] = (other, image);
            }
        }

        return partners;
    }
}

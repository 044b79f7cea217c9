using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Atoms that fixed bonds hold together, group by group. A cell that changes moves the centres of mass of groups and leaves their insides alone, so that no bond is strained;
/// then pressures are those of centres, to which the forces along the bonds add nothing.
/// </summary>
internal sealed class BondGroups
{
    private readonly int[] _atoms;
    private readonly int[] _starts;
    private readonly double[] _masses;
    private readonly bool[] _isBound;

    /// <summary>Finds the groups.</summary>
    /// <param name="bonds">Pairs of atoms.</param>
    /// <param name="masses">Masses of all atoms, u.</param>
    public BondGroups(IEnumerable<(int First, int Second)> bonds, double[] masses)
    {
        _masses = masses;
        int[] root = [.. Enumerable.Range(0, masses.Length)];
        int Root(int i)
        {
            while (root[i] != i) { i = root[i] = root[root[i]]; }
            return i;
        }

        foreach ((int first, int second) in bonds) { root[Root(first)] = Root(second); }
        int[][] groups = [.. Enumerable.Range(0, masses.Length).GroupBy(Root).Select(static g => g.ToArray()).Where(static g => g.Length > 1)];
        _atoms = [.. groups.SelectMany(static g => g)];
        _starts = new int[groups.Length + 1];
        _isBound = new bool[masses.Length];
        foreach (int atom in _atoms) { _isBound[atom] = true; }
        for (int g = 0; g < groups.Length; g++) { _starts[g + 1] = _starts[g] + groups[g].Length; }
    }

    /// <summary>Number of groups of two atoms or more.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Number of centres of mass: those of groups, and the other atoms.</summary>
    public int CentreCount => _masses.Length - _atoms.Length + Count;

    /// <summary>The atoms of a group.</summary>
    public ReadOnlySpan<int> Atoms(int group) => _atoms.AsSpan(_starts[group].._starts[group + 1]);

    /// <summary>Mass of a group, u.</summary>
    public double Mass(int group)
    {
        double sum = 0;
        foreach (int atom in Atoms(group)) { sum += _masses[atom]; }
        return sum;
    }

    /// <summary>Mean of positions or velocities of a group, weighted by mass.</summary>
    public Vector3D Mean(int group, ReadOnlySpan<Vector3D> vectors)
    {
        Vector3D sum = default;
        foreach (int atom in Atoms(group)) { sum += _masses[atom] * vectors[atom]; }
        return sum / Mass(group);
    }

    /// <summary>What is missing from the virial of atoms, Σ r⊗F, for that of centres: symmetric, because cells do not turn.</summary>
    public Matrix3 VirialCorrection(ReadOnlySpan<Vector3D> positions, ReadOnlySpan<Vector3D> forces)
    {
        Matrix3 sum = default;
        for (int g = 0; g < Count; g++)
        {
            Vector3D centre = Mean(g, positions);
            foreach (int atom in Atoms(g)) { sum += Matrix3.Outer(centre - positions[atom], forces[atom]); }
        }

        return sum.Symmetrized;
    }

    /// <summary>What is missing from Σ m v⊗v of atoms for that of centres.</summary>
    public Matrix3 KineticCorrection(ReadOnlySpan<Vector3D> velocities)
    {
        Matrix3 sum = default;
        for (int g = 0; g < Count; g++)
        {
            Vector3D centre = Mean(g, velocities);
            foreach (int atom in Atoms(g)) { sum -= _masses[atom] * Matrix3.Outer(velocities[atom] - centre, velocities[atom] - centre); }
        }

        return sum;
    }

    /// <summary>Multiplies vectors by a matrix: those of single atoms, and the means of groups, whose insides stay.</summary>
    public void Multiply(Span<Vector3D> vectors, Matrix3 factor)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            if (!_isBound[i]) { vectors[i] *= factor; }
        }

        for (int g = 0; g < Count; g++)
        {
            Vector3D centre = Mean(g, vectors), shift = (centre * factor) - centre;
            foreach (int atom in Atoms(g)) { vectors[atom] += shift; }
        }
    }
}

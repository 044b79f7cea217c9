namespace MaceSharp.Atoms;

/// <summary>
/// Atoms in space: atomic numbers and positions, a cell with its periodicity, and any further named data,
/// per structure (<see cref="Info"/>) or per atom (<see cref="Arrays"/>).
/// </summary>
/// <remarks>
/// The number of atoms is fixed; positions and cell may be changed in place. Positions need not lie inside the cell.
/// Not thread-safe while it is being changed.
/// </remarks>
public sealed class Structure
{
    private readonly int[] _atomicNumbers;
    private readonly Vector3D[] _positions;

    /// <summary>Creates a structure from copies of the given atoms.</summary>
    /// <param name="atomicNumbers">Atomic number Z of each atom, 0 (ghost atom X) to 118.</param>
    /// <param name="positions">Cartesian positions, Å.</param>
    /// <param name="cell">Lattice vectors as rows, Å; all zero when there is no cell.</param>
    /// <param name="periodicity">Along which lattice vectors the structure repeats.</param>
    /// <exception cref="ArgumentException">The numbers of positions and atomic numbers differ, or an atomic number is out of range.</exception>
    public Structure(ReadOnlySpan<int> atomicNumbers, ReadOnlySpan<Vector3D> positions, Matrix3 cell = default, Periodicity periodicity = default)
    {
        if (atomicNumbers.Length != positions.Length)
        {
            throw new ArgumentException($"{atomicNumbers.Length} atomic numbers do not fit {positions.Length} positions.", nameof(positions));
        }

        foreach (int z in atomicNumbers)
        {
            if (z is < 0 or > 118)
            {
                throw new ArgumentException($"{z} is not an atomic number (0 to 118).", nameof(atomicNumbers));
            }
        }

        _atomicNumbers = atomicNumbers.ToArray();
        _positions = positions.ToArray();
        Cell = cell;
        Periodicity = periodicity;
    }

    /// <summary>Number of atoms.</summary>
    public int Count => _atomicNumbers.Length;

    /// <summary>Atomic number of each atom.</summary>
    public ReadOnlySpan<int> AtomicNumbers => _atomicNumbers;

    /// <summary>Cartesian positions, Å; may be written.</summary>
    public Span<Vector3D> Positions => _positions;

    /// <summary>Lattice vectors as rows, Å; zero rows where there is none.</summary>
    public Matrix3 Cell { get; set; }

    /// <summary>Along which lattice vectors the structure repeats.</summary>
    public Periodicity Periodicity { get; set; }

    /// <summary>Named data of the whole structure, in the order in which they were added (the comment line of extended XYZ).</summary>
    public OrderedDictionary<string, DataArray> Info { get; } = new(StringComparer.Ordinal);

    /// <summary>Named data per atom, in the order in which they were added; the first axis runs over the atoms. Species and positions are not in here.</summary>
    public OrderedDictionary<string, DataArray> Arrays { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the structure came from, for messages: the file and frame it was read from, such as <c>water.xyz@12</c>; null when it was made in memory.</summary>
    public string? Origin { get; set; }

    /// <summary>Volume of the cell, Å³; zero when there is none.</summary>
    public double Volume => Math.Abs(Cell.Determinant);

    /// <summary>An independent copy with its own positions and data.</summary>
    public Structure Clone()
    {
        Structure copy = new(_atomicNumbers, _positions, Cell, Periodicity) { Origin = Origin };
        foreach ((string key, DataArray value) in Info) { copy.Info.Add(key, value.Clone()); }
        foreach ((string key, DataArray value) in Arrays) { copy.Arrays.Add(key, value.Clone()); }
        return copy;
    }

    /// <summary>Checks what every calculation needs: finite positions, a finite cell, and independent lattice vectors along periodic directions.</summary>
    /// <exception cref="InvalidInputException">Something is wrong; the message names the atom or the lattice vector.</exception>
    public void Validate()
    {
        for (int i = 0; i < _positions.Length; i++)
        {
            if (!_positions[i].IsFinite)
            {
                throw new InvalidInputException($"The position of atom {i + 1} is not finite ({_positions[i]}).");
            }
        }

        if (!Cell.IsFinite)
        {
            throw new InvalidInputException("The cell has an element that is not finite.");
        }

        EffectiveCell.Create(Cell, Periodicity);
    }
}

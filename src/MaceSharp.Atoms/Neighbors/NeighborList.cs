namespace MaceSharp.Atoms;

/// <summary>
/// All ordered pairs of atoms (periodic images included) closer than a cutoff, grouped by receiver. Reuses its memory from build to build.
/// </summary>
/// <remarks>
/// Edge e points from sender s to receiver r and stands for the vector <c>W(r) − W(s) + S·cell</c>, where W are the positions
/// wrapped by whole lattice vectors as <see cref="WrapPositions"/> gives them and S is the small image shift of the edge.
/// The list holds both directions of every pair, and every image of an atom with itself except the atom itself.
/// </remarks>
public sealed class NeighborList
{
    private readonly long[] _offsets = [0];
    private readonly int[] _senders = [];
    private readonly int[] _shifts = [];

    /// <summary>Number of atoms of the last build.</summary>
    public int AtomCount { get; private set; }

    /// <summary>Number of edges of the last build.</summary>
    public long EdgeCount => _offsets[AtomCount];

    /// <summary>Cutoff of the last build, Å.</summary>
    public double Cutoff { get; private set; }

    /// <summary>Finds all pairs with distance strictly below the cutoff.</summary>
    /// <param name="positions">Cartesian positions, Å.</param>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="periodicity">Along which lattice vectors the structure repeats.</param>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <param name="cancellationToken">Ends a long build early.</param>
    /// <exception cref="InvalidInputException">A position or the cell is not finite, or a periodic direction has no lattice vector.</exception>
    public void Build(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Periodicity periodicity, double cutoff, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Index of the first edge of a receiver; its edges run to the first of the next one.</summary>
    /// <param name="receiver">Atom index, 0 to <see cref="AtomCount"/>.</param>
    public long FirstEdge(int receiver) => _offsets[receiver];

    /// <summary>Senders of the edges of one receiver.</summary>
    public ReadOnlySpan<int> Senders(int receiver) => _senders.AsSpan((int)_offsets[receiver], (int)(_offsets[receiver + 1] - _offsets[receiver]));

    /// <summary>Packed image shifts of the edges of one receiver; decode with <see cref="Unpack"/>.</summary>
    public ReadOnlySpan<int> PackedShifts(int receiver) => _shifts.AsSpan((int)_offsets[receiver], (int)(_offsets[receiver + 1] - _offsets[receiver]));

    /// <summary>The image shift S of an edge in units of the lattice vectors.</summary>
    /// <param name="packed">A value of <see cref="PackedShifts"/>; zero stands for no shift.</param>
    public static (int A, int B, int C) Unpack(int packed) => throw new NotImplementedException();

    /// <summary>Moves positions by the whole lattice vectors that were chosen for each atom in the last build.</summary>
    /// <param name="positions">Positions, Å: those of the last build or later ones of the same atoms.</param>
    /// <param name="cell">The cell they belong to (may have been strained since the build).</param>
    /// <param name="wrapped">Receives the wrapped positions, Å.</param>
    public void WrapPositions(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Span<Vector3D> wrapped) => throw new NotImplementedException();
}

using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// All ordered pairs of atoms (periodic images included) closer than a cutoff, grouped by receiver. Reuses its memory from build to build.
/// </summary>
/// <remarks>
/// <para>
/// Edge e points from sender s to receiver r and stands for the vector <c>(W(r) − W(s)) + S·cell</c>, where W are the positions
/// wrapped by whole lattice vectors as <see cref="WrapPositions"/> gives them and S is the small image shift of the edge.
/// The list holds both directions of every pair, and every image of an atom with itself except the atom itself.
/// An edge is in the list when the squared length of that vector, evaluated in double precision in the order written, is below the squared cutoff;
/// every step of it only changes sign with the direction, so (s, r, S) is in the list exactly when (r, s, −S) is.
/// Two different atoms at the same place are an edge of length zero: refusing them is the caller's part.
/// </para>
/// <para>
/// The edges of a receiver come in the order in which the search passes the bins around it, and by ascending atom index within a bin:
/// the same input gives the same order, whatever <see cref="Team"/> is.
/// </para>
/// <para>
/// Atoms are sorted into bins as wide as the cutoff (half of it in crowded structures) and each is compared with the bins in reach (linked cells: Quentrec and Brot, J. Comput. Phys. 13, 430, 1973).
/// Time and memory are linear in the number of atoms for any shape and spread of the structure. An instance is not thread-safe.
/// </para>
/// </remarks>
public sealed class NeighborList
{
    /// <summary>Largest image shift of an edge along a lattice vector that can be stored.</summary>
    public const int MaxShift = 511;

    /// <summary>More neighbours than this are not matter but a wrong unit, a wrong cell or a wrong cutoff.</summary>
    internal const int MaxNeighbors = 100_000;

    /// <summary>Number of bins that a thread takes at a time.</summary>
    private const int LargestChunk = 512;

    private readonly BinGrid _grid = new();
    private PairScanner[] _scanners = [new()];
    private long[] _offsets = new long[1];
    private int[] _senders = [];
    private int[] _shifts = [];
    private Action<int>? _scanJob;
    private ScanTarget _target;
    private CancellationToken _cancellation;
    private int _chunk;
    private int _nextBin;

    /// <summary>Number of atoms of the last build.</summary>
    public int AtomCount { get; private set; }

    /// <summary>Number of edges of the last build.</summary>
    public long EdgeCount => _offsets[AtomCount];

    /// <summary>Cutoff of the last build, Å.</summary>
    public double Cutoff { get; private set; }

    /// <summary>Threads that share a build; null: the caller alone. The list does not depend on them, and neither owns the other.</summary>
    public WorkerTeam? Team { get; set; }

    /// <summary>Finds all pairs with distance strictly below the cutoff.</summary>
    /// <remarks>A build that is not larger than earlier ones allocates nothing. A build that throws leaves an empty list.</remarks>
    /// <param name="positions">Cartesian positions, Å.</param>
    /// <param name="cell">Lattice vectors as rows, Å. Rows along directions that are not periodic are ignored.</param>
    /// <param name="periodicity">Along which lattice vectors the structure repeats.</param>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <param name="cancellationToken">Ends a long build early.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff is not positive and finite.</exception>
    /// <exception cref="InvalidInputException">
    /// A position or the cell is not finite or beyond 10⁹ Å; a periodic direction has no lattice vector; the periodic lattice vectors are linearly dependent;
    /// the cell is so thin, or the atoms so close, that an atom would have more than 100,000 neighbours or an edge a shift beyond <see cref="MaxShift"/>;
    /// or there are more edges than an array can hold.
    /// </exception>
    /// <exception cref="OperationCanceledException">The build was cancelled.</exception>
    public void Build(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Periodicity periodicity, double cutoff, CancellationToken cancellationToken = default)
    {
        if (!(cutoff > 0) || !double.IsFinite(cutoff))
        {
            throw new ArgumentOutOfRangeException(nameof(cutoff), cutoff, "A cutoff is positive and finite.");
        }

        AtomCount = 0;
        Cutoff = cutoff;
        cancellationToken.ThrowIfCancellationRequested();
        _grid.Fill(positions, cell, periodicity, cutoff);

        GrowOnly.Ensure(ref _offsets, positions.Length + 1, keep: 1);
        Scan(fill: false, cancellationToken);
        long edges = 0;
        for (int atom = 1; atom <= positions.Length; atom++)
        {
            edges += _offsets[atom];
            _offsets[atom] = edges;
        }

        if (edges > Array.MaxLength) { throw TooManyEdges(cutoff); }
        GrowOnly.Ensure(ref _senders, (int)edges);
        GrowOnly.Ensure(ref _shifts, (int)edges);
        Scan(fill: true, cancellationToken);
        AtomCount = positions.Length;
    }

    /// <summary>Index of the first edge of a receiver; its edges run to the first of the next one.</summary>
    /// <param name="receiver">Atom index, 0 to <see cref="AtomCount"/>.</param>
    public long FirstEdge(int receiver) => _offsets[receiver];

    /// <summary>Senders of the edges of one receiver.</summary>
    public ReadOnlySpan<int> Senders(int receiver) => _senders.AsSpan((int)_offsets[receiver], (int)(_offsets[receiver + 1] - _offsets[receiver]));

    /// <summary>Packed image shifts of the edges of one receiver; decode with <see cref="Unpack"/>.</summary>
    public ReadOnlySpan<int> PackedShifts(int receiver) => _shifts.AsSpan((int)_offsets[receiver], (int)(_offsets[receiver + 1] - _offsets[receiver]));

    /// <summary>The image shift S of an edge in units of the lattice vectors.</summary>
    /// <param name="packed">A value of <see cref="PackedShifts"/>; zero stands for no shift.</param>
    public static (int A, int B, int C) Unpack(int packed) => ((packed << 22) >> 22, (packed << 12) >> 22, (packed << 2) >> 22);

    /// <summary>The image shift S·cell of an edge as a vector, Å.</summary>
    /// <param name="packed">A value of <see cref="PackedShifts"/>; zero stands for no shift.</param>
    /// <param name="cell">The cell (may have been strained since the build), Å.</param>
    public static Vector3D ShiftVector(int packed, Matrix3 cell)
    {
        (int a, int b, int c) = Unpack(packed);
        return new Vector3D(a, b, c) * cell;
    }

    /// <summary>How many lattice vectors the last build added to the position of an atom to wrap it.</summary>
    /// <remarks>Relative to the positions as they were given, an edge has the shift S + WrapCount(r) − WrapCount(s).</remarks>
    /// <param name="atom">Atom index.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such atom.</exception>
    public (int A, int B, int C) WrapCount(int atom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(atom);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(atom, AtomCount);
        return _grid.WrapCount(atom);
    }

    /// <summary>
    /// Moves positions by the whole lattice vectors that were chosen for each atom in the last build: those that bring the fractional coordinates
    /// of the positions of the build along periodic directions into [0, 1) (to rounding).
    /// </summary>
    /// <param name="positions">Positions, Å: those of the last build or later ones of the same atoms.</param>
    /// <param name="cell">The cell they belong to (may have been strained since the build).</param>
    /// <param name="wrapped">Receives the wrapped positions, Å. May be the same memory as <paramref name="positions"/>.</param>
    /// <exception cref="ArgumentException">A span does not hold one position for each atom of the last build.</exception>
    public void WrapPositions(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Span<Vector3D> wrapped)
    {
        if (positions.Length != AtomCount || wrapped.Length != AtomCount)
        {
            throw new ArgumentException($"The list was built for {AtomCount} atoms, so it wraps {AtomCount} positions.", nameof(positions));
        }

        for (int atom = 0; atom < positions.Length; atom++)
        {
            wrapped[atom] = _grid.Wrap(positions[atom], atom, cell);
        }
    }

    /// <summary>Packs a shift into three signed fields of ten bits.</summary>
    internal static int Pack(int a, int b, int c) => (a & 1023) | ((b & 1023) << 10) | ((c & 1023) << 20);

    private static InvalidInputException TooManyEdges(double cutoff) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The structure has more than {Array.MaxLength} pairs of atoms within {cutoff} Å, which is more than a neighbour list can hold; use fewer atoms or a smaller cutoff."));

    private void Scan(bool fill, CancellationToken cancellationToken)
    {
        ScanTarget target = new(_offsets, _senders, _shifts, fill);
        int workers = Team is { ThreadCount: > 1 } && _grid.BinCount > 1 ? Team.ThreadCount : 1;
        if (workers == 1)
        {
            _scanners[0].Reset();
            _scanners[0].Scan(_grid, target, 0, _grid.BinCount, cancellationToken);
        }
        else
        {
            ScanInParallel(target, workers, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        long pairs = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            pairs += _scanners[worker].PairCount;
            if (_scanners[worker].CrowdedAtom is int atom and >= 0)
            {
                throw new InvalidInputException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Atom {atom + 1} has more than {MaxNeighbors} neighbours within {Cutoff} Å: check the positions, the cell and their unit (Å)."));
            }
        }

        if (pairs > Array.MaxLength) { throw TooManyEdges(Cutoff); }
    }

    private void ScanInParallel(ScanTarget target, int workers, CancellationToken cancellationToken)
    {
        int known = _scanners.Length;
        if (known < workers)
        {
            Array.Resize(ref _scanners, workers);
            for (int worker = known; worker < workers; worker++) { _scanners[worker] = new PairScanner(); }
        }

        _target = target;
        _cancellation = cancellationToken;
        _chunk = Math.Clamp(_grid.BinCount / (4 * workers), 1, LargestChunk);
        _nextBin = 0;
        Team!.Run(_scanJob ??= ScanChunks);
    }

    /// <summary>Chunks of bins are handed out as workers become free; each writes only to the edges of its own receivers.</summary>
    private void ScanChunks(int worker)
    {
        PairScanner scanner = _scanners[worker];
        scanner.Reset();
        int first;
        while ((first = Interlocked.Add(ref _nextBin, _chunk) - _chunk) < _grid.BinCount)
        {
            if (!scanner.Scan(_grid, _target, first, Math.Min(first + _chunk, _grid.BinCount), _cancellation))
            {
                Volatile.Write(ref _nextBin, _grid.BinCount);
                return;
            }
        }
    }
}

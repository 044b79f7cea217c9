using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Atoms;

/// <summary>Compares the atoms of bins with those in reach. One a thread; the grid is only read.</summary>
internal sealed class PairScanner
{
    /// <summary>Number of senders compared at once; coordinates may be read that far beyond the last one.</summary>
    public const int Lanes = 8;

    private Segment[] _segments = [];
    private int _segmentCount;

    /// <summary>Number of edges seen since the last reset.</summary>
    public long PairCount { get; private set; }

    /// <summary>An atom with too many neighbours, or −1.</summary>
    public int CrowdedAtom { get; private set; } = -1;

    /// <summary>Forgets the counts.</summary>
    public void Reset()
    {
        PairCount = 0;
        CrowdedAtom = -1;
    }

    /// <summary>Counts or writes the edges of all receivers in a range of bins.</summary>
    /// <returns>Whether the range was finished; otherwise it was cancelled, or there is too much.</returns>
    public bool Scan(BinGrid grid, ScanTarget target, int firstBin, int endBin, CancellationToken cancellationToken)
    {
        for (int bin = firstBin; bin < endBin; bin++)
        {
            (int first, int end) = grid.Places(bin);
            if (first == end) { continue; }
            Collect(grid, bin);
            for (int place = first; place < end; place++)
            {
                if (cancellationToken.IsCancellationRequested) { return false; }
                int atom = grid.Atoms[place];
                if (target.Fill)
                {
                    int start = (int)target.Offsets[atom];
                    int count = (int)(target.Offsets[atom + 1] - start);
                    Write(grid, place, target.Senders.AsSpan(start, count), target.Shifts.AsSpan(start, count));
                    continue;
                }

                int found = Count(grid, place);
                target.Offsets[atom + 1] = found;
                PairCount += found;
                if (found > NeighborList.MaxNeighbors)
                {
                    CrowdedAtom = atom;
                    return false;
                }

                if (PairCount > Array.MaxLength) { return false; }
            }
        }

        return true;
    }

    /// <summary>Which of eight senders are within the cutoff of a receiver: bit k stands for sender k.</summary>
    /// <remarks>
    /// The vector is (receiver − sender) + shift, its square (x² + y²) + z², each operation rounded: a fused multiply-add,
    /// or a shift added to one of the atoms first, would give the two directions of a pair different lengths.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Compare(in Receiver receiver, in Segment segment, ref double xs, ref double ys, ref double zs, nuint place, double cutoffSquared)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> x = Vector512.Create(receiver.X) - Vector512.LoadUnsafe(ref xs, place) + Vector512.Create(segment.ShiftX);
            Vector512<double> y = Vector512.Create(receiver.Y) - Vector512.LoadUnsafe(ref ys, place) + Vector512.Create(segment.ShiftY);
            Vector512<double> z = Vector512.Create(receiver.Z) - Vector512.LoadUnsafe(ref zs, place) + Vector512.Create(segment.ShiftZ);
            Vector512<double> squared = (x * x) + (y * y) + (z * z);
            return (uint)Vector512.LessThan(squared, Vector512.Create(cutoffSquared)).ExtractMostSignificantBits();
        }

        return CompareHalf(receiver, segment, ref xs, ref ys, ref zs, place, cutoffSquared)
            | (CompareHalf(receiver, segment, ref xs, ref ys, ref zs, place + 4, cutoffSquared) << 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint CompareHalf(in Receiver receiver, in Segment segment, ref double xs, ref double ys, ref double zs, nuint place, double cutoffSquared)
    {
        Vector256<double> x = Vector256.Create(receiver.X) - Vector256.LoadUnsafe(ref xs, place) + Vector256.Create(segment.ShiftX);
        Vector256<double> y = Vector256.Create(receiver.Y) - Vector256.LoadUnsafe(ref ys, place) + Vector256.Create(segment.ShiftY);
        Vector256<double> z = Vector256.Create(receiver.Z) - Vector256.LoadUnsafe(ref zs, place) + Vector256.Create(segment.ShiftZ);
        Vector256<double> squared = (x * x) + (y * y) + (z * z);
        return Vector256.LessThan(squared, Vector256.Create(cutoffSquared)).ExtractMostSignificantBits();
    }

    /// <summary>The bits of the lanes that exist when this many senders are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Existing(int left) => (1u << Math.Min(left, Lanes)) - 1;

    private int Count(BinGrid grid, int place)
    {
        ref double xs = ref MemoryMarshal.GetArrayDataReference(grid.X);
        ref double ys = ref MemoryMarshal.GetArrayDataReference(grid.Y);
        ref double zs = ref MemoryMarshal.GetArrayDataReference(grid.Z);
        Receiver receiver = new(grid.X[place], grid.Y[place], grid.Z[place]);
        double cutoffSquared = grid.CutoffSquared;
        int count = -1; // the receiver itself is always found once
        foreach (ref readonly Segment segment in _segments.AsSpan(0, _segmentCount))
        {
            for (int sender = segment.First; sender < segment.End; sender += Lanes)
            {
                uint found = Compare(receiver, segment, ref xs, ref ys, ref zs, (nuint)sender, cutoffSquared) & Existing(segment.End - sender);
                count += BitOperations.PopCount(found);
            }
        }

        return count;
    }

    private void Write(BinGrid grid, int place, Span<int> senders, Span<int> shifts)
    {
        ref double xs = ref MemoryMarshal.GetArrayDataReference(grid.X);
        ref double ys = ref MemoryMarshal.GetArrayDataReference(grid.Y);
        ref double zs = ref MemoryMarshal.GetArrayDataReference(grid.Z);
        ref int atoms = ref MemoryMarshal.GetArrayDataReference(grid.Atoms);
        Receiver receiver = new(grid.X[place], grid.Y[place], grid.Z[place]);
        double cutoffSquared = grid.CutoffSquared;
        int edge = 0;
        foreach (ref readonly Segment segment in _segments.AsSpan(0, _segmentCount))
        {
            int self = segment.PackedShift == 0 ? place : -Lanes;
            for (int sender = segment.First; sender < segment.End; sender += Lanes)
            {
                uint found = Compare(receiver, segment, ref xs, ref ys, ref zs, (nuint)sender, cutoffSquared) & Existing(segment.End - sender);
                if ((uint)(self - sender) < Lanes) { found &= ~(1u << (self - sender)); }
                int next = edge + BitOperations.PopCount(found);
                if (edge + Lanes <= senders.Length)
                {
                    // Eight at once, those found first: what follows them is overwritten by the next ones, and does not reach another receiver.
                    Vector256<int> eight = Vector256.LoadUnsafe(ref atoms, (nuint)sender);
                    Vector256.Shuffle(eight, LaneOrder.FoundFirst(found)).CopyTo(senders[edge..]);
                    Vector256.Create(segment.PackedShift).CopyTo(shifts[edge..]);
                }
                else
                {
                    for (int at = edge; found != 0; found &= found - 1, at++)
                    {
                        senders[at] = grid.Atoms[sender + BitOperations.TrailingZeroCount(found)];
                        shifts[at] = segment.PackedShift;
                    }
                }

                edge = next;
            }
        }
    }

    /// <summary>Lists the runs of atoms in reach of a bin.</summary>
    private void Collect(BinGrid grid, int bin)
    {
        _segmentCount = 0;
        (int nx, int ny, int nz) = grid.Size;
        (int x, int y, int z) = grid.Coordinates(bin);
        foreach (StencilRow row in grid.StencilRows)
        {
            if (!Locate(z + row.Z, nz, grid.Periodicity.C, out int rowZ, out int imageZ)) { continue; }
            if (!Locate(y + row.Y, ny, grid.Periodicity.B, out int rowY, out int imageY)) { continue; }
            int first = x + row.First;
            int last = x + row.Last;
            if (!grid.Periodicity.A)
            {
                first = Math.Max(first, 0);
                last = Math.Min(last, nx - 1);
            }

            // A row that leaves the cell continues in the next image.
            while (first <= last)
            {
                int imageX = FloorDivide(first, nx);
                int start = imageX * nx;
                int end = Math.Min(last, start + nx - 1);
                (int firstPlace, int endPlace) = grid.RowPlaces(first - start, end - start, rowY, rowZ);
                if (firstPlace < endPlace) { Add(grid, firstPlace, endPlace, -imageX, -imageY, -imageZ); }
                first = end + 1;
            }
        }
    }

    private static bool Locate(int index, int count, bool periodic, out int inside, out int image)
    {
        image = (uint)index < (uint)count ? 0 : FloorDivide(index, count);
        inside = index - (image * count);
        return periodic || image == 0;
    }

    private static int FloorDivide(int value, int divisor) =>
        value >= 0 ? value < divisor ? 0 : value / divisor : -((divisor - 1 - value) / divisor);

    private void Add(BinGrid grid, int first, int end, int a, int b, int c)
    {
        // Beyond the largest shift nothing is within the cutoff; the cell was checked for that.
        if (Math.Max(Math.Abs(a), Math.Max(Math.Abs(b), Math.Abs(c))) > NeighborList.MaxShift) { return; }
        if (_segmentCount == _segments.Length) { GrowOnly.Ensure(ref _segments, Math.Max(64, 2 * _segmentCount), keep: _segmentCount); }
        int packed = NeighborList.Pack(a, b, c);
        Vector3D shift = packed == 0 ? default : NeighborList.ShiftVector(packed, grid.Cell);
        _segments[_segmentCount++] = new Segment(first, end, packed, shift.X, shift.Y, shift.Z);
    }

    private readonly record struct Receiver(double X, double Y, double Z);

    /// <summary>Places of adjacent atoms that share an image shift.</summary>
    private readonly record struct Segment(int First, int End, int PackedShift, double ShiftX, double ShiftY, double ShiftZ);
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>Memory of one thread for <see cref="EdgeConvolution{T}"/>; its blocks do not move and begin on cache lines.</summary>
internal sealed unsafe class ConvolutionScratch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Edges that are worked on together at most.</summary>
    public const int MaximumEdges = 64;

    private const int Line = 64;
    private readonly T[] _memory;

    /// <param name="harmonics">Harmonics an edge.</param>
    /// <param name="matrix">Elements an edge of the contracted couplings of all paths.</param>
    /// <param name="uncoupled">Numbers of the uncoupled adjoints of all paths.</param>
    /// <param name="sweeps">Calls of a kernel for a tile of edges on the way back.</param>
    public ConvolutionScratch(int harmonics, int matrix, int uncoupled, int sweeps)
    {
        int padded = MaximumEdges + ConvolutionTile<T>.Edges;
        int values = Whole(Math.Max(padded, MaximumEdges) * harmonics), couplings = Whole(MaximumEdges * matrix), adjoint = Whole(uncoupled);
        int sums = ConvolutionTile<T>.Edges * harmonics * LaneSlot, slopes = padded * LaneSlot;
        _memory = GC.AllocateArray<T>(values + Math.Max(couplings, adjoint) + sums + slopes + LaneSlot, pinned: true);
        T* start = (T*)(((nuint)Unsafe.AsPointer(ref _memory[0]) + Line - 1) & ~(nuint)(Line - 1));
        Harmonics = start;
        Matrix = Uncoupled = Harmonics + values;
        HarmonicSums = Uncoupled + Math.Max(couplings, adjoint);
        SlopeSums = HarmonicSums + sums;
        Sweeps = new ConvolutionTile<T>[sweeps];
    }

    /// <summary>Numbers of the widest vector: the room of a sum over channels before the lanes are added up.</summary>
    public static int LaneSlot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Line / sizeof(T);
    }

    /// <summary>Harmonics [harmonic, edge] on the way forward, [edge, harmonic] on the way back.</summary>
    public T* Harmonics { get; }

    /// <summary>Contracted couplings of all paths, [path, a, c, edge].</summary>
    public T* Matrix { get; }

    /// <summary>Uncoupled adjoints of all paths; in the place of <see cref="Matrix"/>, which the way back does not need.</summary>
    public T* Uncoupled { get; }

    /// <summary>Adjoints of the harmonics of a tile before the sum over lanes.</summary>
    public T* HarmonicSums { get; }

    /// <summary>Adjoints of the distances before the sum over lanes.</summary>
    public T* SlopeSums { get; }

    /// <summary>Offsets of the features of the senders, [edge]; those past the last edge repeat it.</summary>
    public nint[] Senders { get; } = new nint[MaximumEdges + ConvolutionTile<T>.Edges];

    /// <summary>Offsets of the radial weights, [edge]; those past the last edge repeat it.</summary>
    public nint[] WeightRows { get; } = new nint[MaximumEdges + ConvolutionTile<T>.Edges];

    /// <summary>What the kernels of the way back are called with for each tile of edges.</summary>
    public ConvolutionTile<T>[] Sweeps { get; }

    private static int Whole(int count) => (count + LaneSlot - 1) / LaneSlot * LaneSlot;
}

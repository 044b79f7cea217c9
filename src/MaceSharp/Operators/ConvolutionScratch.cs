using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>Memory of one thread for <see cref="EdgeConvolution{T}"/>.</summary>
internal sealed unsafe class ConvolutionScratch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Edges that are worked on together at most.</summary>
    public const int MaximumEdges = 64;

    private const int PaddedEdges = MaximumEdges + ConvolutionTile<T>.Edges;
    private readonly AlignedBuffer<T> _harmonics, _couplings, _harmonicSums, _slopeSums;

    /// <param name="harmonics">Harmonics an edge.</param>
    /// <param name="matrix">Elements an edge of the contracted couplings of all paths.</param>
    /// <param name="uncoupled">Numbers of the uncoupled adjoints of all paths.</param>
    /// <param name="sweeps">Calls of a kernel for a tile of edges on the way back.</param>
    public ConvolutionScratch(int harmonics, int matrix, int uncoupled, int sweeps)
    {
        _harmonics = new AlignedBuffer<T>(PaddedEdges * harmonics);
        _couplings = new AlignedBuffer<T>(Math.Max(MaximumEdges * matrix, uncoupled));
        _harmonicSums = new AlignedBuffer<T>(ConvolutionTile<T>.Edges * harmonics * LaneSlot);
        _slopeSums = new AlignedBuffer<T>(PaddedEdges * LaneSlot);
        Sweeps = new ConvolutionTile<T>[sweeps];
    }

    /// <summary>Numbers of the widest vector: the room of a sum over channels before the lanes are added up.</summary>
    public static int LaneSlot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 64 / sizeof(T);
    }

    /// <summary>Harmonics [harmonic, edge] on the way forward, [edge, harmonic] on the way back.</summary>
    public T* Harmonics => _harmonics.Pointer;

    /// <summary>Contracted couplings of all paths, [path, a, c, edge].</summary>
    public T* Matrix => _couplings.Pointer;

    /// <summary>Uncoupled adjoints of all paths; in the place of <see cref="Matrix"/>, which the way back does not need.</summary>
    public T* Uncoupled => _couplings.Pointer;

    /// <summary>Adjoints of the harmonics of a tile before the sum over lanes, [edge, harmonic, slot].</summary>
    public T* HarmonicSums => _harmonicSums.Pointer;

    /// <summary>Adjoints of the distances before the sum over lanes, [edge, slot].</summary>
    public T* SlopeSums => _slopeSums.Pointer;

    /// <summary>Offsets of the features of the senders, [edge]; those past the last edge repeat it.</summary>
    public nint[] Senders { get; } = new nint[PaddedEdges];

    /// <summary>Offsets of the radial weights, [edge]; those past the last edge repeat it.</summary>
    public nint[] WeightRows { get; } = new nint[PaddedEdges];

    /// <summary>What the kernels of the way back are called with for each tile of edges.</summary>
    public ConvolutionTile<T>[] Sweeps { get; }
}

using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>
/// An array that never moves and begins at a multiple of 64 bytes, so that no vector of it straddles two cache lines.
/// Zero at first.
/// </summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] _array;
    private readonly int _start;

    /// <param name="length">Number of elements.</param>
    public AlignedBuffer(int length)
    {
        _array = GC.AllocateArray<T>(checked(length + (Alignment / sizeof(T))), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref _array[0]);
        _start = (int)((Alignment - (address % Alignment)) % Alignment) / sizeof(T);
        Length = length;
    }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The elements.</summary>
    public Span<T> Span => _array.AsSpan(_start, Length);

    /// <summary>Some of the elements.</summary>
    public Span<T> AsSpan(int start, int length) => _array.AsSpan(_start, Length).Slice(start, length);

    /// <summary>The first element; valid as long as the buffer is referenced.</summary>
    public T* Pointer => (T*)Unsafe.AsPointer(ref _array[_start]);
}

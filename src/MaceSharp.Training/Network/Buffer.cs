using System.Runtime.CompilerServices;

namespace MaceSharp.Training.Network;

/// <summary>Rows of numbers that grow when needed and are kept from step to step.</summary>
/// <param name="width">Numbers a row.</param>
internal sealed class Buffer<T>(int width)
    where T : unmanaged
{
    private T[] _data = [];

    /// <summary>Numbers a row.</summary>
    public int Width { get; } = width;

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>All rows.</summary>
    public Span<T> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _data.AsSpan(0, Rows * Width);
    }

    /// <summary>One row.</summary>
    public Span<T> Row(int row) => _data.AsSpan(row * Width, Width);

    /// <summary>Some rows.</summary>
    public Span<T> Slice(int first, int count) => _data.AsSpan(first * Width, count * Width);

    /// <summary>Sets the number of rows; what they hold is undefined.</summary>
    public void Resize(int rows)
    {
        int length = checked(rows * Width);
        if (_data.Length < length) { _data = GC.AllocateUninitializedArray<T>(length + (length / 4)); }
        Rows = rows;
    }

    /// <summary>Sets all rows to zero.</summary>
    public Span<T> Cleared()
    {
        Span<T> span = Span;
        span.Clear();
        return span;
    }
}

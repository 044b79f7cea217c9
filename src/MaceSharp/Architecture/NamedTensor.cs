namespace MaceSharp.Architecture;

/// <summary>The precision in which numbers are stored in a file or computed with.</summary>
public enum Precision
{
    /// <summary>IEEE binary64; the reference.</summary>
    Float64,

    /// <summary>IEEE binary32; the fast path.</summary>
    Float32,
}

/// <summary>A parameter or buffer of a model: shape and values in row-major order.</summary>
/// <remarks>Values are held as doubles whatever their stored precision; a float32 value survives unchanged.</remarks>
public sealed class NamedTensor
{
    /// <summary>Creates a tensor; the arrays are kept, not copied.</summary>
    /// <param name="shape">Extent of every axis; empty for a scalar.</param>
    /// <param name="values">Elements in row-major order.</param>
    /// <param name="precision">Precision in which the values are, and will be, stored.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public NamedTensor(int[] shape, double[] values, Precision precision = Precision.Float64)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        long count = 1;
        foreach (int extent in shape) { count = checked(count * extent); }
        if (count != values.Length)
        {
            throw new ArgumentException($"A shape of {count} elements does not fit {values.Length} values.", nameof(shape));
        }

        Shape = shape;
        Values = values;
        Precision = precision;
    }

    /// <summary>Extent of every axis; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Elements in row-major order. Treated as read-only once a model owns the tensor.</summary>
    public double[] Values { get; }

    /// <summary>Precision in which the values are stored.</summary>
    public Precision Precision { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Values.Length;
}

namespace MaceSharp.Atoms;

/// <summary>What the elements of a <see cref="DataArray"/> are.</summary>
public enum DataKind
{
    /// <summary>Truth values (<c>L</c> columns of extended XYZ).</summary>
    Boolean,

    /// <summary>64-bit integers (<c>I</c> columns).</summary>
    Integer,

    /// <summary>Double-precision numbers (<c>R</c> columns).</summary>
    Real,

    /// <summary>Strings (<c>S</c> columns).</summary>
    Text,
}

/// <summary>
/// An immutable-shape array of truth values, integers, reals or strings with any number of axes: the value of one
/// entry of <see cref="Structure.Info"/> (a scalar has no axis) or of <see cref="Structure.Arrays"/> (the first axis runs over atoms).
/// </summary>
public sealed class DataArray
{
    private readonly Array _values;

    private DataArray(DataKind kind, Array values, int[] shape)
    {
        int count = 1;
        foreach (int extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
            count = checked(count * extent);
        }

        if (count != values.Length)
        {
            throw new ArgumentException($"A shape of {count} elements does not fit {values.Length} values.", nameof(shape));
        }

        Kind = kind;
        _values = values;
        Shape = shape;
    }

    /// <summary>What the elements are.</summary>
    public DataKind Kind { get; }

    /// <summary>Extent of every axis; empty for a scalar. Elements are in row-major order.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _values.Length;

    /// <summary>Whether this is a single value without axes.</summary>
    public bool IsScalar => Shape.Count == 0;

    /// <summary>The truth values in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another kind.</exception>
    public Span<bool> Booleans => Get<bool>(DataKind.Boolean);

    /// <summary>The integers in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another kind.</exception>
    public Span<long> Integers => Get<long>(DataKind.Integer);

    /// <summary>The real numbers in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another kind.</exception>
    public Span<double> Reals => Get<double>(DataKind.Real);

    /// <summary>The strings in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another kind.</exception>
    public Span<string> Texts => Get<string>(DataKind.Text);

    /// <summary>A scalar truth value.</summary>
    public static DataArray Of(bool value) => new(DataKind.Boolean, new[] { value }, []);

    /// <summary>A scalar integer.</summary>
    public static DataArray Of(long value) => new(DataKind.Integer, new[] { value }, []);

    /// <summary>A scalar real number.</summary>
    public static DataArray Of(double value) => new(DataKind.Real, new[] { value }, []);

    /// <summary>A scalar string.</summary>
    public static DataArray Of(string value) => new(DataKind.Text, new[] { value }, []);

    /// <summary>An array of truth values; the array is kept, not copied.</summary>
    public static DataArray Of(bool[] values, params int[] shape) => new(DataKind.Boolean, values, Axes(values, shape));

    /// <summary>An array of integers; the array is kept, not copied.</summary>
    public static DataArray Of(long[] values, params int[] shape) => new(DataKind.Integer, values, Axes(values, shape));

    /// <summary>An array of real numbers; the array is kept, not copied.</summary>
    /// <param name="values">Elements in row-major order.</param>
    /// <param name="shape">Extent of every axis; when empty, one axis of the length of <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of elements.</exception>
    public static DataArray Of(double[] values, params int[] shape) => new(DataKind.Real, values, Axes(values, shape));

    /// <summary>An array of strings; the array is kept, not copied.</summary>
    public static DataArray Of(string[] values, params int[] shape) => new(DataKind.Text, values, Axes(values, shape));

    /// <summary>The elements as real numbers when they are integers or reals.</summary>
    /// <param name="values">The numbers in row-major order, or an empty array.</param>
    /// <returns>Whether the elements are numbers.</returns>
    public bool TryGetNumbers(out double[] values)
    {
        switch (Kind)
        {
            case DataKind.Real:
                values = Reals.ToArray();
                return true;
            case DataKind.Integer:
                values = Array.ConvertAll((long[])_values, static v => (double)v);
                return true;
            default:
                values = [];
                return false;
        }
    }

    /// <summary>An independent copy.</summary>
    public DataArray Clone() => new(Kind, (Array)_values.Clone(), [.. Shape]);

    private static int[] Axes(Array values, int[] shape) => shape.Length == 0 ? [values.Length] : shape;

    private Span<T> Get<T>(DataKind kind) => Kind == kind
        ? (T[])_values
        : throw new InvalidOperationException($"The values are of kind {Kind}, not {kind}.");
}

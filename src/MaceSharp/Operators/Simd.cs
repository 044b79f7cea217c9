using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MaceSharp.Operators;

/// <summary>Vector arithmetic over channels for both precisions. Every loop has a scalar remainder, so any width is right.</summary>
internal static class Simd
{
    /// <summary>a·b + c in one rounding where the hardware has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Fma<T>(Vector<T> a, Vector<T> b, Vector<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double)) { return Vector.MultiplyAddEstimate(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>(); }
        if (typeof(T) == typeof(float)) { return Vector.MultiplyAddEstimate(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>(); }
        return (a * b) + c;
    }

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Exp<T>(Vector<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double)) { return Vector.Exp(x.As<T, double>()).As<double, T>(); }
        return Vector.Exp(x.As<T, float>()).As<float, T>();
    }

    /// <summary>y += s·x.</summary>
    public static void AddScaled<T>(T s, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector<T> scale = new(s);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Fma(scale, Vector.LoadUnsafe(ref px, (nuint)i), Vector.LoadUnsafe(ref py, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
        }

        for (; i < x.Length; i++) { y[i] += s * x[i]; }
    }

    /// <summary>y += x.</summary>
    public static void Add<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref px, (nuint)i) + Vector.LoadUnsafe(ref py, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
        }

        for (; i < x.Length; i++) { y[i] += x[i]; }
    }

    /// <summary>y += x·z, element by element.</summary>
    public static void AddProduct<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> z, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T pz = ref MemoryMarshal.GetReference(z[..x.Length]);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Fma(Vector.LoadUnsafe(ref px, (nuint)i), Vector.LoadUnsafe(ref pz, (nuint)i), Vector.LoadUnsafe(ref py, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
        }

        for (; i < x.Length; i++) { y[i] += x[i] * z[i]; }
    }

    /// <summary>y = x·z, element by element.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> z, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T pz = ref MemoryMarshal.GetReference(z[..x.Length]);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref px, (nuint)i) * Vector.LoadUnsafe(ref pz, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
        }

        for (; i < x.Length; i++) { y[i] = x[i] * z[i]; }
    }

    /// <summary>x ← s·x.</summary>
    public static void Scale<T>(T s, Span<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        Vector<T> scale = new(s);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (scale * Vector.LoadUnsafe(ref px, (nuint)i)).StoreUnsafe(ref px, (nuint)i);
        }

        for (; i < x.Length; i++) { x[i] *= s; }
    }

    /// <summary>Σ x·y.</summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector<T> sum0 = Vector<T>.Zero, sum1 = Vector<T>.Zero;
        int i = 0;
        for (; i <= x.Length - (2 * Vector<T>.Count); i += 2 * Vector<T>.Count)
        {
            sum0 = Fma(Vector.LoadUnsafe(ref px, (nuint)i), Vector.LoadUnsafe(ref py, (nuint)i), sum0);
            sum1 = Fma(Vector.LoadUnsafe(ref px, (nuint)(i + Vector<T>.Count)), Vector.LoadUnsafe(ref py, (nuint)(i + Vector<T>.Count)), sum1);
        }

        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            sum0 = Fma(Vector.LoadUnsafe(ref px, (nuint)i), Vector.LoadUnsafe(ref py, (nuint)i), sum0);
        }

        T sum = Vector.Sum(sum0 + sum1);
        for (; i < x.Length; i++) { sum += x[i] * y[i]; }
        return sum;
    }

    /// <summary>y += x, from the precision of the network to double.</summary>
    public static void AddWidened<T>(ReadOnlySpan<T> x, Span<double> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Add(MemoryMarshal.Cast<T, double>(x), y);
            return;
        }

        int i = 0;
        if (typeof(T) == typeof(float))
        {
            ReadOnlySpan<float> narrow = MemoryMarshal.Cast<T, float>(x);
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(narrow[i..]), out Vector<double> low, out Vector<double> high);
                Span<double> target = y.Slice(i, Vector<float>.Count);
                (low + new Vector<double>(target)).CopyTo(target);
                (high + new Vector<double>(target[Vector<double>.Count..])).CopyTo(target[Vector<double>.Count..]);
            }
        }

        for (; i < x.Length; i++) { y[i] += double.CreateTruncating(x[i]); }
    }

    /// <summary>y += x, from double to the precision of the network.</summary>
    public static void AddNarrowed<T>(ReadOnlySpan<double> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Add(x, MemoryMarshal.Cast<T, double>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++) { y[i] += T.CreateTruncating(x[i]); }
    }

    /// <summary>y = s·x, from double to the precision of the network.</summary>
    public static void ScaleInto<T>(double s, ReadOnlySpan<double> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<double> scale = new(s);
        int i = 0;
        if (typeof(T) == typeof(double))
        {
            Span<double> wide = MemoryMarshal.Cast<T, double>(y);
            for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count) { (scale * new Vector<double>(x[i..])).CopyTo(wide[i..]); }
        }
        else if (typeof(T) == typeof(float))
        {
            Span<float> narrow = MemoryMarshal.Cast<T, float>(y);
            for (; i <= x.Length - (2 * Vector<double>.Count); i += 2 * Vector<double>.Count)
            {
                Vector.Narrow(scale * new Vector<double>(x[i..]), scale * new Vector<double>(x[(i + Vector<double>.Count)..])).CopyTo(narrow[i..]);
            }
        }

        for (; i < x.Length; i++) { y[i] = T.CreateTruncating(s * x[i]); }
    }

    /// <summary>z = a·x + b·y, from double to the precision of the network.</summary>
    public static void CombineInto<T>(double a, ReadOnlySpan<double> x, double b, ReadOnlySpan<double> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (b == 0)
        {
            ScaleInto(a, x, z);
            return;
        }

        for (int i = 0; i < x.Length; i++) { z[i] = T.CreateTruncating((a * x[i]) + (b * y[i])); }
    }
}

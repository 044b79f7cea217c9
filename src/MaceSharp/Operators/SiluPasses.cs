using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Operators;

/// <summary>
/// The four passes of training through h = silu(x) = x·σ(x), each in one sweep. Of the forward pass only h and σ are kept: slope s = σ + h·(1 − σ) and
/// curvature c = (1 − σ)·(2σ + h·(1 − 2σ)) follow from them by a few multiply-adds, which is cheaper than to fetch them from memory.
/// </summary>
internal static unsafe class SiluPasses
{
    /// <summary>h = silu(x).</summary>
    /// <param name="x">Arguments, on exit h.</param>
    /// <param name="sigmoid">Receives σ(x).</param>
    public static void Forward<T>(Span<T> x, Span<T> sigmoid)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x.Length, sigmoid.Length);
        fixed (T* h = x, s = sigmoid)
        {
            int done = Vector512.IsHardwareAccelerated
                ? Forward<T, Vector512<T>, WideVectors<T>>(h, s, 0, x.Length)
                : Forward<T, Vector<T>, PortableVectors<T>>(h, s, 0, x.Length);
            Forward<T, T, SingleNumbers<T>>(h, s, done, x.Length);
        }
    }

    /// <summary>result = slope·factor: the way back and the tangent.</summary>
    /// <param name="hidden">h.</param>
    /// <param name="sigmoid">σ.</param>
    /// <param name="factor">Adjoint of h, or change of the argument.</param>
    /// <param name="result">Receives the product; may be <paramref name="factor"/>.</param>
    public static void Slope<T>(ReadOnlySpan<T> hidden, ReadOnlySpan<T> sigmoid, ReadOnlySpan<T> factor, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(hidden.Length, sigmoid.Length, factor.Length, result.Length);
        fixed (T* h = hidden, s = sigmoid, f = factor, r = result)
        {
            int done = Vector512.IsHardwareAccelerated
                ? Slope<T, Vector512<T>, WideVectors<T>>(h, s, f, r, 0, hidden.Length)
                : Slope<T, Vector<T>, PortableVectors<T>>(h, s, f, r, 0, hidden.Length);
            Slope<T, T, SingleNumbers<T>>(h, s, f, r, done, hidden.Length);
        }
    }

    /// <summary>Changes of the adjoint of the argument x and of h, and the adjoint of x itself.</summary>
    /// <param name="hidden">h.</param>
    /// <param name="sigmoid">σ.</param>
    /// <param name="bar">Adjoint h̄.</param>
    /// <param name="dot">Change ẋ.</param>
    /// <param name="barDot">On entry the change of h̄, on exit that of x̄: slope·(h̄)˙ + curvature·h̄·ẋ.</param>
    /// <param name="argumentBar">Receives x̄ = slope·h̄.</param>
    /// <param name="hiddenDot">Receives ḣ = slope·ẋ.</param>
    public static void AdjointTangent<T>(ReadOnlySpan<T> hidden, ReadOnlySpan<T> sigmoid, ReadOnlySpan<T> bar, ReadOnlySpan<T> dot, Span<T> barDot, Span<T> argumentBar, Span<T> hiddenDot)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(hidden.Length, sigmoid.Length, bar.Length, dot.Length, barDot.Length, argumentBar.Length, hiddenDot.Length);
        fixed (T* h = hidden, s = sigmoid, b = bar, d = dot, r = barDot, a = argumentBar, c = hiddenDot)
        {
            int done = Vector512.IsHardwareAccelerated
                ? AdjointTangent<T, Vector512<T>, WideVectors<T>>(h, s, b, d, r, a, c, 0, hidden.Length)
                : AdjointTangent<T, Vector<T>, PortableVectors<T>>(h, s, b, d, r, a, c, 0, hidden.Length);
            AdjointTangent<T, T, SingleNumbers<T>>(h, s, b, d, r, a, c, done, hidden.Length);
        }
    }

    private static void Check(int length, params ReadOnlySpan<int> others)
    {
        foreach (int other in others)
        {
            if (other != length) { throw new ArgumentException("The arrays differ in length."); }
        }
    }

    private static int Forward<T, TVector, TOps>(T* x, T* sigmoid, int i, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        TVector one = TOps.Broadcast(T.One), zero = TOps.Broadcast(T.Zero);
        for (; i <= count - TOps.Count; i += TOps.Count)
        {
            TVector v = TOps.Load(x + i), s = TOps.Divide(one, TOps.Add(one, TOps.Exp(TOps.Subtract(zero, v))));
            TOps.Store(TOps.Multiply(v, s), x + i);
            TOps.Store(s, sigmoid + i);
        }

        return i;
    }

    private static int Slope<T, TVector, TOps>(T* hidden, T* sigmoid, T* factor, T* result, int i, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        TVector one = TOps.Broadcast(T.One);
        for (; i <= count - TOps.Count; i += TOps.Count)
        {
            TVector s = TOps.Load(sigmoid + i);
            TOps.Store(TOps.Multiply(TOps.MultiplyAdd(TOps.Load(hidden + i), TOps.Subtract(one, s), s), TOps.Load(factor + i)), result + i);
        }

        return i;
    }

    private static int AdjointTangent<T, TVector, TOps>(T* hidden, T* sigmoid, T* bar, T* dot, T* barDot, T* argumentBar, T* hiddenDot, int i, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        TVector one = TOps.Broadcast(T.One);
        for (; i <= count - TOps.Count; i += TOps.Count)
        {
            TVector h = TOps.Load(hidden + i), s = TOps.Load(sigmoid + i), hBar = TOps.Load(bar + i), xDot = TOps.Load(dot + i), rest = TOps.Subtract(one, s), twice = TOps.Add(s, s);
            TVector slope = TOps.MultiplyAdd(h, rest, s), curvature = TOps.Multiply(rest, TOps.MultiplyAdd(h, TOps.Subtract(one, twice), twice));
            TOps.Store(TOps.MultiplyAdd(slope, TOps.Load(barDot + i), TOps.Multiply(curvature, TOps.Multiply(hBar, xDot))), barDot + i);
            TOps.Store(TOps.Multiply(slope, hBar), argumentBar + i);
            TOps.Store(TOps.Multiply(slope, xDot), hiddenDot + i);
        }

        return i;
    }
}

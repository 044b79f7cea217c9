using System.Numerics;
using MaceSharp.Architecture;

namespace MaceSharp.Operators;

/// <content>Second derivatives, which the tangent of an adjoint needs.</content>
internal static partial class Activation
{
    /// <summary>y = silu(x) with its first and second derivative, element by element; y may be x itself.</summary>
    public static void Silu<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> derivative, Span<T> curvature)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> v = new(x[i..]), one = Vector<T>.One;
            Vector<T> sigmoid = one / (one + Simd.Exp(-v)), rest = one - sigmoid;
            (v * sigmoid).CopyTo(y[i..]);
            (sigmoid * (one + (v * rest))).CopyTo(derivative[i..]);
            (sigmoid * rest * (one + one + (v * (rest - sigmoid)))).CopyTo(curvature[i..]);
        }

        for (; i < x.Length; i++)
        {
            T v = x[i], sigmoid = T.One / (T.One + T.Exp(-v)), rest = T.One - sigmoid;
            y[i] = v * sigmoid;
            derivative[i] = sigmoid * (T.One + (v * rest));
            curvature[i] = sigmoid * rest * (T.One + T.One + (v * (rest - sigmoid)));
        }
    }

    /// <summary>Second derivative of c·f(x) with the constant of e3nn.</summary>
    public static T Curvature<T>(ActivationKind kind, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T c = T.CreateTruncating(Constant(kind)), two = T.One + T.One;
        switch (kind)
        {
            case ActivationKind.Silu:
                T s = T.One / (T.One + T.Exp(-x));
                return c * s * (T.One - s) * (two + (x * (T.One - (two * s))));
            case ActivationKind.Tanh:
                T t = T.Tanh(x);
                return -two * c * t * (T.One - (t * t));
            case ActivationKind.Sigmoid:
                T g = T.One / (T.One + T.Exp(-x));
                return c * g * (T.One - g) * (T.One - (two * g));
            default:
                return T.Zero;
        }
    }
}

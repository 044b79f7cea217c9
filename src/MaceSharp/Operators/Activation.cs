using System.Numerics;
using MaceSharp.Architecture;

namespace MaceSharp.Operators;

/// <summary>
/// Scalar non-linearities with the second-moment constants of the reference implementation: e3nn multiplies each by the
/// constant that makes ⟨(c·f(x))²⟩ = 1 for a standard normal x, measured there once by Monte Carlo, hence not the analytic value.
/// </summary>
internal static partial class Activation
{
    public const double SiluConstant = 1.6791767923989418;
    public const double TanhConstant = 1.5937334472592695;
    public const double SigmoidConstant = 1.8467055342154763;
    public const double AbsConstant = 1.001110600838467;

    /// <summary>The constant by which e3nn multiplies an activation.</summary>
    public static double Constant(ActivationKind kind) => kind switch
    {
        ActivationKind.Silu => SiluConstant,
        ActivationKind.Tanh => TanhConstant,
        ActivationKind.Sigmoid => SigmoidConstant,
        ActivationKind.Abs => AbsConstant,
        _ => 1,
    };

    /// <summary>y = silu(x) = x/(1+e⁻ˣ) and its derivative, element by element.</summary>
    public static void Silu<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> derivative)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> v = new(x[i..]);
            Vector<T> sigmoid = Vector<T>.One / (Vector<T>.One + Simd.Exp(-v));
            Vector<T> value = v * sigmoid;
            value.CopyTo(y[i..]);
            (sigmoid * (Vector<T>.One + v - value)).CopyTo(derivative[i..]);
        }

        for (; i < x.Length; i++)
        {
            T sigmoid = T.One / (T.One + T.Exp(-x[i]));
            y[i] = x[i] * sigmoid;
            derivative[i] = sigmoid * (T.One + x[i] - y[i]);
        }
    }

    /// <summary>c·f(x) with the constant of e3nn, and its derivative, element by element.</summary>
    public static void Evaluate<T>(ActivationKind kind, ReadOnlySpan<T> x, Span<T> values, Span<T> derivatives)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (kind is ActivationKind.Silu or ActivationKind.Sigmoid)
        {
            Vector<T> c = new(T.CreateTruncating(Constant(kind)));
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> v = new(x[i..]), sigmoid = Vector<T>.One / (Vector<T>.One + Simd.Exp(-v)), rest = Vector<T>.One - sigmoid;
                Vector<T> value = kind == ActivationKind.Silu ? v * sigmoid : sigmoid, derivative = kind == ActivationKind.Silu ? sigmoid * (Vector<T>.One + (v * rest)) : sigmoid * rest;
                (c * value).CopyTo(values[i..]);
                (c * derivative).CopyTo(derivatives[i..]);
            }
        }

        for (; i < x.Length; i++) { (values[i], derivatives[i]) = Evaluate(kind, x[i]); }
    }

    /// <summary>c·f(x) with the constant of e3nn, and its derivative.</summary>
    public static (T Value, T Derivative) Evaluate<T>(ActivationKind kind, T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T c = T.CreateTruncating(Constant(kind));
        switch (kind)
        {
            case ActivationKind.Silu:
                T s = T.One / (T.One + T.Exp(-x));
                return (c * x * s, c * s * (T.One + (x * (T.One - s))));
            case ActivationKind.Tanh:
                T t = T.Tanh(x);
                return (c * t, c * (T.One - (t * t)));
            case ActivationKind.Sigmoid:
                T g = T.One / (T.One + T.Exp(-x));
                return (c * g, c * g * (T.One - g));
            case ActivationKind.Abs:
                return (c * T.Abs(x), c * T.CreateTruncating(T.Sign(x)));
            default:
                return (x, T.One);
        }
    }
}

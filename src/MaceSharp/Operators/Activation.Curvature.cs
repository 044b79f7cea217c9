using System.Numerics;
using MaceSharp.Architecture;

namespace MaceSharp.Operators;

/// <content>Second derivatives, which the tangent of an adjoint needs.</content>
internal static partial class Activation
{
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

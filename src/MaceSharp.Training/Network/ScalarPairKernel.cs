using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// One path of <see cref="PairConvolution{T}"/> for all pairs, where scalars are sent: M is one row, the harmonics of the path up to sign. The number of its columns is known to the compiler,
/// so M and its adjoint stay in registers over all channels of a pair. Names are those of <see cref="PairKernel{T, TVector, TOps}"/>. Atom i may be j, so what is accumulated is never held across both.
/// </summary>
/// <typeparam name="T">Precision.</typeparam>
/// <typeparam name="TVector">The hardware vector.</typeparam>
/// <typeparam name="TOps">Its operations.</typeparam>
/// <typeparam name="TColumns">Components of the message: 1, 3, 5 or 7.</typeparam>
internal static unsafe class ScalarPairKernel<T, TVector, TOps, TColumns>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TOps : struct, IVectorOperations<T, TVector>
    where TColumns : struct, ISize
{
    /// <summary>m += M·w·x.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in ScalarPath<T> path, nint first, nint end)
    {
        nint n = path.Channels;
        TVector sign = TOps.Broadcast(path.Sign);
        for (int pair = 0; pair < path.Count; pair++)
        {
            PairPlaces<T> p = new(path, pair);
            T* messageI = path.Message + p.MI, messageJ = path.Message + p.MJ;
            T* xi = path.X + p.I, xj = path.X + p.J, wA = path.W + p.A, wB = path.W + p.B;
            Load(path, path.Y + p.Y, out TVector m0, out TVector m1, out TVector m2, out TVector m3, out TVector m4, out TVector m5, out TVector m6);
            for (nint k = first; k < end; k += TOps.Count)
            {
                TVector a = TOps.Multiply(TOps.Load(wA + k), TOps.Load(xi + k)), b = TOps.Multiply(TOps.Multiply(sign, TOps.Load(wB + k)), TOps.Load(xj + k));
                T* mi = messageI + k, mj = messageJ + k;
                AddProduct(m0, a, mj);
                AddProduct(m0, b, mi);
                if (TColumns.Value > 1)
                {
                    AddProduct(m1, a, mj + n);
                    AddProduct(m1, b, mi + n);
                    AddProduct(m2, a, mj + (2 * n));
                    AddProduct(m2, b, mi + (2 * n));
                }

                if (TColumns.Value > 3)
                {
                    AddProduct(m3, a, mj + (3 * n));
                    AddProduct(m3, b, mi + (3 * n));
                    AddProduct(m4, a, mj + (4 * n));
                    AddProduct(m4, b, mi + (4 * n));
                }

                if (TColumns.Value > 5)
                {
                    AddProduct(m5, a, mj + (5 * n));
                    AddProduct(m5, b, mi + (5 * n));
                    AddProduct(m6, a, mj + (6 * n));
                    AddProduct(m6, b, mi + (6 * n));
                }
            }
        }
    }

    /// <summary>ṁ += Ṁ·(w·x) + M·(w·x)˙.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Tangent(in ScalarPath<T> path, nint first, nint end)
    {
        nint n = path.Channels;
        TVector sign = TOps.Broadcast(path.Sign);
        for (int pair = 0; pair < path.Count; pair++)
        {
            PairPlaces<T> p = new(path, pair);
            T* messageI = path.Message + p.MI, messageJ = path.Message + p.MJ;
            T* xi = path.X + p.I, xj = path.X + p.J, wA = path.W + p.A, wB = path.W + p.B, wADot = path.WDot + p.A, wBDot = path.WDot + p.B;
            T* xiDot = path.XDot == null ? null : path.XDot + p.I, xjDot = path.XDot + p.J;
            Load(path, path.Y + p.Y, out TVector m0, out TVector m1, out TVector m2, out TVector m3, out TVector m4, out TVector m5, out TVector m6);
            Load(path, path.YDot + p.Y, out TVector d0, out TVector d1, out TVector d2, out TVector d3, out TVector d4, out TVector d5, out TVector d6);
            for (nint k = first; k < end; k += TOps.Count)
            {
                TVector weightA = TOps.Load(wA + k), weightB = TOps.Multiply(sign, TOps.Load(wB + k)), featureI = TOps.Load(xi + k), featureJ = TOps.Load(xj + k);
                TVector a = TOps.Multiply(weightA, featureI), b = TOps.Multiply(weightB, featureJ);
                TVector aDot = TOps.Multiply(TOps.Load(wADot + k), featureI), bDot = TOps.Multiply(TOps.Multiply(sign, TOps.Load(wBDot + k)), featureJ);
                if (xiDot != null)
                {
                    aDot = TOps.MultiplyAdd(weightA, TOps.Load(xiDot + k), aDot);
                    bDot = TOps.MultiplyAdd(weightB, TOps.Load(xjDot + k), bDot);
                }

                T* mi = messageI + k, mj = messageJ + k;
                AddProducts(m0, aDot, d0, a, mj);
                AddProducts(m0, bDot, d0, b, mi);
                if (TColumns.Value > 1)
                {
                    AddProducts(m1, aDot, d1, a, mj + n);
                    AddProducts(m1, bDot, d1, b, mi + n);
                    AddProducts(m2, aDot, d2, a, mj + (2 * n));
                    AddProducts(m2, bDot, d2, b, mi + (2 * n));
                }

                if (TColumns.Value > 3)
                {
                    AddProducts(m3, aDot, d3, a, mj + (3 * n));
                    AddProducts(m3, bDot, d3, b, mi + (3 * n));
                    AddProducts(m4, aDot, d4, a, mj + (4 * n));
                    AddProducts(m4, bDot, d4, b, mi + (4 * n));
                }

                if (TColumns.Value > 5)
                {
                    AddProducts(m5, aDot, d5, a, mj + (5 * n));
                    AddProducts(m5, bDot, d5, b, mi + (5 * n));
                    AddProducts(m6, aDot, d6, a, mj + (6 * n));
                    AddProducts(m6, bDot, d6, b, mi + (6 * n));
                }
            }
        }
    }

    /// <summary>Adjoints of features (added), weights (overwritten) and M (added).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Adjoint(in ScalarPath<T> path, nint first, nint end)
    {
        nint n = path.Channels;
        TVector sign = TOps.Broadcast(path.Sign);
        for (int pair = 0; pair < path.Count; pair++)
        {
            PairPlaces<T> p = new(path, pair);
            T* messageI = path.Message + p.MI, messageJ = path.Message + p.MJ;
            T* xi = path.X + p.I, xj = path.X + p.J, wA = path.W + p.A, wB = path.W + p.B, wABar = path.WBar + p.A, wBBar = path.WBar + p.B;
            T* xiBar = path.XBar == null ? null : path.XBar + p.I, xjBar = path.XBar + p.J;
            Load(path, path.Y + p.Y, out TVector m0, out TVector m1, out TVector m2, out TVector m3, out TVector m4, out TVector m5, out TVector m6);
            TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
            for (nint k = first; k < end; k += TOps.Count)
            {
                TVector weightA = TOps.Load(wA + k), weightB = TOps.Multiply(sign, TOps.Load(wB + k)), featureI = TOps.Load(xi + k), featureJ = TOps.Load(xj + k);
                TVector a = TOps.Multiply(weightA, featureI), b = TOps.Multiply(weightB, featureJ), backA = default, backB = default;
                T* mi = messageI + k, mj = messageJ + k;
                Back(m0, mi, mj, a, b, ref backA, ref backB, ref s0);
                if (TColumns.Value > 1)
                {
                    Back(m1, mi + n, mj + n, a, b, ref backA, ref backB, ref s1);
                    Back(m2, mi + (2 * n), mj + (2 * n), a, b, ref backA, ref backB, ref s2);
                }

                if (TColumns.Value > 3)
                {
                    Back(m3, mi + (3 * n), mj + (3 * n), a, b, ref backA, ref backB, ref s3);
                    Back(m4, mi + (4 * n), mj + (4 * n), a, b, ref backA, ref backB, ref s4);
                }

                if (TColumns.Value > 5)
                {
                    Back(m5, mi + (5 * n), mj + (5 * n), a, b, ref backA, ref backB, ref s5);
                    Back(m6, mi + (6 * n), mj + (6 * n), a, b, ref backA, ref backB, ref s6);
                }

                if (xiBar != null)
                {
                    AddProduct(weightA, backA, xiBar + k);
                    AddProduct(weightB, backB, xjBar + k);
                }

                StoreWeights(TOps.Multiply(featureI, backA), TOps.Multiply(TOps.Multiply(sign, featureJ), backB), wABar + k, wBBar + k);
            }

            if (path.YBar == null) { continue; }
            T* yBar = path.YBar + p.Y, signs = path.Signs;
            yBar[0] += signs[0] * TOps.Sum(s0);
            if (TColumns.Value > 1)
            {
                yBar[1] += signs[1] * TOps.Sum(s1);
                yBar[2] += signs[2] * TOps.Sum(s2);
            }

            if (TColumns.Value > 3)
            {
                yBar[3] += signs[3] * TOps.Sum(s3);
                yBar[4] += signs[4] * TOps.Sum(s4);
            }

            if (TColumns.Value > 5)
            {
                yBar[5] += signs[5] * TOps.Sum(s5);
                yBar[6] += signs[6] * TOps.Sum(s6);
            }
        }
    }

    /// <summary>Changes of the adjoints of features (added) and weights (overwritten).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void AdjointTangent(in ScalarPath<T> path, nint first, nint end)
    {
        nint n = path.Channels;
        TVector sign = TOps.Broadcast(path.Sign);
        for (int pair = 0; pair < path.Count; pair++)
        {
            PairPlaces<T> p = new(path, pair);
            T* messageI = path.Message + p.MI, messageJ = path.Message + p.MJ, changeI = path.MessageDot + p.MI, changeJ = path.MessageDot + p.MJ;
            T* wABar = path.WBar == null ? null : path.WBar + p.A, wBBar = path.WBar + p.B;
            T* xiBar = path.XBar == null ? null : path.XBar + p.I, xjBar = path.XBar + p.J, xiDot = path.XDot == null ? null : path.XDot + p.I, xjDot = path.XDot + p.J;
            T* xi = path.X + p.I, xj = path.X + p.J, wA = path.W + p.A, wB = path.W + p.B, wADot = path.WDot + p.A, wBDot = path.WDot + p.B;
            Load(path, path.Y + p.Y, out TVector m0, out TVector m1, out TVector m2, out TVector m3, out TVector m4, out TVector m5, out TVector m6);
            Load(path, path.YDot + p.Y, out TVector d0, out TVector d1, out TVector d2, out TVector d3, out TVector d4, out TVector d5, out TVector d6);
            for (nint k = first; k < end; k += TOps.Count)
            {
                // back = M·m̄ and backDot = M·(m̄)˙ + Ṁ·m̄ for each edge.
                TVector backA = default, backB = default, backADot = default, backBDot = default;
                T* mi = messageI + k, mj = messageJ + k, miDot = changeI + k, mjDot = changeJ + k;
                Back(m0, d0, mj, mjDot, ref backA, ref backADot);
                Back(m0, d0, mi, miDot, ref backB, ref backBDot);
                if (TColumns.Value > 1)
                {
                    Back(m1, d1, mj + n, mjDot + n, ref backA, ref backADot);
                    Back(m1, d1, mi + n, miDot + n, ref backB, ref backBDot);
                    Back(m2, d2, mj + (2 * n), mjDot + (2 * n), ref backA, ref backADot);
                    Back(m2, d2, mi + (2 * n), miDot + (2 * n), ref backB, ref backBDot);
                }

                if (TColumns.Value > 3)
                {
                    Back(m3, d3, mj + (3 * n), mjDot + (3 * n), ref backA, ref backADot);
                    Back(m3, d3, mi + (3 * n), miDot + (3 * n), ref backB, ref backBDot);
                    Back(m4, d4, mj + (4 * n), mjDot + (4 * n), ref backA, ref backADot);
                    Back(m4, d4, mi + (4 * n), miDot + (4 * n), ref backB, ref backBDot);
                }

                if (TColumns.Value > 5)
                {
                    Back(m5, d5, mj + (5 * n), mjDot + (5 * n), ref backA, ref backADot);
                    Back(m5, d5, mi + (5 * n), miDot + (5 * n), ref backB, ref backBDot);
                    Back(m6, d6, mj + (6 * n), mjDot + (6 * n), ref backA, ref backADot);
                    Back(m6, d6, mi + (6 * n), miDot + (6 * n), ref backB, ref backBDot);
                }

                if (wABar != null)
                {
                    TVector aBar = TOps.Multiply(TOps.Load(xi + k), backADot), bBar = TOps.Multiply(TOps.Load(xj + k), backBDot);
                    if (xiDot != null)
                    {
                        aBar = TOps.MultiplyAdd(TOps.Load(xiDot + k), backA, aBar);
                        bBar = TOps.MultiplyAdd(TOps.Load(xjDot + k), backB, bBar);
                    }

                    StoreWeights(aBar, TOps.Multiply(sign, bBar), wABar + k, wBBar + k);
                }

                if (xiBar == null) { continue; }
                AddProducts(TOps.Load(wA + k), backADot, TOps.Load(wADot + k), backA, xiBar + k);
                AddProducts(TOps.Multiply(sign, TOps.Load(wB + k)), backBDot, TOps.Multiply(sign, TOps.Load(wBDot + k)), backB, xjBar + k);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(in ScalarPath<T> path, T* y, out TVector m0, out TVector m1, out TVector m2, out TVector m3, out TVector m4, out TVector m5, out TVector m6)
    {
        m1 = m2 = m3 = m4 = m5 = m6 = default;
        m0 = TOps.Broadcast(path.Signs[0] * y[0]);
        if (TColumns.Value > 1)
        {
            m1 = TOps.Broadcast(path.Signs[1] * y[1]);
            m2 = TOps.Broadcast(path.Signs[2] * y[2]);
        }

        if (TColumns.Value > 3)
        {
            m3 = TOps.Broadcast(path.Signs[3] * y[3]);
            m4 = TOps.Broadcast(path.Signs[4] * y[4]);
        }

        if (TColumns.Value > 5)
        {
            m5 = TOps.Broadcast(path.Signs[5] * y[5]);
            m6 = TOps.Broadcast(path.Signs[6] * y[6]);
        }
    }

    /// <summary>One column of the adjoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Back(TVector m, T* mi, T* mj, TVector a, TVector b, ref TVector backA, ref TVector backB, ref TVector sum)
    {
        TVector barI = TOps.Load(mi), barJ = TOps.Load(mj);
        backA = TOps.MultiplyAdd(m, barJ, backA);
        backB = TOps.MultiplyAdd(m, barI, backB);
        sum = TOps.MultiplyAdd(b, barI, TOps.MultiplyAdd(a, barJ, sum));
    }

    /// <summary>One column of the tangent of the adjoint for one edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Back(TVector m, TVector mDot, T* bar, T* barDot, ref TVector back, ref TVector backDot)
    {
        TVector value = TOps.Load(bar);
        back = TOps.MultiplyAdd(m, value, back);
        backDot = TOps.MultiplyAdd(mDot, value, TOps.MultiplyAdd(m, TOps.Load(barDot), backDot));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(TVector x, TVector y, T* target) => TOps.Store(TOps.MultiplyAdd(x, y, TOps.Load(target)), target);

    /// <summary>Adds x·y + u·v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProducts(TVector x, TVector y, TVector u, TVector v, T* target) => TOps.Store(TOps.MultiplyAdd(x, y, TOps.MultiplyAdd(u, v, TOps.Load(target))), target);

    /// <summary>Stores the adjoints of the weights of both edges, or their sum where the weights are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWeights(TVector a, TVector b, T* wA, T* wB)
    {
        if (wA == wB)
        {
            TOps.Store(TOps.Add(a, b), wA);
            return;
        }

        TOps.Store(a, wA);
        TOps.Store(b, wB);
    }
}

/// <summary>One path over the arrays of <see cref="PairConvolution{T}"/>, shifted to its first component and channel; what a pass does not use is null.</summary>
internal unsafe ref struct ScalarPath<T>
    where T : unmanaged
{
    public T* X, XDot, XBar;

    public T* W, WDot, WBar;

    /// <summary>Messages and their changes, or their adjoints and the changes of these.</summary>
    public T* Message, MessageDot;

    /// <summary>Harmonics.</summary>
    public T* Y, YDot, YBar;

    /// <summary>±1 for each component: M = sign·Y.</summary>
    public T* Signs;

    /// <summary>±1: parity of the harmonics.</summary>
    public T Sign;

    /// <summary>Number of channels: from a component to the next.</summary>
    public nint Channels;

    /// <summary>From an atom, a row of weights, a pair to the next.</summary>
    public nint Features, Messages, Weights, Harmonics;

    /// <summary>First and second atom of each pair.</summary>
    public ReadOnlySpan<int> First, Second;

    /// <summary>Whether both edges of a pair have the same weights.</summary>
    public bool Shared;

    public readonly int Count => First.Length;
}

/// <summary>Where the numbers of a pair lie. Names end in I or J for the atom, in A (i to j) or B for the edge.</summary>
internal readonly ref struct PairPlaces<T>
    where T : unmanaged
{
    public readonly nint I, J, MI, MJ, A, B, Y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PairPlaces(in ScalarPath<T> path, int pair)
    {
        nint i = path.First[pair], j = path.Second[pair];
        I = i * path.Features;
        J = j * path.Features;
        MI = i * path.Messages;
        MJ = j * path.Messages;
        A = (path.Shared ? pair : 2 * (nint)pair) * path.Weights;
        B = path.Shared ? A : A + path.Weights;
        Y = pair * path.Harmonics;
    }
}

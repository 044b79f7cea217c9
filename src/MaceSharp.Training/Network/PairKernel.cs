using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// One path of <see cref="PairConvolution{T}"/> for one pair and one vector of channels. Edge A goes from atom i (first) to atom j (second) with the matrix M,
/// edge B from j to i with ±M. Names end in i or j for the atom, in A or B for the edge. Atom i may be j (a pair of an atom and its image), so sums are never held across both.
/// </summary>
internal unsafe ref struct PairKernel<T, TVector, TOps>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TOps : struct, IVectorOperations<T, TVector>
{
    private const int MaximumRows = 32;

    /// <summary>Components a of the sent features.</summary>
    public int Rows;

    /// <summary>Components c of the message.</summary>
    public int Columns;

    /// <summary>From a component to the next.</summary>
    public nint Channels;

    /// <summary>M [a, c].</summary>
    public T* Matrix;

    /// <summary>Its change.</summary>
    public T* MatrixDot;

    /// <summary>±1: parity of the harmonics.</summary>
    public T Sign;

    /// <summary>Adjoint of M, a vector of partial sums an element; null: not wanted.</summary>
    public T* Sums;

    /// <summary>Room for four vectors a row.</summary>
    public T* Temporary;

    /// <summary>Whether both edges have the same radial weights.</summary>
    public bool SameWeights;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Forward(T* xi, T* xj, T* wA, T* wB, T* mi, T* mj)
    {
        TVector a = TOps.Load(wA), b = TOps.Multiply(TOps.Broadcast(Sign), TOps.Load(wB));
        if (Rows == 1)
        {
            a = TOps.Multiply(a, TOps.Load(xi));
            b = TOps.Multiply(b, TOps.Load(xj));
            for (int c = 0; c < Columns; c++)
            {
                TVector m = TOps.Broadcast(Matrix[c]);
                TOps.Store(TOps.MultiplyAdd(m, a, TOps.Load(mj)), mj);
                TOps.Store(TOps.MultiplyAdd(m, b, TOps.Load(mi)), mi);
                mi += Channels;
                mj += Channels;
            }

            return;
        }

        Weigh(a, xi, Temporary);
        Weigh(b, xj, Temporary + (MaximumRows * TOps.Count));
        Distribute(Matrix, Temporary, mi, mj);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Tangent(T* xi, T* xj, T* xiDot, T* xjDot, T* wA, T* wB, T* wADot, T* wBDot, T* mi, T* mj)
    {
        // ṁ = Ṁ·(w·x) + M·(w·x)˙.
        TVector sign = TOps.Broadcast(Sign);
        TVector a = TOps.Load(wA), b = TOps.Multiply(sign, TOps.Load(wB)), aDot = TOps.Load(wADot), bDot = TOps.Multiply(sign, TOps.Load(wBDot));
        nint step = MaximumRows * TOps.Count;
        T* productA = Temporary, productB = productA + step, changeA = productB + step, changeB = changeA + step;
        Weigh(a, xi, productA);
        Weigh(b, xj, productB);
        Weigh(aDot, xi, changeA);
        Weigh(bDot, xj, changeB);
        if (xiDot != null)
        {
            for (int r = 0; r < Rows; r++)
            {
                AddProduct(a, xiDot + (r * Channels), changeA + (r * TOps.Count));
                AddProduct(b, xjDot + (r * Channels), changeB + (r * TOps.Count));
            }
        }

        for (int c = 0; c < Columns; c++)
        {
            TVector sumA = default, sumB = default;
            for (int r = 0; r < Rows; r++)
            {
                TVector m = TOps.Broadcast(Matrix[(r * Columns) + c]), mDot = TOps.Broadcast(MatrixDot[(r * Columns) + c]);
                nint place = r * TOps.Count;
                sumA = TOps.MultiplyAdd(m, TOps.Load(changeA + place), TOps.MultiplyAdd(mDot, TOps.Load(productA + place), sumA));
                sumB = TOps.MultiplyAdd(m, TOps.Load(changeB + place), TOps.MultiplyAdd(mDot, TOps.Load(productB + place), sumB));
            }

            Accumulate(sumA, mj);
            Accumulate(sumB, mi);
            mi += Channels;
            mj += Channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Adjoint(T* xi, T* xj, T* wA, T* wB, T* miBar, T* mjBar, T* xiBar, T* xjBar, T* wABar, T* wBBar)
    {
        TVector sign = TOps.Broadcast(Sign), a = TOps.Load(wA), b = TOps.Multiply(sign, TOps.Load(wB)), aBar = default, bBar = default;
        for (int r = 0; r < Rows; r++)
        {
            TVector featureI = TOps.Load(xi), featureJ = TOps.Load(xj);
            TVector productA = TOps.Multiply(a, featureI), productB = TOps.Multiply(b, featureJ), backA = default, backB = default;
            T* toJ = mjBar, toI = miBar, m = Matrix + (r * Columns), sums = Sums + (r * Columns * (nint)Width);
            for (int c = 0; c < Columns; c++)
            {
                TVector barJ = TOps.Load(toJ), barI = TOps.Load(toI), element = TOps.Broadcast(m[c]);
                backA = TOps.MultiplyAdd(element, barJ, backA);
                backB = TOps.MultiplyAdd(element, barI, backB);
                if (Sums != null)
                {
                    TOps.Store(TOps.MultiplyAdd(productB, barI, TOps.MultiplyAdd(productA, barJ, TOps.Load(sums))), sums);
                    sums += Width;
                }

                toI += Channels;
                toJ += Channels;
            }

            aBar = TOps.MultiplyAdd(featureI, backA, aBar);
            bBar = TOps.MultiplyAdd(featureJ, backB, bBar);
            if (xiBar != null)
            {
                AddProduct(a, backA, xiBar);
                AddProduct(b, backB, xjBar);
                xiBar += Channels;
                xjBar += Channels;
            }

            xi += Channels;
            xj += Channels;
        }

        StoreWeights(aBar, TOps.Multiply(sign, bBar), wABar, wBBar);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AdjointTangent(T* xi, T* xj, T* xiDot, T* xjDot, T* wA, T* wB, T* wADot, T* wBDot, T* miBar, T* mjBar, T* miBarDot, T* mjBarDot, T* xiBarDot, T* xjBarDot, T* wABarDot, T* wBBarDot)
    {
        TVector sign = TOps.Broadcast(Sign), a = TOps.Load(wA), b = TOps.Multiply(sign, TOps.Load(wB)), aDot = TOps.Load(wADot), bDot = TOps.Multiply(sign, TOps.Load(wBDot));
        TVector aBarDot = default, bBarDot = default;
        for (int r = 0; r < Rows; r++)
        {
            // back = M·m̄ and backDot = M·(m̄)˙ + Ṁ·m̄ for each edge.
            TVector backA = default, backB = default, backADot = default, backBDot = default;
            T* toJ = mjBar, toI = miBar, toJDot = mjBarDot, toIDot = miBarDot, m = Matrix + (r * Columns), mDot = MatrixDot + (r * Columns);
            for (int c = 0; c < Columns; c++)
            {
                TVector element = TOps.Broadcast(m[c]), change = TOps.Broadcast(mDot[c]);
                TVector barJ = TOps.Load(toJ), barI = TOps.Load(toI);
                backA = TOps.MultiplyAdd(element, barJ, backA);
                backB = TOps.MultiplyAdd(element, barI, backB);
                backADot = TOps.MultiplyAdd(change, barJ, TOps.MultiplyAdd(element, TOps.Load(toJDot), backADot));
                backBDot = TOps.MultiplyAdd(change, barI, TOps.MultiplyAdd(element, TOps.Load(toIDot), backBDot));
                toI += Channels;
                toJ += Channels;
                toIDot += Channels;
                toJDot += Channels;
            }

            if (wABarDot != null)
            {
                aBarDot = TOps.MultiplyAdd(TOps.Load(xi), backADot, aBarDot);
                bBarDot = TOps.MultiplyAdd(TOps.Load(xj), backBDot, bBarDot);
                xi += Channels;
                xj += Channels;
                if (xiDot != null)
                {
                    aBarDot = TOps.MultiplyAdd(TOps.Load(xiDot), backA, aBarDot);
                    bBarDot = TOps.MultiplyAdd(TOps.Load(xjDot), backB, bBarDot);
                    xiDot += Channels;
                    xjDot += Channels;
                }
            }

            if (xiBarDot == null) { continue; }
            TOps.Store(TOps.MultiplyAdd(a, backADot, TOps.MultiplyAdd(aDot, backA, TOps.Load(xiBarDot))), xiBarDot);
            TOps.Store(TOps.MultiplyAdd(b, backBDot, TOps.MultiplyAdd(bDot, backB, TOps.Load(xjBarDot))), xjBarDot);
            xiBarDot += Channels;
            xjBarDot += Channels;
        }

        if (wABarDot != null) { StoreWeights(aBarDot, TOps.Multiply(sign, bBarDot), wABarDot, wBBarDot); }
    }

    /// <summary>Numbers kept for each element of <see cref="Sums"/>, whatever the vector.</summary>
    private static int Width => System.Runtime.Intrinsics.Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(TVector value, T* target) => TOps.Store(TOps.Add(value, TOps.Load(target)), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(TVector x, TVector y, T* target) => TOps.Store(TOps.MultiplyAdd(x, y, TOps.Load(target)), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(TVector x, T* y, T* target) => TOps.Store(TOps.MultiplyAdd(x, TOps.Load(y), TOps.Load(target)), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Weigh(TVector weight, T* x, T* products)
    {
        for (int r = 0; r < Rows; r++) { TOps.Store(TOps.Multiply(weight, TOps.Load(x + (r * Channels))), products + (r * TOps.Count)); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Distribute(T* matrix, T* products, T* mi, T* mj)
    {
        T* other = products + (MaximumRows * TOps.Count);
        for (int c = 0; c < Columns; c++)
        {
            TVector sumA = default, sumB = default;
            for (int r = 0; r < Rows; r++)
            {
                TVector m = TOps.Broadcast(matrix[(r * Columns) + c]);
                sumA = TOps.MultiplyAdd(m, TOps.Load(products + (r * TOps.Count)), sumA);
                sumB = TOps.MultiplyAdd(m, TOps.Load(other + (r * TOps.Count)), sumB);
            }

            Accumulate(sumA, mj);
            Accumulate(sumB, mi);
            mi += Channels;
            mj += Channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void StoreWeights(TVector a, TVector b, T* wA, T* wB)
    {
        if (SameWeights)
        {
            TOps.Store(TOps.Add(a, b), wA);
            return;
        }

        TOps.Store(a, wA);
        TOps.Store(b, wB);
    }
}

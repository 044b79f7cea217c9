using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>Whether a gradient is wanted, known when code is compiled.</summary>
internal interface IWanted
{
    static abstract bool Value { get; }
}

/// <summary>It is.</summary>
internal readonly struct Wanted : IWanted
{
    public static bool Value => true;
}

/// <summary>It is not: the weights are frozen.</summary>
internal readonly struct Unwanted : IWanted
{
    public static bool Value => false;
}

/// <summary>
/// Runs a <see cref="ContractionProgram"/> over one vector of channels of one node: values, adjoint, tangent, tangent of the adjoint and gradient of the coefficients.
/// B = Σ c·x + Σ_heads p·t with p = a·b and t = c + Σ c·v.
/// </summary>
internal static unsafe class ContractionGradientKernel<T, TVector, TOps>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TOps : struct, IVectorOperations<T, TVector>
{
    /// <summary>Outputs of the values.</summary>
    /// <param name="program">The program.</param>
    /// <param name="c">Coefficients.</param>
    /// <param name="stride">From a coefficient to the next.</param>
    /// <param name="v">Inputs, and room for products.</param>
    /// <param name="o">Receives the outputs.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int* program, T* c, nint stride, T* v, T* o)
    {
        int* i = Multiply(program, v);
        T* output = o;
        for (int components = *i++; components > 0; components--, output += stride)
        {
            TOps.Store(Sum(ref i, *i, ref c, stride, v, default), output);
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            TVector p = TOps.Multiply(TOps.Load(v + i[0]), TOps.Load(v + i[1]));
            int groups = i[2];
            for (i += 3; groups > 0; groups--)
            {
                output = o + i[0];
                TVector t = Start(ref i, ref c, stride, out int* end);
                for (; i < end; i++, c += stride) { t = TOps.MultiplyAdd(TOps.Load(c), TOps.Load(v + *i), t); }
                TOps.Store(TOps.MultiplyAdd(t, p, TOps.Load(output)), output);
            }
        }
    }

    /// <summary>Adjoint of the values (products included), from that of the outputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="c">Coefficients.</param>
    /// <param name="stride">From a coefficient to the next.</param>
    /// <param name="v">Values with their products.</param>
    /// <param name="oBar">Adjoint of the outputs.</param>
    /// <param name="g">Adjoint of the values, accumulated.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Adjoint(int* program, T* c, nint stride, T* v, T* oBar, T* g)
    {
        int* i = Multiply(program, v);
        T* output = oBar;
        for (int components = *i++; components > 0; components--, output += stride)
        {
            TVector o = TOps.Load(output);
            int terms = *i++;
            for (int* end = i + terms; i < end; i++, c += stride) { Add(TOps.Load(c), o, g + *i); }
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            int first = i[0], second = i[1], groups = i[2];
            TVector a = TOps.Load(v + first), b = TOps.Load(v + second), p = TOps.Multiply(a, b), pBar = default;
            for (i += 3; groups > 0; groups--)
            {
                TVector o = TOps.Load(oBar + i[0]), po = TOps.Multiply(p, o);
                TVector t = Start(ref i, ref c, stride, out int* end);
                for (; i < end; i++, c += stride)
                {
                    TVector q = TOps.Load(c);
                    t = TOps.MultiplyAdd(q, TOps.Load(v + *i), t);
                    Add(q, po, g + *i);
                }

                pBar = TOps.MultiplyAdd(t, o, pBar);
            }

            Add(pBar, b, g + first);
            Add(pBar, a, g + second);
        }

        for (int product = *program, place = (3 * product) - 2; product > 0; product--, place -= 3)
        {
            TVector bar = TOps.Load(g + program[place]);
            Add(bar, TOps.Load(v + program[place + 2]), g + program[place + 1]);
            Add(bar, TOps.Load(v + program[place + 1]), g + program[place + 2]);
        }
    }

    /// <summary>Changes of the outputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="c">Coefficients.</param>
    /// <param name="stride">From a coefficient to the next.</param>
    /// <param name="v">Inputs, and room for products.</param>
    /// <param name="vDot">Changes of the inputs, and room for those of products.</param>
    /// <param name="oDot">Receives the changes of the outputs.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Tangent(int* program, T* c, nint stride, T* v, T* vDot, T* oDot)
    {
        Multiply(program, v);
        int* i = MultiplyDots(program, v, vDot);
        T* output = oDot;
        for (int components = *i++; components > 0; components--, output += stride)
        {
            TOps.Store(Sum(ref i, *i, ref c, stride, vDot, default), output);
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            TVector a = TOps.Load(v + i[0]), b = TOps.Load(v + i[1]);
            TVector p = TOps.Multiply(a, b), pDot = TOps.MultiplyAdd(TOps.Load(vDot + i[0]), b, TOps.Multiply(a, TOps.Load(vDot + i[1])));
            int groups = i[2];
            for (i += 3; groups > 0; groups--)
            {
                output = oDot + i[0];
                TVector t = Start(ref i, ref c, stride, out int* end), tDot = default;
                for (; i < end; i++, c += stride)
                {
                    TVector q = TOps.Load(c);
                    t = TOps.MultiplyAdd(q, TOps.Load(v + *i), t);
                    tDot = TOps.MultiplyAdd(q, TOps.Load(vDot + *i), tDot);
                }

                TOps.Store(TOps.MultiplyAdd(t, pDot, TOps.MultiplyAdd(tDot, p, TOps.Load(output))), output);
            }
        }
    }

    /// <summary>Change of the adjoint of the values, and gradient of the coefficients of outputs and their changes together.</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputs">Offset of the first product: values below are inputs.</param>
    /// <param name="c">Coefficients.</param>
    /// <param name="stride">From a coefficient to the next.</param>
    /// <param name="v">Inputs, and room for products.</param>
    /// <param name="vDot">Their changes.</param>
    /// <param name="oBar">Adjoint of the outputs.</param>
    /// <param name="oBarDot">Its change.</param>
    /// <param name="g">Adjoint of the products, accumulated; that of inputs is not needed.</param>
    /// <param name="gDot">Change of the adjoint of the values, accumulated.</param>
    /// <param name="cBar">Gradient of the coefficients, accumulated.</param>
    /// <typeparam name="TWanted">Whether that gradient is wanted.</typeparam>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void AdjointTangent<TWanted>(int* program, int inputs, T* c, nint stride, T* v, T* vDot, T* oBar, T* oBarDot, T* g, T* gDot, T* cBar)
        where TWanted : struct, IWanted
    {
        Multiply(program, v);
        int* i = MultiplyDots(program, v, vDot);
        nint output = 0;
        for (int components = *i++; components > 0; components--, output += stride)
        {
            TVector o = TOps.Load(oBar + output), oDot = TOps.Load(oBarDot + output);
            int terms = *i++;
            for (int* end = i + terms; i < end; i++, c += stride, cBar += stride)
            {
                Add(TOps.Load(c), oDot, gDot + *i);
                if (TWanted.Value) { TOps.Store(TOps.MultiplyAdd(o, TOps.Load(vDot + *i), TOps.MultiplyAdd(oDot, TOps.Load(v + *i), TOps.Load(cBar))), cBar); }
            }
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            int first = i[0], second = i[1], groups = i[2];
            TVector a = TOps.Load(v + first), b = TOps.Load(v + second), aDot = TOps.Load(vDot + first), bDot = TOps.Load(vDot + second);
            TVector p = TOps.Multiply(a, b), pDot = TOps.MultiplyAdd(aDot, b, TOps.Multiply(a, bDot)), pBar = default, pBarDot = default;
            for (i += 3; groups > 0; groups--)
            {
                // Adjoint of ṫ and of t.
                TVector o = TOps.Load(oBar + i[0]), oDot = TOps.Load(oBarDot + i[0]);
                TVector bar = TOps.Multiply(p, o), barDot = TOps.MultiplyAdd(p, oDot, TOps.Multiply(pDot, o));
                if (TWanted.Value && (i[1] & 1) != 0)
                {
                    TOps.Store(TOps.Add(barDot, TOps.Load(cBar)), cBar);
                    cBar += stride;
                }

                TVector t = Start(ref i, ref c, stride, out int* end), tDot = default;
                for (; i < end; i++, c += stride, cBar += stride)
                {
                    TVector q = TOps.Load(c), value = TOps.Load(v + *i), change = TOps.Load(vDot + *i);
                    t = TOps.MultiplyAdd(q, value, t);
                    tDot = TOps.MultiplyAdd(q, change, tDot);
                    if (TWanted.Value) { TOps.Store(TOps.MultiplyAdd(bar, change, TOps.MultiplyAdd(barDot, value, TOps.Load(cBar))), cBar); }
                    Add(q, barDot, gDot + *i);
                    if (*i >= inputs) { Add(q, bar, g + *i); }
                }

                pBar = TOps.MultiplyAdd(t, o, pBar);
                pBarDot = TOps.MultiplyAdd(t, oDot, TOps.MultiplyAdd(tDot, o, pBarDot));
            }

            Add(pBarDot, b, gDot + first);
            Add(pBar, bDot, gDot + first);
            Add(pBarDot, a, gDot + second);
            Add(pBar, aDot, gDot + second);
        }

        for (int product = *program, place = (3 * product) - 2; product > 0; product--, place -= 3)
        {
            int first = program[place + 1], second = program[place + 2];
            TVector bar = TOps.Load(g + program[place]), barDot = TOps.Load(gDot + program[place]);
            Add(barDot, TOps.Load(v + second), gDot + first);
            Add(bar, TOps.Load(vDot + second), gDot + first);
            Add(barDot, TOps.Load(v + first), gDot + second);
            Add(bar, TOps.Load(vDot + first), gDot + second);
            if (first >= inputs) { Add(bar, TOps.Load(v + second), g + first); }
            if (second >= inputs) { Add(bar, TOps.Load(v + first), g + second); }
        }
    }

    /// <summary>Makes the products and returns where the program goes on.</summary>
    private static int* Multiply(int* program, T* v)
    {
        int products = *program++;
        for (; products > 0; products--, program += 3) { TOps.Store(TOps.Multiply(TOps.Load(v + program[1]), TOps.Load(v + program[2])), v + program[0]); }
        return program;
    }

    private static int* MultiplyDots(int* program, T* v, T* vDot)
    {
        int products = *program++;
        for (; products > 0; products--, program += 3)
        {
            TVector left = TOps.Multiply(TOps.Load(v + program[1]), TOps.Load(vDot + program[2]));
            TOps.Store(TOps.MultiplyAdd(TOps.Load(vDot + program[1]), TOps.Load(v + program[2]), left), vDot + program[0]);
        }

        return program;
    }

    /// <summary>Reads the head of a group: its constant, and where its rights end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Start(ref int* i, ref T* c, nint stride, out int* end)
    {
        int count = i[1];
        i += 2;
        end = i + (count >> 1);
        if ((count & 1) == 0) { return default; }
        TVector constant = TOps.Load(c);
        c += stride;
        return constant;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(ref int* i, int terms, ref T* c, nint stride, T* v, TVector sum)
    {
        i++;
        for (int* end = i + terms; i < end; i++, c += stride) { sum = TOps.MultiplyAdd(TOps.Load(c), TOps.Load(v + *i), sum); }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector x, TVector y, T* target) => TOps.Store(TOps.MultiplyAdd(x, y, TOps.Load(target)), target);
}

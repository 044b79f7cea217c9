using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>Whether the vectors of a tile have the same coefficients.</summary>
internal interface ISharing
{
    static abstract bool Shared { get; }
}

/// <summary>The vectors are the same channels of several atoms of one element.</summary>
internal readonly struct SharedCoefficients : ISharing
{
    public static bool Shared => true;
}

/// <summary>The vectors are several channels of one atom.</summary>
internal readonly struct SeparateCoefficients : ISharing
{
    public static bool Shared => false;
}

/// <summary>
/// Runs a <see cref="ContractionProgram"/> over one tile of <see cref="ContractionProgram.Lanes"/> vectors. Numbers at the
/// end of names tell the vectors apart.
/// </summary>
internal static unsafe class ContractionKernel<T, TVector, TOps, TSharing>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : struct
    where TOps : struct, IVectorOperations<T, TVector>
    where TSharing : struct, ISharing
{
    /// <summary>Outputs of the values.</summary>
    /// <param name="program">The program.</param>
    /// <param name="c">Coefficients of the first vector.</param>
    /// <param name="other1">From the coefficients of the first vector to those of the second, where they are not shared.</param>
    /// <param name="other2">To those of the third.</param>
    /// <param name="other3">To those of the fourth.</param>
    /// <param name="values">Tiles of the inputs, and room for the products.</param>
    /// <param name="outputs">Receives the tiles of the output components.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int* program, T* c, nint other1, nint other2, nint other3, T* values, T* outputs)
    {
        nint width = TOps.Count;
        int* i = Multiply(program, values);
        T* output = outputs;
        for (int components = *i++; components > 0; components--)
        {
            TVector t0 = default, t1 = default, t2 = default, t3 = default;
            int terms = *i++;
            for (int* end = i + terms; i < end; i++)
            {
                TVector q0 = TOps.Load(c), q1 = TSharing.Shared ? q0 : TOps.Load(c + other1), q2 = TSharing.Shared ? q0 : TOps.Load(c + other2), q3 = TSharing.Shared ? q0 : TOps.Load(c + other3);
                c += width;
                T* v = values + *i;
                t0 = TOps.MultiplyAdd(q0, TOps.Load(v), t0);
                t1 = TOps.MultiplyAdd(q1, TOps.Load(v + width), t1);
                t2 = TOps.MultiplyAdd(q2, TOps.Load(v + (2 * width)), t2);
                t3 = TOps.MultiplyAdd(q3, TOps.Load(v + (3 * width)), t3);
            }

            TOps.Store(t0, output);
            TOps.Store(t1, output + width);
            TOps.Store(t2, output + (2 * width));
            TOps.Store(t3, output + (3 * width));
            output += ContractionProgram.Lanes * width;
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            T* a = values + i[0], b = values + i[1];
            TVector p0 = TOps.Multiply(TOps.Load(a), TOps.Load(b));
            TVector p1 = TOps.Multiply(TOps.Load(a + width), TOps.Load(b + width));
            TVector p2 = TOps.Multiply(TOps.Load(a + (2 * width)), TOps.Load(b + (2 * width)));
            TVector p3 = TOps.Multiply(TOps.Load(a + (3 * width)), TOps.Load(b + (3 * width)));
            int groups = i[2];
            for (i += 3; groups > 0; groups--)
            {
                int count = i[1];
                output = outputs + i[0];
                i += 2;
                TVector t0 = default, t1 = default, t2 = default, t3 = default;
                if ((count & 1) != 0)
                {
                    t0 = TOps.Load(c);
                    t1 = TSharing.Shared ? t0 : TOps.Load(c + other1);
                    t2 = TSharing.Shared ? t0 : TOps.Load(c + other2);
                    t3 = TSharing.Shared ? t0 : TOps.Load(c + other3);
                    c += width;
                }

                for (int* end = i + (count >> 1); i < end; i++)
                {
                    TVector q0 = TOps.Load(c), q1 = TSharing.Shared ? q0 : TOps.Load(c + other1), q2 = TSharing.Shared ? q0 : TOps.Load(c + other2), q3 = TSharing.Shared ? q0 : TOps.Load(c + other3);
                    c += width;
                    T* v = values + *i;
                    t0 = TOps.MultiplyAdd(q0, TOps.Load(v), t0);
                    t1 = TOps.MultiplyAdd(q1, TOps.Load(v + width), t1);
                    t2 = TOps.MultiplyAdd(q2, TOps.Load(v + (2 * width)), t2);
                    t3 = TOps.MultiplyAdd(q3, TOps.Load(v + (3 * width)), t3);
                }

                TOps.Store(TOps.MultiplyAdd(t0, p0, TOps.Load(output)), output);
                TOps.Store(TOps.MultiplyAdd(t1, p1, TOps.Load(output + width)), output + width);
                TOps.Store(TOps.MultiplyAdd(t2, p2, TOps.Load(output + (2 * width))), output + (2 * width));
                TOps.Store(TOps.MultiplyAdd(t3, p3, TOps.Load(output + (3 * width))), output + (3 * width));
            }
        }
    }

    /// <summary>Gradients with respect to the values, from the adjoint of the outputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="c">Coefficients of the first vector.</param>
    /// <param name="other1">As in <see cref="Forward"/>.</param>
    /// <param name="other2">As in <see cref="Forward"/>.</param>
    /// <param name="other3">As in <see cref="Forward"/>.</param>
    /// <param name="values">Tiles of the inputs, and room for the products.</param>
    /// <param name="outputsBar">Tiles of the outputs' adjoint.</param>
    /// <param name="gradients">Tiles of the values' adjoint, accumulated; zero on entry.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Adjoint(int* program, T* c, nint other1, nint other2, nint other3, T* values, T* outputsBar, T* gradients)
    {
        nint width = TOps.Count;
        int* i = Multiply(program, values);
        T* output = outputsBar;
        for (int components = *i++; components > 0; components--)
        {
            TVector o0 = TOps.Load(output), o1 = TOps.Load(output + width), o2 = TOps.Load(output + (2 * width)), o3 = TOps.Load(output + (3 * width));
            int terms = *i++;
            for (int* end = i + terms; i < end; i++)
            {
                TVector q0 = TOps.Load(c), q1 = TSharing.Shared ? q0 : TOps.Load(c + other1), q2 = TSharing.Shared ? q0 : TOps.Load(c + other2), q3 = TSharing.Shared ? q0 : TOps.Load(c + other3);
                c += width;
                T* g = gradients + *i;
                TOps.Store(TOps.MultiplyAdd(q0, o0, TOps.Load(g)), g);
                TOps.Store(TOps.MultiplyAdd(q1, o1, TOps.Load(g + width)), g + width);
                TOps.Store(TOps.MultiplyAdd(q2, o2, TOps.Load(g + (2 * width))), g + (2 * width));
                TOps.Store(TOps.MultiplyAdd(q3, o3, TOps.Load(g + (3 * width))), g + (3 * width));
            }

            output += ContractionProgram.Lanes * width;
        }

        for (int heads = *i++; heads > 0; heads--)
        {
            int first = i[0], second = i[1], groups = i[2];
            T* a = values + first, b = values + second;
            TVector p0 = TOps.Multiply(TOps.Load(a), TOps.Load(b));
            TVector p1 = TOps.Multiply(TOps.Load(a + width), TOps.Load(b + width));
            TVector p2 = TOps.Multiply(TOps.Load(a + (2 * width)), TOps.Load(b + (2 * width)));
            TVector p3 = TOps.Multiply(TOps.Load(a + (3 * width)), TOps.Load(b + (3 * width)));
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            for (i += 3; groups > 0; groups--)
            {
                int count = i[1];
                output = outputsBar + i[0];
                i += 2;
                TVector o0 = TOps.Load(output), po0 = TOps.Multiply(p0, o0);
                TVector o1 = TOps.Load(output + width), po1 = TOps.Multiply(p1, o1);
                TVector o2 = TOps.Load(output + (2 * width)), po2 = TOps.Multiply(p2, o2);
                TVector o3 = TOps.Load(output + (3 * width)), po3 = TOps.Multiply(p3, o3);
                TVector t0 = default, t1 = default, t2 = default, t3 = default;
                if ((count & 1) != 0)
                {
                    t0 = TOps.Load(c);
                    t1 = TSharing.Shared ? t0 : TOps.Load(c + other1);
                    t2 = TSharing.Shared ? t0 : TOps.Load(c + other2);
                    t3 = TSharing.Shared ? t0 : TOps.Load(c + other3);
                    c += width;
                }

                for (int* end = i + (count >> 1); i < end; i++)
                {
                    TVector q0 = TOps.Load(c), q1 = TSharing.Shared ? q0 : TOps.Load(c + other1), q2 = TSharing.Shared ? q0 : TOps.Load(c + other2), q3 = TSharing.Shared ? q0 : TOps.Load(c + other3);
                    c += width;
                    T* v = values + *i, g = gradients + *i;
                    t0 = TOps.MultiplyAdd(q0, TOps.Load(v), t0);
                    t1 = TOps.MultiplyAdd(q1, TOps.Load(v + width), t1);
                    t2 = TOps.MultiplyAdd(q2, TOps.Load(v + (2 * width)), t2);
                    t3 = TOps.MultiplyAdd(q3, TOps.Load(v + (3 * width)), t3);
                    TOps.Store(TOps.MultiplyAdd(q0, po0, TOps.Load(g)), g);
                    TOps.Store(TOps.MultiplyAdd(q1, po1, TOps.Load(g + width)), g + width);
                    TOps.Store(TOps.MultiplyAdd(q2, po2, TOps.Load(g + (2 * width))), g + (2 * width));
                    TOps.Store(TOps.MultiplyAdd(q3, po3, TOps.Load(g + (3 * width))), g + (3 * width));
                }

                s0 = TOps.MultiplyAdd(t0, o0, s0);
                s1 = TOps.MultiplyAdd(t1, o1, s1);
                s2 = TOps.MultiplyAdd(t2, o2, s2);
                s3 = TOps.MultiplyAdd(t3, o3, s3);
            }

            AddScaled(gradients + first, b, s0, s1, s2, s3);
            AddScaled(gradients + second, a, s0, s1, s2, s3);
        }

        // Products were made of values before them, so their gradients are complete from the last to the first.
        for (int product = *program, place = (3 * product) - 2; product > 0; product--, place -= 3)
        {
            T* g = gradients + program[place];
            TVector s0 = TOps.Load(g), s1 = TOps.Load(g + width), s2 = TOps.Load(g + (2 * width)), s3 = TOps.Load(g + (3 * width));
            AddScaled(gradients + program[place + 1], values + program[place + 2], s0, s1, s2, s3);
            AddScaled(gradients + program[place + 2], values + program[place + 1], s0, s1, s2, s3);
        }
    }

    /// <summary>Makes the products and returns where the program goes on.</summary>
    private static int* Multiply(int* program, T* values)
    {
        nint width = TOps.Count;
        int products = *program++;
        for (; products > 0; products--, program += 3)
        {
            T* target = values + program[0], a = values + program[1], b = values + program[2];
            TOps.Store(TOps.Multiply(TOps.Load(a), TOps.Load(b)), target);
            TOps.Store(TOps.Multiply(TOps.Load(a + width), TOps.Load(b + width)), target + width);
            TOps.Store(TOps.Multiply(TOps.Load(a + (2 * width)), TOps.Load(b + (2 * width))), target + (2 * width));
            TOps.Store(TOps.Multiply(TOps.Load(a + (3 * width)), TOps.Load(b + (3 * width))), target + (3 * width));
        }

        return program;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(T* target, T* x, TVector s0, TVector s1, TVector s2, TVector s3)
    {
        nint width = TOps.Count;
        TOps.Store(TOps.MultiplyAdd(s0, TOps.Load(x), TOps.Load(target)), target);
        TOps.Store(TOps.MultiplyAdd(s1, TOps.Load(x + width), TOps.Load(target + width)), target + width);
        TOps.Store(TOps.MultiplyAdd(s2, TOps.Load(x + (2 * width)), TOps.Load(target + (2 * width))), target + (2 * width));
        TOps.Store(TOps.MultiplyAdd(s3, TOps.Load(x + (3 * width)), TOps.Load(target + (3 * width))), target + (3 * width));
    }
}

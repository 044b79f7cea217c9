using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MaceSharp.Architecture;

namespace MaceSharp.Measuring;

/// <summary>
/// Measures how many floating-point operations a second one core does at best: independent multiply-adds that never leave the registers.
/// A multiply-add counts as two operations.
/// </summary>
public static class PeakMeter
{
    /// <summary>Independent chains. A multiply-add takes 4 or 5 cycles and two can start in each, so 8 to 10 are needed; 12 fit the 16 registers of AVX2.</summary>
    private const int Chains = 12;

    private const int Iterations = 40_000;
    private const int Rounds = 60;

    /// <summary>A vector type as the loop sees it; a structure, so that the loop is compiled for each one.</summary>
    /// <typeparam name="TVector">The vector.</typeparam>
    private interface IVectorType<TVector>
    {
        static abstract int Lanes { get; }

        static abstract TVector Create(double value);

        static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

        static abstract double Sum(TVector a);
    }

    /// <summary>Bits of the widest vectors the hardware has; 0 without any.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>The peak of one core, GFLOP/s: the best of many short runs with every vector width the hardware has, because on some machines narrower vectors are as fast and on others not.</summary>
    /// <param name="precision">Type of the numbers.</param>
    public static double Measure(Precision precision)
    {
        double best = 0;
        bool single = precision == Precision.Float32;
        for (int round = 0; round < Rounds; round++)
        {
            if (Vector512.IsHardwareAccelerated) { best = Math.Max(best, single ? Rate<Vector512<float>, Single512>() : Rate<Vector512<double>, Double512>()); }
            if (Vector256.IsHardwareAccelerated) { best = Math.Max(best, single ? Rate<Vector256<float>, Single256>() : Rate<Vector256<double>, Double256>()); }
            else { best = Math.Max(best, single ? Rate<Vector128<float>, Single128>() : Rate<Vector128<double>, Double128>()); }
        }

        return best;
    }

    /// <summary>GFLOP/s of one run.</summary>
    private static double Rate<TVector, TType>()
        where TVector : struct
        where TType : struct, IVectorType<TVector>
    {
        long start = Stopwatch.GetTimestamp();
        double result = Run<TVector, TType>();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return double.IsFinite(result) ? 2.0 * TType.Lanes * Chains * Iterations / seconds / 1e9 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Run<TVector, TType>()
        where TVector : struct
        where TType : struct, IVectorType<TVector>
    {
        // The factor is below one and the addend small, so that the numbers neither grow nor become subnormal.
        TVector f = TType.Create(0.999), a = TType.Create(1e-3);
        TVector c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Iterations; i++)
        {
            c0 = TType.MultiplyAdd(c0, f, a);
            c1 = TType.MultiplyAdd(c1, f, a);
            c2 = TType.MultiplyAdd(c2, f, a);
            c3 = TType.MultiplyAdd(c3, f, a);
            c4 = TType.MultiplyAdd(c4, f, a);
            c5 = TType.MultiplyAdd(c5, f, a);
            c6 = TType.MultiplyAdd(c6, f, a);
            c7 = TType.MultiplyAdd(c7, f, a);
            c8 = TType.MultiplyAdd(c8, f, a);
            c9 = TType.MultiplyAdd(c9, f, a);
            c10 = TType.MultiplyAdd(c10, f, a);
            c11 = TType.MultiplyAdd(c11, f, a);
        }

        return TType.Sum(c0) + TType.Sum(c1) + TType.Sum(c2) + TType.Sum(c3) + TType.Sum(c4) + TType.Sum(c5)
            + TType.Sum(c6) + TType.Sum(c7) + TType.Sum(c8) + TType.Sum(c9) + TType.Sum(c10) + TType.Sum(c11);
    }

    private readonly struct Single512 : IVectorType<Vector512<float>>
    {
        public static int Lanes => Vector512<float>.Count;

        public static Vector512<float> Create(double value) => Vector512.Create((float)value);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector512<float> a) => Vector512.Sum(a);
    }

    private readonly struct Double512 : IVectorType<Vector512<double>>
    {
        public static int Lanes => Vector512<double>.Count;

        public static Vector512<double> Create(double value) => Vector512.Create(value);

        public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector512<double> a) => Vector512.Sum(a);
    }

    private readonly struct Single256 : IVectorType<Vector256<float>>
    {
        public static int Lanes => Vector256<float>.Count;

        public static Vector256<float> Create(double value) => Vector256.Create((float)value);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector256<float> a) => Vector256.Sum(a);
    }

    private readonly struct Double256 : IVectorType<Vector256<double>>
    {
        public static int Lanes => Vector256<double>.Count;

        public static Vector256<double> Create(double value) => Vector256.Create(value);

        public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector256<double> a) => Vector256.Sum(a);
    }

    private readonly struct Single128 : IVectorType<Vector128<float>>
    {
        public static int Lanes => Vector128<float>.Count;

        public static Vector128<float> Create(double value) => Vector128.Create((float)value);

        public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector128<float> a) => Vector128.Sum(a);
    }

    private readonly struct Double128 : IVectorType<Vector128<double>>
    {
        public static int Lanes => Vector128<double>.Count;

        public static Vector128<double> Create(double value) => Vector128.Create(value);

        public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Vector128.MultiplyAddEstimate(a, b, c);

        public static double Sum(Vector128<double> a) => Vector128.Sum(a);
    }
}

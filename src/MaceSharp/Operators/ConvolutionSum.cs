using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>
/// The sum over edges of <see cref="EdgeConvolution{T}"/>: m[c, u] += Σ_e Σ_a M[e, a, c]·w[e, u]·x[e, a, u] for one path.
/// The sums stay in registers while the edges pass. One method per number of components c, each for a pair of vectors
/// (a quartet where there is one component, so that enough independent sums are under way to hide the latency of the
/// arithmetic) and for one vector of channels.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TOps">Arithmetic on a vector of channels.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class ConvolutionSum<T, TOps, TVector>
    where TOps : struct, IVectorOperations<T, TVector>
    where TVector : struct
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const MethodImplOptions Hot = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
    private const int Stride = ConvolutionScratch<T>.MaximumEdges;

    /// <summary>Sums as many channels as whole vectors cover.</summary>
    /// <param name="run">The path and its edges.</param>
    /// <param name="components">Number of components that are summed: 1, 3, 5 or 7.</param>
    /// <param name="channel">First channel.</param>
    /// <returns>The first channel that is left.</returns>
    public static int Sum(in ConvolutionRun<T> run, int components, int channel)
    {
        int lanes = TOps.Count, wide = (components == 1 ? 4 : 2) * lanes;
        for (; channel + wide <= run.Channels; channel += wide)
        {
            switch (components)
            {
                case 1: Sum1Wide(run, channel); break;
                case 3: Sum3Wide(run, channel); break;
                case 5: Sum5Wide(run, channel); break;
                default: Sum7Wide(run, channel); break;
            }
        }

        for (; channel + lanes <= run.Channels; channel += lanes)
        {
            switch (components)
            {
                case 1: Sum1(run, channel); break;
                case 3: Sum3(run, channel); break;
                case 5: Sum5(run, channel); break;
                default: Sum7(run, channel); break;
            }
        }

        return channel;
    }

    [MethodImpl(Hot)]
    private static void Sum1Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message), q0 = TOps.Load(message + lanes), r0 = TOps.Load(message + (2 * lanes)), s0 = TOps.Load(message + (3 * lanes));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights), wq = TOps.Load(weights + lanes), wr = TOps.Load(weights + (2 * lanes)), ws = TOps.Load(weights + (3 * lanes));
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x)), q = TOps.Multiply(wq, TOps.Load(x + lanes)), r = TOps.Multiply(wr, TOps.Load(x + (2 * lanes))), s = TOps.Multiply(ws, TOps.Load(x + (3 * lanes)));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                q0 = TOps.MultiplyAdd(k, q, q0);
                r0 = TOps.MultiplyAdd(k, r, r0);
                s0 = TOps.MultiplyAdd(k, s, s0);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(q0, message + lanes);
        TOps.Store(r0, message + (2 * lanes));
        TOps.Store(s0, message + (3 * lanes));
    }

    [MethodImpl(Hot)]
    private static void Sum1(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
    }

    [MethodImpl(Hot)]
    private static void Sum3Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message), q0 = TOps.Load(message + lanes);
        TVector p1 = TOps.Load(message + channels), q1 = TOps.Load(message + channels + lanes);
        TVector p2 = TOps.Load(message + (2 * channels)), q2 = TOps.Load(message + (2 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights), wq = TOps.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x)), q = TOps.Multiply(wq, TOps.Load(x + lanes));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                q0 = TOps.MultiplyAdd(k, q, q0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                q1 = TOps.MultiplyAdd(k, q, q1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                q2 = TOps.MultiplyAdd(k, q, q2);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(q0, message + lanes);
        TOps.Store(p1, message + channels);
        TOps.Store(q1, message + channels + lanes);
        TOps.Store(p2, message + (2 * channels));
        TOps.Store(q2, message + (2 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum3(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message);
        TVector p1 = TOps.Load(message + channels);
        TVector p2 = TOps.Load(message + (2 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(p1, message + channels);
        TOps.Store(p2, message + (2 * channels));
    }

    [MethodImpl(Hot)]
    private static void Sum5Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message), q0 = TOps.Load(message + lanes);
        TVector p1 = TOps.Load(message + channels), q1 = TOps.Load(message + channels + lanes);
        TVector p2 = TOps.Load(message + (2 * channels)), q2 = TOps.Load(message + (2 * channels) + lanes);
        TVector p3 = TOps.Load(message + (3 * channels)), q3 = TOps.Load(message + (3 * channels) + lanes);
        TVector p4 = TOps.Load(message + (4 * channels)), q4 = TOps.Load(message + (4 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights), wq = TOps.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x)), q = TOps.Multiply(wq, TOps.Load(x + lanes));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                q0 = TOps.MultiplyAdd(k, q, q0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                q1 = TOps.MultiplyAdd(k, q, q1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                q2 = TOps.MultiplyAdd(k, q, q2);
                k = TOps.Broadcast(m[3 * Stride]);
                p3 = TOps.MultiplyAdd(k, p, p3);
                q3 = TOps.MultiplyAdd(k, q, q3);
                k = TOps.Broadcast(m[4 * Stride]);
                p4 = TOps.MultiplyAdd(k, p, p4);
                q4 = TOps.MultiplyAdd(k, q, q4);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(q0, message + lanes);
        TOps.Store(p1, message + channels);
        TOps.Store(q1, message + channels + lanes);
        TOps.Store(p2, message + (2 * channels));
        TOps.Store(q2, message + (2 * channels) + lanes);
        TOps.Store(p3, message + (3 * channels));
        TOps.Store(q3, message + (3 * channels) + lanes);
        TOps.Store(p4, message + (4 * channels));
        TOps.Store(q4, message + (4 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum5(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message);
        TVector p1 = TOps.Load(message + channels);
        TVector p2 = TOps.Load(message + (2 * channels));
        TVector p3 = TOps.Load(message + (3 * channels));
        TVector p4 = TOps.Load(message + (4 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                k = TOps.Broadcast(m[3 * Stride]);
                p3 = TOps.MultiplyAdd(k, p, p3);
                k = TOps.Broadcast(m[4 * Stride]);
                p4 = TOps.MultiplyAdd(k, p, p4);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(p1, message + channels);
        TOps.Store(p2, message + (2 * channels));
        TOps.Store(p3, message + (3 * channels));
        TOps.Store(p4, message + (4 * channels));
    }

    [MethodImpl(Hot)]
    private static void Sum7Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message), q0 = TOps.Load(message + lanes);
        TVector p1 = TOps.Load(message + channels), q1 = TOps.Load(message + channels + lanes);
        TVector p2 = TOps.Load(message + (2 * channels)), q2 = TOps.Load(message + (2 * channels) + lanes);
        TVector p3 = TOps.Load(message + (3 * channels)), q3 = TOps.Load(message + (3 * channels) + lanes);
        TVector p4 = TOps.Load(message + (4 * channels)), q4 = TOps.Load(message + (4 * channels) + lanes);
        TVector p5 = TOps.Load(message + (5 * channels)), q5 = TOps.Load(message + (5 * channels) + lanes);
        TVector p6 = TOps.Load(message + (6 * channels)), q6 = TOps.Load(message + (6 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights), wq = TOps.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x)), q = TOps.Multiply(wq, TOps.Load(x + lanes));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                q0 = TOps.MultiplyAdd(k, q, q0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                q1 = TOps.MultiplyAdd(k, q, q1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                q2 = TOps.MultiplyAdd(k, q, q2);
                k = TOps.Broadcast(m[3 * Stride]);
                p3 = TOps.MultiplyAdd(k, p, p3);
                q3 = TOps.MultiplyAdd(k, q, q3);
                k = TOps.Broadcast(m[4 * Stride]);
                p4 = TOps.MultiplyAdd(k, p, p4);
                q4 = TOps.MultiplyAdd(k, q, q4);
                k = TOps.Broadcast(m[5 * Stride]);
                p5 = TOps.MultiplyAdd(k, p, p5);
                q5 = TOps.MultiplyAdd(k, q, q5);
                k = TOps.Broadcast(m[6 * Stride]);
                p6 = TOps.MultiplyAdd(k, p, p6);
                q6 = TOps.MultiplyAdd(k, q, q6);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(q0, message + lanes);
        TOps.Store(p1, message + channels);
        TOps.Store(q1, message + channels + lanes);
        TOps.Store(p2, message + (2 * channels));
        TOps.Store(q2, message + (2 * channels) + lanes);
        TOps.Store(p3, message + (3 * channels));
        TOps.Store(q3, message + (3 * channels) + lanes);
        TOps.Store(p4, message + (4 * channels));
        TOps.Store(q4, message + (4 * channels) + lanes);
        TOps.Store(p5, message + (5 * channels));
        TOps.Store(q5, message + (5 * channels) + lanes);
        TOps.Store(p6, message + (6 * channels));
        TOps.Store(q6, message + (6 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum7(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TOps.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TOps.Load(message);
        TVector p1 = TOps.Load(message + channels);
        TVector p2 = TOps.Load(message + (2 * channels));
        TVector p3 = TOps.Load(message + (3 * channels));
        TVector p4 = TOps.Load(message + (4 * channels));
        TVector p5 = TOps.Load(message + (5 * channels));
        TVector p6 = TOps.Load(message + (6 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TOps.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TOps.Multiply(wp, TOps.Load(x));
                TVector k = TOps.Broadcast(m[0]);
                p0 = TOps.MultiplyAdd(k, p, p0);
                k = TOps.Broadcast(m[Stride]);
                p1 = TOps.MultiplyAdd(k, p, p1);
                k = TOps.Broadcast(m[2 * Stride]);
                p2 = TOps.MultiplyAdd(k, p, p2);
                k = TOps.Broadcast(m[3 * Stride]);
                p3 = TOps.MultiplyAdd(k, p, p3);
                k = TOps.Broadcast(m[4 * Stride]);
                p4 = TOps.MultiplyAdd(k, p, p4);
                k = TOps.Broadcast(m[5 * Stride]);
                p5 = TOps.MultiplyAdd(k, p, p5);
                k = TOps.Broadcast(m[6 * Stride]);
                p6 = TOps.MultiplyAdd(k, p, p6);
                x += channels;
                m += matrixStride;
            }
        }

        TOps.Store(p0, message);
        TOps.Store(p1, message + channels);
        TOps.Store(p2, message + (2 * channels));
        TOps.Store(p3, message + (3 * channels));
        TOps.Store(p4, message + (4 * channels));
        TOps.Store(p5, message + (5 * channels));
        TOps.Store(p6, message + (6 * channels));
    }
}

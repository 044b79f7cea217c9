using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>
/// The sum over edges of <see cref="EdgeConvolution{T}"/>: m[c, u] += Σ_e Σ_a M[e, a, c]·w[e, u]·x[e, a, u] for one path.
/// The sums stay in registers while the edges pass. One method per number of components c, each for a pair of vectors
/// (a quartet where there is one component, so that enough independent sums are under way to hide the latency of the
/// arithmetic) and for one vector of channels.
/// </summary>
/// <typeparam name="TLanes">Arithmetic on the channels of a vector.</typeparam>
/// <typeparam name="TVector">The channels of a vector.</typeparam>
/// <typeparam name="T">One number.</typeparam>
internal static unsafe class ConvolutionSum<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : unmanaged
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
        int lanes = TLanes.Count, wide = (components == 1 ? 4 : 2) * lanes;
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
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message), q0 = TLanes.Load(message + lanes), r0 = TLanes.Load(message + (2 * lanes)), s0 = TLanes.Load(message + (3 * lanes));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights), wq = TLanes.Load(weights + lanes), wr = TLanes.Load(weights + (2 * lanes)), ws = TLanes.Load(weights + (3 * lanes));
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x)), q = TLanes.Multiply(wq, TLanes.Load(x + lanes)), r = TLanes.Multiply(wr, TLanes.Load(x + (2 * lanes))), s = TLanes.Multiply(ws, TLanes.Load(x + (3 * lanes)));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                q0 = TLanes.MultiplyAdd(k, q, q0);
                r0 = TLanes.MultiplyAdd(k, r, r0);
                s0 = TLanes.MultiplyAdd(k, s, s0);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(q0, message + lanes);
        TLanes.Store(r0, message + (2 * lanes));
        TLanes.Store(s0, message + (3 * lanes));
    }

    [MethodImpl(Hot)]
    private static void Sum1(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
    }

    [MethodImpl(Hot)]
    private static void Sum3Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message), q0 = TLanes.Load(message + lanes);
        TVector p1 = TLanes.Load(message + channels), q1 = TLanes.Load(message + channels + lanes);
        TVector p2 = TLanes.Load(message + (2 * channels)), q2 = TLanes.Load(message + (2 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights), wq = TLanes.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x)), q = TLanes.Multiply(wq, TLanes.Load(x + lanes));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                q0 = TLanes.MultiplyAdd(k, q, q0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                q1 = TLanes.MultiplyAdd(k, q, q1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                q2 = TLanes.MultiplyAdd(k, q, q2);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(q0, message + lanes);
        TLanes.Store(p1, message + channels);
        TLanes.Store(q1, message + channels + lanes);
        TLanes.Store(p2, message + (2 * channels));
        TLanes.Store(q2, message + (2 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum3(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message);
        TVector p1 = TLanes.Load(message + channels);
        TVector p2 = TLanes.Load(message + (2 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(p1, message + channels);
        TLanes.Store(p2, message + (2 * channels));
    }

    [MethodImpl(Hot)]
    private static void Sum5Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message), q0 = TLanes.Load(message + lanes);
        TVector p1 = TLanes.Load(message + channels), q1 = TLanes.Load(message + channels + lanes);
        TVector p2 = TLanes.Load(message + (2 * channels)), q2 = TLanes.Load(message + (2 * channels) + lanes);
        TVector p3 = TLanes.Load(message + (3 * channels)), q3 = TLanes.Load(message + (3 * channels) + lanes);
        TVector p4 = TLanes.Load(message + (4 * channels)), q4 = TLanes.Load(message + (4 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights), wq = TLanes.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x)), q = TLanes.Multiply(wq, TLanes.Load(x + lanes));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                q0 = TLanes.MultiplyAdd(k, q, q0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                q1 = TLanes.MultiplyAdd(k, q, q1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                q2 = TLanes.MultiplyAdd(k, q, q2);
                k = TLanes.Broadcast(m[3 * Stride]);
                p3 = TLanes.MultiplyAdd(k, p, p3);
                q3 = TLanes.MultiplyAdd(k, q, q3);
                k = TLanes.Broadcast(m[4 * Stride]);
                p4 = TLanes.MultiplyAdd(k, p, p4);
                q4 = TLanes.MultiplyAdd(k, q, q4);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(q0, message + lanes);
        TLanes.Store(p1, message + channels);
        TLanes.Store(q1, message + channels + lanes);
        TLanes.Store(p2, message + (2 * channels));
        TLanes.Store(q2, message + (2 * channels) + lanes);
        TLanes.Store(p3, message + (3 * channels));
        TLanes.Store(q3, message + (3 * channels) + lanes);
        TLanes.Store(p4, message + (4 * channels));
        TLanes.Store(q4, message + (4 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum5(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message);
        TVector p1 = TLanes.Load(message + channels);
        TVector p2 = TLanes.Load(message + (2 * channels));
        TVector p3 = TLanes.Load(message + (3 * channels));
        TVector p4 = TLanes.Load(message + (4 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                k = TLanes.Broadcast(m[3 * Stride]);
                p3 = TLanes.MultiplyAdd(k, p, p3);
                k = TLanes.Broadcast(m[4 * Stride]);
                p4 = TLanes.MultiplyAdd(k, p, p4);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(p1, message + channels);
        TLanes.Store(p2, message + (2 * channels));
        TLanes.Store(p3, message + (3 * channels));
        TLanes.Store(p4, message + (4 * channels));
    }

    [MethodImpl(Hot)]
    private static void Sum7Wide(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message), q0 = TLanes.Load(message + lanes);
        TVector p1 = TLanes.Load(message + channels), q1 = TLanes.Load(message + channels + lanes);
        TVector p2 = TLanes.Load(message + (2 * channels)), q2 = TLanes.Load(message + (2 * channels) + lanes);
        TVector p3 = TLanes.Load(message + (3 * channels)), q3 = TLanes.Load(message + (3 * channels) + lanes);
        TVector p4 = TLanes.Load(message + (4 * channels)), q4 = TLanes.Load(message + (4 * channels) + lanes);
        TVector p5 = TLanes.Load(message + (5 * channels)), q5 = TLanes.Load(message + (5 * channels) + lanes);
        TVector p6 = TLanes.Load(message + (6 * channels)), q6 = TLanes.Load(message + (6 * channels) + lanes);
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights), wq = TLanes.Load(weights + lanes);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x)), q = TLanes.Multiply(wq, TLanes.Load(x + lanes));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                q0 = TLanes.MultiplyAdd(k, q, q0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                q1 = TLanes.MultiplyAdd(k, q, q1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                q2 = TLanes.MultiplyAdd(k, q, q2);
                k = TLanes.Broadcast(m[3 * Stride]);
                p3 = TLanes.MultiplyAdd(k, p, p3);
                q3 = TLanes.MultiplyAdd(k, q, q3);
                k = TLanes.Broadcast(m[4 * Stride]);
                p4 = TLanes.MultiplyAdd(k, p, p4);
                q4 = TLanes.MultiplyAdd(k, q, q4);
                k = TLanes.Broadcast(m[5 * Stride]);
                p5 = TLanes.MultiplyAdd(k, p, p5);
                q5 = TLanes.MultiplyAdd(k, q, q5);
                k = TLanes.Broadcast(m[6 * Stride]);
                p6 = TLanes.MultiplyAdd(k, p, p6);
                q6 = TLanes.MultiplyAdd(k, q, q6);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(q0, message + lanes);
        TLanes.Store(p1, message + channels);
        TLanes.Store(q1, message + channels + lanes);
        TLanes.Store(p2, message + (2 * channels));
        TLanes.Store(q2, message + (2 * channels) + lanes);
        TLanes.Store(p3, message + (3 * channels));
        TLanes.Store(q3, message + (3 * channels) + lanes);
        TLanes.Store(p4, message + (4 * channels));
        TLanes.Store(q4, message + (4 * channels) + lanes);
        TLanes.Store(p5, message + (5 * channels));
        TLanes.Store(q5, message + (5 * channels) + lanes);
        TLanes.Store(p6, message + (6 * channels));
        TLanes.Store(q6, message + (6 * channels) + lanes);
    }

    [MethodImpl(Hot)]
    private static void Sum7(in ConvolutionRun<T> run, int channel)
    {
        int edges = run.Edges, rows = run.Rows;
        nint channels = run.Channels, lanes = TLanes.Count, weightStride = run.WeightStride, matrixStride = run.MatrixStride;
        nint* senders = run.Senders;
        T* features = run.Features + channel, weights = run.Weights + channel, matrix = run.Matrix, message = run.Message + channel;
        TVector p0 = TLanes.Load(message);
        TVector p1 = TLanes.Load(message + channels);
        TVector p2 = TLanes.Load(message + (2 * channels));
        TVector p3 = TLanes.Load(message + (3 * channels));
        TVector p4 = TLanes.Load(message + (4 * channels));
        TVector p5 = TLanes.Load(message + (5 * channels));
        TVector p6 = TLanes.Load(message + (6 * channels));
        for (int e = 0; e < edges; e++)
        {
            T* x = features + senders[e], m = matrix + e;
            TVector wp = TLanes.Load(weights);
            weights += weightStride;
            for (int a = 0; a < rows; a++)
            {
                TVector p = TLanes.Multiply(wp, TLanes.Load(x));
                TVector k = TLanes.Broadcast(m[0]);
                p0 = TLanes.MultiplyAdd(k, p, p0);
                k = TLanes.Broadcast(m[Stride]);
                p1 = TLanes.MultiplyAdd(k, p, p1);
                k = TLanes.Broadcast(m[2 * Stride]);
                p2 = TLanes.MultiplyAdd(k, p, p2);
                k = TLanes.Broadcast(m[3 * Stride]);
                p3 = TLanes.MultiplyAdd(k, p, p3);
                k = TLanes.Broadcast(m[4 * Stride]);
                p4 = TLanes.MultiplyAdd(k, p, p4);
                k = TLanes.Broadcast(m[5 * Stride]);
                p5 = TLanes.MultiplyAdd(k, p, p5);
                k = TLanes.Broadcast(m[6 * Stride]);
                p6 = TLanes.MultiplyAdd(k, p, p6);
                x += channels;
                m += matrixStride;
            }
        }

        TLanes.Store(p0, message);
        TLanes.Store(p1, message + channels);
        TLanes.Store(p2, message + (2 * channels));
        TLanes.Store(p3, message + (3 * channels));
        TLanes.Store(p4, message + (4 * channels));
        TLanes.Store(p5, message + (5 * channels));
        TLanes.Store(p6, message + (6 * channels));
    }
}

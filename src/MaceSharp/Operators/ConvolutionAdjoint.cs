using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>
/// The way back of <see cref="EdgeConvolution{T}"/> for one path and a tile of a few edges. With t = w·x[a] and the
/// uncoupled adjoint G[a, b] = Σ_c C[a, b, c]·messageBar[c], formed once for all edges, each element of G that is loaded serves
/// <c>harmonicsBar[b] += Σ_u t·G</c> and <c>g[a] = Σ_b Y[b]·G</c> of every edge of the tile; then
/// <c>featuresBar[a] += w·g[a]</c> and <c>weightsBar = Σ_a x[a]·g[a]</c>. Sums over channels are kept as vectors and added up
/// by the caller. One method per number of harmonics b.
/// </summary>
/// <typeparam name="TLanes">Arithmetic on the channels of a vector.</typeparam>
/// <typeparam name="TVector">The channels of a vector.</typeparam>
/// <typeparam name="T">One number.</typeparam>
internal static unsafe class ConvolutionAdjoint<TLanes, TVector, T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const MethodImplOptions Hot = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Serves as many channels as whole vectors cover.</summary>
    /// <param name="tile">The path and its edges.</param>
    /// <param name="edge">First edge of the tile.</param>
    /// <param name="harmonics">Number of harmonics: 1, 3, 5 or 7.</param>
    /// <param name="channel">First channel.</param>
    /// <returns>The first channel that is left.</returns>
    public static int Sweep(in ConvolutionTile<T> tile, int edge, int harmonics, int channel)
    {
        int end = channel + ((tile.Channels - channel) / TLanes.Count * TLanes.Count);
        if (end == channel) { return channel; }
        switch (harmonics)
        {
            case 1: Sweep1(tile, edge, channel, end); break;
            case 3: Sweep3(tile, edge, channel, end); break;
            case 5: Sweep5(tile, edge, channel, end); break;
            default: Sweep7(tile, edge, channel, end); break;
        }

        return end;
    }

    [MethodImpl(Hot)]
    private static void Sweep1(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TLanes.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TLanes.Load(sums0);
        TVector s10 = TLanes.Load(sums1);
        TVector s20 = TLanes.Load(sums2);
        TVector z0 = TLanes.Load(slopeSums), z1 = TLanes.Load(slopeSums + slot), z2 = TLanes.Load(slopeSums + (2 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TLanes.Load(weights + r0 + u), w1 = TLanes.Load(weights + r1 + u), w2 = TLanes.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TLanes.Multiply(w0, TLanes.Load(features + x0 + offset)), t1 = TLanes.Multiply(w1, TLanes.Load(features + x1 + offset)), t2 = TLanes.Multiply(w2, TLanes.Load(features + x2 + offset));
                TVector h = TLanes.Load(g);
                s00 = TLanes.MultiplyAdd(t0, h, s00);
                s10 = TLanes.MultiplyAdd(t1, h, s10);
                s20 = TLanes.MultiplyAdd(t2, h, s20);
                TVector g0 = TLanes.Multiply(TLanes.Broadcast(harmonics[0]), h);
                TVector g1 = TLanes.Multiply(TLanes.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TLanes.Multiply(TLanes.Broadcast(harmonics[2 * harmonicStride]), h);
                q0 = TLanes.MultiplyAdd(TLanes.Load(features + x0 + offset), g0, q0);
                q1 = TLanes.MultiplyAdd(TLanes.Load(features + x1 + offset), g1, q1);
                q2 = TLanes.MultiplyAdd(TLanes.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TLanes.Store(TLanes.MultiplyAdd(w0, g0, TLanes.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w1, g1, TLanes.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w2, g2, TLanes.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                z0 = TLanes.MultiplyAdd(q0, TLanes.Load(slopes + r0 + u), z0);
                z1 = TLanes.MultiplyAdd(q1, TLanes.Load(slopes + r1 + u), z1);
                z2 = TLanes.MultiplyAdd(q2, TLanes.Load(slopes + r2 + u), z2);
            }
            else
            {
                TLanes.Store(TLanes.Add(q0, TLanes.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TLanes.Store(TLanes.Add(q1, TLanes.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TLanes.Store(TLanes.Add(q2, TLanes.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TLanes.Store(s00, sums0);
        TLanes.Store(s10, sums1);
        TLanes.Store(s20, sums2);
        TLanes.Store(z0, slopeSums);
        TLanes.Store(z1, slopeSums + slot);
        TLanes.Store(z2, slopeSums + (2 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep3(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TLanes.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TLanes.Load(sums0), s01 = TLanes.Load(sums0 + slot), s02 = TLanes.Load(sums0 + (2 * slot));
        TVector s10 = TLanes.Load(sums1), s11 = TLanes.Load(sums1 + slot), s12 = TLanes.Load(sums1 + (2 * slot));
        TVector s20 = TLanes.Load(sums2), s21 = TLanes.Load(sums2 + slot), s22 = TLanes.Load(sums2 + (2 * slot));
        TVector z0 = TLanes.Load(slopeSums), z1 = TLanes.Load(slopeSums + slot), z2 = TLanes.Load(slopeSums + (2 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TLanes.Load(weights + r0 + u), w1 = TLanes.Load(weights + r1 + u), w2 = TLanes.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TLanes.Multiply(w0, TLanes.Load(features + x0 + offset)), t1 = TLanes.Multiply(w1, TLanes.Load(features + x1 + offset)), t2 = TLanes.Multiply(w2, TLanes.Load(features + x2 + offset));
                TVector h = TLanes.Load(g);
                s00 = TLanes.MultiplyAdd(t0, h, s00);
                s10 = TLanes.MultiplyAdd(t1, h, s10);
                s20 = TLanes.MultiplyAdd(t2, h, s20);
                TVector g0 = TLanes.Multiply(TLanes.Broadcast(harmonics[0]), h);
                TVector g1 = TLanes.Multiply(TLanes.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TLanes.Multiply(TLanes.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TLanes.Load(g + lanes);
                s01 = TLanes.MultiplyAdd(t0, h, s01);
                s11 = TLanes.MultiplyAdd(t1, h, s11);
                s21 = TLanes.MultiplyAdd(t2, h, s21);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[1]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TLanes.Load(g + (2 * lanes));
                s02 = TLanes.MultiplyAdd(t0, h, s02);
                s12 = TLanes.MultiplyAdd(t1, h, s12);
                s22 = TLanes.MultiplyAdd(t2, h, s22);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[2]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                q0 = TLanes.MultiplyAdd(TLanes.Load(features + x0 + offset), g0, q0);
                q1 = TLanes.MultiplyAdd(TLanes.Load(features + x1 + offset), g1, q1);
                q2 = TLanes.MultiplyAdd(TLanes.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TLanes.Store(TLanes.MultiplyAdd(w0, g0, TLanes.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w1, g1, TLanes.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w2, g2, TLanes.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                z0 = TLanes.MultiplyAdd(q0, TLanes.Load(slopes + r0 + u), z0);
                z1 = TLanes.MultiplyAdd(q1, TLanes.Load(slopes + r1 + u), z1);
                z2 = TLanes.MultiplyAdd(q2, TLanes.Load(slopes + r2 + u), z2);
            }
            else
            {
                TLanes.Store(TLanes.Add(q0, TLanes.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TLanes.Store(TLanes.Add(q1, TLanes.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TLanes.Store(TLanes.Add(q2, TLanes.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TLanes.Store(s00, sums0);
        TLanes.Store(s01, sums0 + slot);
        TLanes.Store(s02, sums0 + (2 * slot));
        TLanes.Store(s10, sums1);
        TLanes.Store(s11, sums1 + slot);
        TLanes.Store(s12, sums1 + (2 * slot));
        TLanes.Store(s20, sums2);
        TLanes.Store(s21, sums2 + slot);
        TLanes.Store(s22, sums2 + (2 * slot));
        TLanes.Store(z0, slopeSums);
        TLanes.Store(z1, slopeSums + slot);
        TLanes.Store(z2, slopeSums + (2 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep5(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TLanes.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TLanes.Load(sums0), s01 = TLanes.Load(sums0 + slot), s02 = TLanes.Load(sums0 + (2 * slot)), s03 = TLanes.Load(sums0 + (3 * slot)), s04 = TLanes.Load(sums0 + (4 * slot));
        TVector s10 = TLanes.Load(sums1), s11 = TLanes.Load(sums1 + slot), s12 = TLanes.Load(sums1 + (2 * slot)), s13 = TLanes.Load(sums1 + (3 * slot)), s14 = TLanes.Load(sums1 + (4 * slot));
        TVector s20 = TLanes.Load(sums2), s21 = TLanes.Load(sums2 + slot), s22 = TLanes.Load(sums2 + (2 * slot)), s23 = TLanes.Load(sums2 + (3 * slot)), s24 = TLanes.Load(sums2 + (4 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TLanes.Load(weights + r0 + u), w1 = TLanes.Load(weights + r1 + u), w2 = TLanes.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TLanes.Multiply(w0, TLanes.Load(features + x0 + offset)), t1 = TLanes.Multiply(w1, TLanes.Load(features + x1 + offset)), t2 = TLanes.Multiply(w2, TLanes.Load(features + x2 + offset));
                TVector h = TLanes.Load(g);
                s00 = TLanes.MultiplyAdd(t0, h, s00);
                s10 = TLanes.MultiplyAdd(t1, h, s10);
                s20 = TLanes.MultiplyAdd(t2, h, s20);
                TVector g0 = TLanes.Multiply(TLanes.Broadcast(harmonics[0]), h);
                TVector g1 = TLanes.Multiply(TLanes.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TLanes.Multiply(TLanes.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TLanes.Load(g + lanes);
                s01 = TLanes.MultiplyAdd(t0, h, s01);
                s11 = TLanes.MultiplyAdd(t1, h, s11);
                s21 = TLanes.MultiplyAdd(t2, h, s21);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[1]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TLanes.Load(g + (2 * lanes));
                s02 = TLanes.MultiplyAdd(t0, h, s02);
                s12 = TLanes.MultiplyAdd(t1, h, s12);
                s22 = TLanes.MultiplyAdd(t2, h, s22);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[2]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                h = TLanes.Load(g + (3 * lanes));
                s03 = TLanes.MultiplyAdd(t0, h, s03);
                s13 = TLanes.MultiplyAdd(t1, h, s13);
                s23 = TLanes.MultiplyAdd(t2, h, s23);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[3]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 3]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 3]), h, g2);
                h = TLanes.Load(g + (4 * lanes));
                s04 = TLanes.MultiplyAdd(t0, h, s04);
                s14 = TLanes.MultiplyAdd(t1, h, s14);
                s24 = TLanes.MultiplyAdd(t2, h, s24);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[4]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 4]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 4]), h, g2);
                q0 = TLanes.MultiplyAdd(TLanes.Load(features + x0 + offset), g0, q0);
                q1 = TLanes.MultiplyAdd(TLanes.Load(features + x1 + offset), g1, q1);
                q2 = TLanes.MultiplyAdd(TLanes.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TLanes.Store(TLanes.MultiplyAdd(w0, g0, TLanes.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w1, g1, TLanes.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w2, g2, TLanes.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                TLanes.Store(TLanes.MultiplyAdd(q0, TLanes.Load(slopes + r0 + u), TLanes.Load(slopeSums)), slopeSums);
                TLanes.Store(TLanes.MultiplyAdd(q1, TLanes.Load(slopes + r1 + u), TLanes.Load(slopeSums + slot)), slopeSums + slot);
                TLanes.Store(TLanes.MultiplyAdd(q2, TLanes.Load(slopes + r2 + u), TLanes.Load(slopeSums + (2 * slot))), slopeSums + (2 * slot));
            }
            else
            {
                TLanes.Store(TLanes.Add(q0, TLanes.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TLanes.Store(TLanes.Add(q1, TLanes.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TLanes.Store(TLanes.Add(q2, TLanes.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TLanes.Store(s00, sums0);
        TLanes.Store(s01, sums0 + slot);
        TLanes.Store(s02, sums0 + (2 * slot));
        TLanes.Store(s03, sums0 + (3 * slot));
        TLanes.Store(s04, sums0 + (4 * slot));
        TLanes.Store(s10, sums1);
        TLanes.Store(s11, sums1 + slot);
        TLanes.Store(s12, sums1 + (2 * slot));
        TLanes.Store(s13, sums1 + (3 * slot));
        TLanes.Store(s14, sums1 + (4 * slot));
        TLanes.Store(s20, sums2);
        TLanes.Store(s21, sums2 + slot);
        TLanes.Store(s22, sums2 + (2 * slot));
        TLanes.Store(s23, sums2 + (3 * slot));
        TLanes.Store(s24, sums2 + (4 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep7(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TLanes.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TLanes.Load(sums0), s01 = TLanes.Load(sums0 + slot), s02 = TLanes.Load(sums0 + (2 * slot)), s03 = TLanes.Load(sums0 + (3 * slot)), s04 = TLanes.Load(sums0 + (4 * slot)), s05 = TLanes.Load(sums0 + (5 * slot)), s06 = TLanes.Load(sums0 + (6 * slot));
        TVector s10 = TLanes.Load(sums1), s11 = TLanes.Load(sums1 + slot), s12 = TLanes.Load(sums1 + (2 * slot)), s13 = TLanes.Load(sums1 + (3 * slot)), s14 = TLanes.Load(sums1 + (4 * slot)), s15 = TLanes.Load(sums1 + (5 * slot)), s16 = TLanes.Load(sums1 + (6 * slot));
        TVector s20 = TLanes.Load(sums2), s21 = TLanes.Load(sums2 + slot), s22 = TLanes.Load(sums2 + (2 * slot)), s23 = TLanes.Load(sums2 + (3 * slot)), s24 = TLanes.Load(sums2 + (4 * slot)), s25 = TLanes.Load(sums2 + (5 * slot)), s26 = TLanes.Load(sums2 + (6 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TLanes.Load(weights + r0 + u), w1 = TLanes.Load(weights + r1 + u), w2 = TLanes.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TLanes.Multiply(w0, TLanes.Load(features + x0 + offset)), t1 = TLanes.Multiply(w1, TLanes.Load(features + x1 + offset)), t2 = TLanes.Multiply(w2, TLanes.Load(features + x2 + offset));
                TVector h = TLanes.Load(g);
                s00 = TLanes.MultiplyAdd(t0, h, s00);
                s10 = TLanes.MultiplyAdd(t1, h, s10);
                s20 = TLanes.MultiplyAdd(t2, h, s20);
                TVector g0 = TLanes.Multiply(TLanes.Broadcast(harmonics[0]), h);
                TVector g1 = TLanes.Multiply(TLanes.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TLanes.Multiply(TLanes.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TLanes.Load(g + lanes);
                s01 = TLanes.MultiplyAdd(t0, h, s01);
                s11 = TLanes.MultiplyAdd(t1, h, s11);
                s21 = TLanes.MultiplyAdd(t2, h, s21);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[1]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TLanes.Load(g + (2 * lanes));
                s02 = TLanes.MultiplyAdd(t0, h, s02);
                s12 = TLanes.MultiplyAdd(t1, h, s12);
                s22 = TLanes.MultiplyAdd(t2, h, s22);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[2]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                h = TLanes.Load(g + (3 * lanes));
                s03 = TLanes.MultiplyAdd(t0, h, s03);
                s13 = TLanes.MultiplyAdd(t1, h, s13);
                s23 = TLanes.MultiplyAdd(t2, h, s23);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[3]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 3]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 3]), h, g2);
                h = TLanes.Load(g + (4 * lanes));
                s04 = TLanes.MultiplyAdd(t0, h, s04);
                s14 = TLanes.MultiplyAdd(t1, h, s14);
                s24 = TLanes.MultiplyAdd(t2, h, s24);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[4]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 4]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 4]), h, g2);
                h = TLanes.Load(g + (5 * lanes));
                s05 = TLanes.MultiplyAdd(t0, h, s05);
                s15 = TLanes.MultiplyAdd(t1, h, s15);
                s25 = TLanes.MultiplyAdd(t2, h, s25);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[5]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 5]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 5]), h, g2);
                h = TLanes.Load(g + (6 * lanes));
                s06 = TLanes.MultiplyAdd(t0, h, s06);
                s16 = TLanes.MultiplyAdd(t1, h, s16);
                s26 = TLanes.MultiplyAdd(t2, h, s26);
                g0 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[6]), h, g0);
                g1 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[harmonicStride + 6]), h, g1);
                g2 = TLanes.MultiplyAdd(TLanes.Broadcast(harmonics[(2 * harmonicStride) + 6]), h, g2);
                q0 = TLanes.MultiplyAdd(TLanes.Load(features + x0 + offset), g0, q0);
                q1 = TLanes.MultiplyAdd(TLanes.Load(features + x1 + offset), g1, q1);
                q2 = TLanes.MultiplyAdd(TLanes.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TLanes.Store(TLanes.MultiplyAdd(w0, g0, TLanes.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w1, g1, TLanes.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TLanes.Store(TLanes.MultiplyAdd(w2, g2, TLanes.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                TLanes.Store(TLanes.MultiplyAdd(q0, TLanes.Load(slopes + r0 + u), TLanes.Load(slopeSums)), slopeSums);
                TLanes.Store(TLanes.MultiplyAdd(q1, TLanes.Load(slopes + r1 + u), TLanes.Load(slopeSums + slot)), slopeSums + slot);
                TLanes.Store(TLanes.MultiplyAdd(q2, TLanes.Load(slopes + r2 + u), TLanes.Load(slopeSums + (2 * slot))), slopeSums + (2 * slot));
            }
            else
            {
                TLanes.Store(TLanes.Add(q0, TLanes.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TLanes.Store(TLanes.Add(q1, TLanes.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TLanes.Store(TLanes.Add(q2, TLanes.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TLanes.Store(s00, sums0);
        TLanes.Store(s01, sums0 + slot);
        TLanes.Store(s02, sums0 + (2 * slot));
        TLanes.Store(s03, sums0 + (3 * slot));
        TLanes.Store(s04, sums0 + (4 * slot));
        TLanes.Store(s05, sums0 + (5 * slot));
        TLanes.Store(s06, sums0 + (6 * slot));
        TLanes.Store(s10, sums1);
        TLanes.Store(s11, sums1 + slot);
        TLanes.Store(s12, sums1 + (2 * slot));
        TLanes.Store(s13, sums1 + (3 * slot));
        TLanes.Store(s14, sums1 + (4 * slot));
        TLanes.Store(s15, sums1 + (5 * slot));
        TLanes.Store(s16, sums1 + (6 * slot));
        TLanes.Store(s20, sums2);
        TLanes.Store(s21, sums2 + slot);
        TLanes.Store(s22, sums2 + (2 * slot));
        TLanes.Store(s23, sums2 + (3 * slot));
        TLanes.Store(s24, sums2 + (4 * slot));
        TLanes.Store(s25, sums2 + (5 * slot));
        TLanes.Store(s26, sums2 + (6 * slot));
    }
}

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
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TOps">Arithmetic on a vector of channels.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal static unsafe class ConvolutionAdjoint<T, TOps, TVector>
    where TOps : struct, IVectorOperations<T, TVector>
    where TVector : struct
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
        int end = channel + ((tile.Channels - channel) / TOps.Count * TOps.Count);
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
        int rows = tile.Rows, lanes = TOps.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TOps.Load(sums0);
        TVector s10 = TOps.Load(sums1);
        TVector s20 = TOps.Load(sums2);
        TVector z0 = TOps.Load(slopeSums), z1 = TOps.Load(slopeSums + slot), z2 = TOps.Load(slopeSums + (2 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TOps.Load(weights + r0 + u), w1 = TOps.Load(weights + r1 + u), w2 = TOps.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TOps.Multiply(w0, TOps.Load(features + x0 + offset)), t1 = TOps.Multiply(w1, TOps.Load(features + x1 + offset)), t2 = TOps.Multiply(w2, TOps.Load(features + x2 + offset));
                TVector h = TOps.Load(g);
                s00 = TOps.MultiplyAdd(t0, h, s00);
                s10 = TOps.MultiplyAdd(t1, h, s10);
                s20 = TOps.MultiplyAdd(t2, h, s20);
                TVector g0 = TOps.Multiply(TOps.Broadcast(harmonics[0]), h);
                TVector g1 = TOps.Multiply(TOps.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TOps.Multiply(TOps.Broadcast(harmonics[2 * harmonicStride]), h);
                q0 = TOps.MultiplyAdd(TOps.Load(features + x0 + offset), g0, q0);
                q1 = TOps.MultiplyAdd(TOps.Load(features + x1 + offset), g1, q1);
                q2 = TOps.MultiplyAdd(TOps.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TOps.Store(TOps.MultiplyAdd(w0, g0, TOps.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TOps.Store(TOps.MultiplyAdd(w1, g1, TOps.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TOps.Store(TOps.MultiplyAdd(w2, g2, TOps.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                z0 = TOps.MultiplyAdd(q0, TOps.Load(slopes + r0 + u), z0);
                z1 = TOps.MultiplyAdd(q1, TOps.Load(slopes + r1 + u), z1);
                z2 = TOps.MultiplyAdd(q2, TOps.Load(slopes + r2 + u), z2);
            }
            else if (tile.FirstHarmonic == 0)
            {
                // The last edge first: what fills up the tile repeats an edge and is overwritten by it.
                TOps.Store(q2, weightsBar + r2 + u);
                TOps.Store(q1, weightsBar + r1 + u);
                TOps.Store(q0, weightsBar + r0 + u);
            }
            else
            {
                TOps.Store(TOps.Add(q0, TOps.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TOps.Store(TOps.Add(q1, TOps.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TOps.Store(TOps.Add(q2, TOps.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TOps.Store(s00, sums0);
        TOps.Store(s10, sums1);
        TOps.Store(s20, sums2);
        TOps.Store(z0, slopeSums);
        TOps.Store(z1, slopeSums + slot);
        TOps.Store(z2, slopeSums + (2 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep3(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TOps.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TOps.Load(sums0), s01 = TOps.Load(sums0 + slot), s02 = TOps.Load(sums0 + (2 * slot));
        TVector s10 = TOps.Load(sums1), s11 = TOps.Load(sums1 + slot), s12 = TOps.Load(sums1 + (2 * slot));
        TVector s20 = TOps.Load(sums2), s21 = TOps.Load(sums2 + slot), s22 = TOps.Load(sums2 + (2 * slot));
        TVector z0 = TOps.Load(slopeSums), z1 = TOps.Load(slopeSums + slot), z2 = TOps.Load(slopeSums + (2 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TOps.Load(weights + r0 + u), w1 = TOps.Load(weights + r1 + u), w2 = TOps.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TOps.Multiply(w0, TOps.Load(features + x0 + offset)), t1 = TOps.Multiply(w1, TOps.Load(features + x1 + offset)), t2 = TOps.Multiply(w2, TOps.Load(features + x2 + offset));
                TVector h = TOps.Load(g);
                s00 = TOps.MultiplyAdd(t0, h, s00);
                s10 = TOps.MultiplyAdd(t1, h, s10);
                s20 = TOps.MultiplyAdd(t2, h, s20);
                TVector g0 = TOps.Multiply(TOps.Broadcast(harmonics[0]), h);
                TVector g1 = TOps.Multiply(TOps.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TOps.Multiply(TOps.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TOps.Load(g + lanes);
                s01 = TOps.MultiplyAdd(t0, h, s01);
                s11 = TOps.MultiplyAdd(t1, h, s11);
                s21 = TOps.MultiplyAdd(t2, h, s21);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[1]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TOps.Load(g + (2 * lanes));
                s02 = TOps.MultiplyAdd(t0, h, s02);
                s12 = TOps.MultiplyAdd(t1, h, s12);
                s22 = TOps.MultiplyAdd(t2, h, s22);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[2]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                q0 = TOps.MultiplyAdd(TOps.Load(features + x0 + offset), g0, q0);
                q1 = TOps.MultiplyAdd(TOps.Load(features + x1 + offset), g1, q1);
                q2 = TOps.MultiplyAdd(TOps.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TOps.Store(TOps.MultiplyAdd(w0, g0, TOps.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TOps.Store(TOps.MultiplyAdd(w1, g1, TOps.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TOps.Store(TOps.MultiplyAdd(w2, g2, TOps.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                z0 = TOps.MultiplyAdd(q0, TOps.Load(slopes + r0 + u), z0);
                z1 = TOps.MultiplyAdd(q1, TOps.Load(slopes + r1 + u), z1);
                z2 = TOps.MultiplyAdd(q2, TOps.Load(slopes + r2 + u), z2);
            }
            else if (tile.FirstHarmonic == 0)
            {
                // The last edge first: what fills up the tile repeats an edge and is overwritten by it.
                TOps.Store(q2, weightsBar + r2 + u);
                TOps.Store(q1, weightsBar + r1 + u);
                TOps.Store(q0, weightsBar + r0 + u);
            }
            else
            {
                TOps.Store(TOps.Add(q0, TOps.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TOps.Store(TOps.Add(q1, TOps.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TOps.Store(TOps.Add(q2, TOps.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TOps.Store(s00, sums0);
        TOps.Store(s01, sums0 + slot);
        TOps.Store(s02, sums0 + (2 * slot));
        TOps.Store(s10, sums1);
        TOps.Store(s11, sums1 + slot);
        TOps.Store(s12, sums1 + (2 * slot));
        TOps.Store(s20, sums2);
        TOps.Store(s21, sums2 + slot);
        TOps.Store(s22, sums2 + (2 * slot));
        TOps.Store(z0, slopeSums);
        TOps.Store(z1, slopeSums + slot);
        TOps.Store(z2, slopeSums + (2 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep5(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TOps.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TOps.Load(sums0), s01 = TOps.Load(sums0 + slot), s02 = TOps.Load(sums0 + (2 * slot)), s03 = TOps.Load(sums0 + (3 * slot)), s04 = TOps.Load(sums0 + (4 * slot));
        TVector s10 = TOps.Load(sums1), s11 = TOps.Load(sums1 + slot), s12 = TOps.Load(sums1 + (2 * slot)), s13 = TOps.Load(sums1 + (3 * slot)), s14 = TOps.Load(sums1 + (4 * slot));
        TVector s20 = TOps.Load(sums2), s21 = TOps.Load(sums2 + slot), s22 = TOps.Load(sums2 + (2 * slot)), s23 = TOps.Load(sums2 + (3 * slot)), s24 = TOps.Load(sums2 + (4 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TOps.Load(weights + r0 + u), w1 = TOps.Load(weights + r1 + u), w2 = TOps.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TOps.Multiply(w0, TOps.Load(features + x0 + offset)), t1 = TOps.Multiply(w1, TOps.Load(features + x1 + offset)), t2 = TOps.Multiply(w2, TOps.Load(features + x2 + offset));
                TVector h = TOps.Load(g);
                s00 = TOps.MultiplyAdd(t0, h, s00);
                s10 = TOps.MultiplyAdd(t1, h, s10);
                s20 = TOps.MultiplyAdd(t2, h, s20);
                TVector g0 = TOps.Multiply(TOps.Broadcast(harmonics[0]), h);
                TVector g1 = TOps.Multiply(TOps.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TOps.Multiply(TOps.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TOps.Load(g + lanes);
                s01 = TOps.MultiplyAdd(t0, h, s01);
                s11 = TOps.MultiplyAdd(t1, h, s11);
                s21 = TOps.MultiplyAdd(t2, h, s21);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[1]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TOps.Load(g + (2 * lanes));
                s02 = TOps.MultiplyAdd(t0, h, s02);
                s12 = TOps.MultiplyAdd(t1, h, s12);
                s22 = TOps.MultiplyAdd(t2, h, s22);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[2]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                h = TOps.Load(g + (3 * lanes));
                s03 = TOps.MultiplyAdd(t0, h, s03);
                s13 = TOps.MultiplyAdd(t1, h, s13);
                s23 = TOps.MultiplyAdd(t2, h, s23);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[3]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 3]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 3]), h, g2);
                h = TOps.Load(g + (4 * lanes));
                s04 = TOps.MultiplyAdd(t0, h, s04);
                s14 = TOps.MultiplyAdd(t1, h, s14);
                s24 = TOps.MultiplyAdd(t2, h, s24);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[4]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 4]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 4]), h, g2);
                q0 = TOps.MultiplyAdd(TOps.Load(features + x0 + offset), g0, q0);
                q1 = TOps.MultiplyAdd(TOps.Load(features + x1 + offset), g1, q1);
                q2 = TOps.MultiplyAdd(TOps.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TOps.Store(TOps.MultiplyAdd(w0, g0, TOps.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TOps.Store(TOps.MultiplyAdd(w1, g1, TOps.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TOps.Store(TOps.MultiplyAdd(w2, g2, TOps.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                TOps.Store(TOps.MultiplyAdd(q0, TOps.Load(slopes + r0 + u), TOps.Load(slopeSums)), slopeSums);
                TOps.Store(TOps.MultiplyAdd(q1, TOps.Load(slopes + r1 + u), TOps.Load(slopeSums + slot)), slopeSums + slot);
                TOps.Store(TOps.MultiplyAdd(q2, TOps.Load(slopes + r2 + u), TOps.Load(slopeSums + (2 * slot))), slopeSums + (2 * slot));
            }
            else if (tile.FirstHarmonic == 0)
            {
                // The last edge first: what fills up the tile repeats an edge and is overwritten by it.
                TOps.Store(q2, weightsBar + r2 + u);
                TOps.Store(q1, weightsBar + r1 + u);
                TOps.Store(q0, weightsBar + r0 + u);
            }
            else
            {
                TOps.Store(TOps.Add(q0, TOps.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TOps.Store(TOps.Add(q1, TOps.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TOps.Store(TOps.Add(q2, TOps.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TOps.Store(s00, sums0);
        TOps.Store(s01, sums0 + slot);
        TOps.Store(s02, sums0 + (2 * slot));
        TOps.Store(s03, sums0 + (3 * slot));
        TOps.Store(s04, sums0 + (4 * slot));
        TOps.Store(s10, sums1);
        TOps.Store(s11, sums1 + slot);
        TOps.Store(s12, sums1 + (2 * slot));
        TOps.Store(s13, sums1 + (3 * slot));
        TOps.Store(s14, sums1 + (4 * slot));
        TOps.Store(s20, sums2);
        TOps.Store(s21, sums2 + slot);
        TOps.Store(s22, sums2 + (2 * slot));
        TOps.Store(s23, sums2 + (3 * slot));
        TOps.Store(s24, sums2 + (4 * slot));
    }

    [MethodImpl(Hot)]
    private static void Sweep7(in ConvolutionTile<T> tile, int edge, int channel, int end)
    {
        int rows = tile.Rows, lanes = TOps.Count;
        nint channels = tile.Channels, slot = ConvolutionScratch<T>.LaneSlot, step = tile.Harmonics * lanes, harmonicStride = tile.HarmonicStride;
        nint x0 = tile.Senders[edge], x1 = tile.Senders[edge + 1], x2 = tile.Senders[edge + 2];
        nint r0 = tile.WeightRows[edge], r1 = tile.WeightRows[edge + 1], r2 = tile.WeightRows[edge + 2];
        T* features = tile.Features, featuresBar = tile.FeaturesBar, weights = tile.Weights, weightsBar = tile.WeightsBar, slopes = tile.Slopes;
        T* harmonics = tile.HarmonicValues + (edge * harmonicStride), slopeSums = tile.SlopeSums + (edge * slot);
        T* g = tile.Uncoupled + ((nint)channel * rows * tile.Harmonics) + (tile.FirstHarmonic * lanes);
        T* sums0 = tile.HarmonicSums, sums1 = sums0 + (harmonicStride * slot), sums2 = sums1 + (harmonicStride * slot);
        TVector s00 = TOps.Load(sums0), s01 = TOps.Load(sums0 + slot), s02 = TOps.Load(sums0 + (2 * slot)), s03 = TOps.Load(sums0 + (3 * slot)), s04 = TOps.Load(sums0 + (4 * slot)), s05 = TOps.Load(sums0 + (5 * slot)), s06 = TOps.Load(sums0 + (6 * slot));
        TVector s10 = TOps.Load(sums1), s11 = TOps.Load(sums1 + slot), s12 = TOps.Load(sums1 + (2 * slot)), s13 = TOps.Load(sums1 + (3 * slot)), s14 = TOps.Load(sums1 + (4 * slot)), s15 = TOps.Load(sums1 + (5 * slot)), s16 = TOps.Load(sums1 + (6 * slot));
        TVector s20 = TOps.Load(sums2), s21 = TOps.Load(sums2 + slot), s22 = TOps.Load(sums2 + (2 * slot)), s23 = TOps.Load(sums2 + (3 * slot)), s24 = TOps.Load(sums2 + (4 * slot)), s25 = TOps.Load(sums2 + (5 * slot)), s26 = TOps.Load(sums2 + (6 * slot));
        for (nint u = channel; u < end; u += lanes)
        {
            TVector w0 = TOps.Load(weights + r0 + u), w1 = TOps.Load(weights + r1 + u), w2 = TOps.Load(weights + r2 + u);
            TVector q0 = default, q1 = default, q2 = default;
            nint offset = u;
            for (int a = 0; a < rows; a++)
            {
                TVector t0 = TOps.Multiply(w0, TOps.Load(features + x0 + offset)), t1 = TOps.Multiply(w1, TOps.Load(features + x1 + offset)), t2 = TOps.Multiply(w2, TOps.Load(features + x2 + offset));
                TVector h = TOps.Load(g);
                s00 = TOps.MultiplyAdd(t0, h, s00);
                s10 = TOps.MultiplyAdd(t1, h, s10);
                s20 = TOps.MultiplyAdd(t2, h, s20);
                TVector g0 = TOps.Multiply(TOps.Broadcast(harmonics[0]), h);
                TVector g1 = TOps.Multiply(TOps.Broadcast(harmonics[harmonicStride]), h);
                TVector g2 = TOps.Multiply(TOps.Broadcast(harmonics[2 * harmonicStride]), h);
                h = TOps.Load(g + lanes);
                s01 = TOps.MultiplyAdd(t0, h, s01);
                s11 = TOps.MultiplyAdd(t1, h, s11);
                s21 = TOps.MultiplyAdd(t2, h, s21);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[1]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 1]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 1]), h, g2);
                h = TOps.Load(g + (2 * lanes));
                s02 = TOps.MultiplyAdd(t0, h, s02);
                s12 = TOps.MultiplyAdd(t1, h, s12);
                s22 = TOps.MultiplyAdd(t2, h, s22);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[2]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 2]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 2]), h, g2);
                h = TOps.Load(g + (3 * lanes));
                s03 = TOps.MultiplyAdd(t0, h, s03);
                s13 = TOps.MultiplyAdd(t1, h, s13);
                s23 = TOps.MultiplyAdd(t2, h, s23);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[3]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 3]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 3]), h, g2);
                h = TOps.Load(g + (4 * lanes));
                s04 = TOps.MultiplyAdd(t0, h, s04);
                s14 = TOps.MultiplyAdd(t1, h, s14);
                s24 = TOps.MultiplyAdd(t2, h, s24);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[4]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 4]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 4]), h, g2);
                h = TOps.Load(g + (5 * lanes));
                s05 = TOps.MultiplyAdd(t0, h, s05);
                s15 = TOps.MultiplyAdd(t1, h, s15);
                s25 = TOps.MultiplyAdd(t2, h, s25);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[5]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 5]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 5]), h, g2);
                h = TOps.Load(g + (6 * lanes));
                s06 = TOps.MultiplyAdd(t0, h, s06);
                s16 = TOps.MultiplyAdd(t1, h, s16);
                s26 = TOps.MultiplyAdd(t2, h, s26);
                g0 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[6]), h, g0);
                g1 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[harmonicStride + 6]), h, g1);
                g2 = TOps.MultiplyAdd(TOps.Broadcast(harmonics[(2 * harmonicStride) + 6]), h, g2);
                q0 = TOps.MultiplyAdd(TOps.Load(features + x0 + offset), g0, q0);
                q1 = TOps.MultiplyAdd(TOps.Load(features + x1 + offset), g1, q1);
                q2 = TOps.MultiplyAdd(TOps.Load(features + x2 + offset), g2, q2);
                if (featuresBar != null)
                {
                    // One after the other: edges of a tile may share their sender.
                    TOps.Store(TOps.MultiplyAdd(w0, g0, TOps.Load(featuresBar + x0 + offset)), featuresBar + x0 + offset);
                    TOps.Store(TOps.MultiplyAdd(w1, g1, TOps.Load(featuresBar + x1 + offset)), featuresBar + x1 + offset);
                    TOps.Store(TOps.MultiplyAdd(w2, g2, TOps.Load(featuresBar + x2 + offset)), featuresBar + x2 + offset);
                }

                g += step;
                offset += channels;
            }

            if (slopes != null)
            {
                TOps.Store(TOps.MultiplyAdd(q0, TOps.Load(slopes + r0 + u), TOps.Load(slopeSums)), slopeSums);
                TOps.Store(TOps.MultiplyAdd(q1, TOps.Load(slopes + r1 + u), TOps.Load(slopeSums + slot)), slopeSums + slot);
                TOps.Store(TOps.MultiplyAdd(q2, TOps.Load(slopes + r2 + u), TOps.Load(slopeSums + (2 * slot))), slopeSums + (2 * slot));
            }
            else if (tile.FirstHarmonic == 0)
            {
                // The last edge first: what fills up the tile repeats an edge and is overwritten by it.
                TOps.Store(q2, weightsBar + r2 + u);
                TOps.Store(q1, weightsBar + r1 + u);
                TOps.Store(q0, weightsBar + r0 + u);
            }
            else
            {
                TOps.Store(TOps.Add(q0, TOps.Load(weightsBar + r0 + u)), weightsBar + r0 + u);
                TOps.Store(TOps.Add(q1, TOps.Load(weightsBar + r1 + u)), weightsBar + r1 + u);
                TOps.Store(TOps.Add(q2, TOps.Load(weightsBar + r2 + u)), weightsBar + r2 + u);
            }
        }

        TOps.Store(s00, sums0);
        TOps.Store(s01, sums0 + slot);
        TOps.Store(s02, sums0 + (2 * slot));
        TOps.Store(s03, sums0 + (3 * slot));
        TOps.Store(s04, sums0 + (4 * slot));
        TOps.Store(s05, sums0 + (5 * slot));
        TOps.Store(s06, sums0 + (6 * slot));
        TOps.Store(s10, sums1);
        TOps.Store(s11, sums1 + slot);
        TOps.Store(s12, sums1 + (2 * slot));
        TOps.Store(s13, sums1 + (3 * slot));
        TOps.Store(s14, sums1 + (4 * slot));
        TOps.Store(s15, sums1 + (5 * slot));
        TOps.Store(s16, sums1 + (6 * slot));
        TOps.Store(s20, sums2);
        TOps.Store(s21, sums2 + slot);
        TOps.Store(s22, sums2 + (2 * slot));
        TOps.Store(s23, sums2 + (3 * slot));
        TOps.Store(s24, sums2 + (4 * slot));
        TOps.Store(s25, sums2 + (5 * slot));
        TOps.Store(s26, sums2 + (6 * slot));
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Training.Selection;

/// <summary>Frames that were chosen one after the other, each the farthest from those before it.</summary>
/// <param name="Indices">The frames, in the order in which they were chosen.</param>
/// <param name="Distances">Distance of each to the nearest frame chosen before it, references included; NaN for a first one without reference.</param>
public sealed record FarthestPointResult(IReadOnlyList<int> Indices, IReadOnlyList<double> Distances);

/// <summary>How well chosen frames stand for all.</summary>
/// <param name="Largest">Largest distance of a frame to the nearest chosen one (the covering radius).</param>
/// <param name="Mean">Mean of these distances over all frames.</param>
/// <param name="Farthest">The frame with the largest distance.</param>
public readonly record struct SelectionCoverage(double Largest, double Mean, int Farthest);

/// <summary>Chooses some of many frames.</summary>
public static class SubsetSelection
{
    /// <summary>Chooses frames at random.</summary>
    /// <param name="count">Number of frames.</param>
    /// <param name="wanted">How many are wanted.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>The frames, ascending.</returns>
    /// <exception cref="InvalidInputException">There are fewer frames than are wanted.</exception>
    public static int[] AtRandom(int count, int wanted, long seed)
    {
        Require(count, wanted);
        int[] chosen = DataSetReader.Shuffle(count, seed, "selection")[..wanted];
        Array.Sort(chosen);
        return chosen;
    }

    /// <summary>
    /// Chooses frames evenly over compositions: as many of each, as far as it has so many, and within a composition at random. What cannot be divided evenly goes to compositions drawn at random.
    /// </summary>
    /// <param name="compositions">Number of the composition of each frame, from 0.</param>
    /// <param name="wanted">How many are wanted.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="present">How many frames of each composition there are already, which count as chosen; null: none.</param>
    /// <returns>The frames, ascending.</returns>
    /// <exception cref="InvalidInputException">There are fewer frames than are wanted.</exception>
    public static int[] ByComposition(IReadOnlyList<int> compositions, int wanted, long seed, IReadOnlyList<int>? present = null)
    {
        ArgumentNullException.ThrowIfNull(compositions);
        Require(compositions.Count, wanted);
        List<int>[] members = [.. Enumerable.Range(0, compositions.Count == 0 ? 0 : compositions.Max() + 1).Select(static _ => new List<int>())];
        foreach (int i in DataSetReader.Shuffle(compositions.Count, seed, "selection")) { members[compositions[i]].Add(i); }
        int[] rank = DataSetReader.Shuffle(members.Length, seed, "order of compositions");

        // Who has least gets the next frame, until all are given.
        PriorityQueue<int, (int Frames, int Rank)> queue = new();
        int[] taken = new int[members.Length];
        for (int c = 0; c < members.Length; c++)
        {
            if (members[c].Count > 0) { queue.Enqueue(c, (PresentOf(c), rank[c])); }
        }

        int[] chosen = new int[wanted];
        for (int k = 0; k < wanted; k++)
        {
            int c = queue.Dequeue();
            chosen[k] = members[c][taken[c]++];
            if (taken[c] < members[c].Count) { queue.Enqueue(c, (PresentOf(c) + taken[c], rank[c])); }
        }

        Array.Sort(chosen);
        return chosen;

        int PresentOf(int c) => present is not null && c < present.Count ? present[c] : 0;
    }

    /// <summary>
    /// Farthest-point sampling (T. F. Gonzalez, Theor. Comput. Sci. 38, 293 (1985)): each next frame is the one farthest from all that were chosen.
    /// Without references the first is the frame nearest to the mean of all. Nothing is drawn; of equals the first counts. At most twice the smallest covering radius that is possible remains.
    /// </summary>
    /// <param name="frames">Descriptors of the frames.</param>
    /// <param name="wanted">How many are wanted.</param>
    /// <param name="references">Descriptors of frames that count as chosen; null: none.</param>
    /// <param name="progress">Is told the number of frames chosen so far.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <exception cref="InvalidInputException">There are fewer frames than are wanted.</exception>
    public static FarthestPointResult FarthestPoints(DescriptorTable frames, int wanted, DescriptorTable? references = null, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Require(frames.Count, wanted);
        float[] nearest = Nearest(frames, references, cancellationToken);
        List<int> chosen = new(wanted);
        List<double> distances = new(wanted);
        while (chosen.Count < wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int next;
            if (chosen.Count == 0 && references is not { Count: > 0 })
            {
                next = Central(frames);
                distances.Add(double.NaN);
            }
            else
            {
                next = Farthest(nearest);
                distances.Add(Math.Sqrt(nearest[next]));
            }

            chosen.Add(next);
            Approach(nearest, frames, frames, next);

            // Below every distance, so that it is not chosen again.
            nearest[next] = -1;
            progress?.Invoke(chosen.Count);
        }

        return new FarthestPointResult(chosen, distances);
    }

    /// <summary>How well chosen frames stand for all.</summary>
    /// <param name="frames">Descriptors of all frames.</param>
    /// <param name="chosen">The frames that were chosen.</param>
    /// <param name="references">Descriptors of further frames that count as chosen; null: none.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    public static SelectionCoverage Coverage(DescriptorTable frames, IEnumerable<int> chosen, DescriptorTable? references = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(chosen);
        float[] nearest = Nearest(frames, references, cancellationToken);
        foreach (int c in chosen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Approach(nearest, frames, frames, c);
        }

        double sum = 0;
        foreach (float d in nearest) { sum += Math.Sqrt(d); }
        int farthest = Farthest(nearest);
        return new SelectionCoverage(Math.Sqrt(nearest[farthest]), sum / nearest.Length, farthest);
    }

    private static void Require(int count, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wanted);
        if (wanted > count) { throw new InvalidInputException(FormattableString.Invariant($"{wanted} frames are wanted, but there are only {count}.")); }
    }

    private static float[] Nearest(DescriptorTable frames, DescriptorTable? references, CancellationToken cancellationToken)
    {
        float[] nearest = new float[frames.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        if (references is not null && references.Width != frames.Width) { throw new ArgumentException("The descriptors of frames and references differ in width.", nameof(references)); }
        for (int r = 0; r < (references?.Count ?? 0); r++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Approach(nearest, frames, references!, r);
        }

        return nearest;
    }

    /// <summary>Notes that a frame was chosen: distances to the nearest chosen one shrink.</summary>
    private static void Approach(float[] nearest, DescriptorTable frames, DescriptorTable chosen, int index)
    {
        for (int i = 0; i < nearest.Length; i++)
        {
            if (nearest[i] < 0) { continue; }
            nearest[i] = Math.Min(nearest[i], frames.SquaredDistance(i, chosen, index));
        }
    }

    private static int Farthest(float[] nearest)
    {
        int best = 0;
        for (int i = 1; i < nearest.Length; i++)
        {
            if (nearest[i] > nearest[best]) { best = i; }
        }

        return best;
    }

    private static int Central(DescriptorTable frames)
    {
        double[] mean = new double[frames.Width];
        for (int i = 0; i < frames.Count; i++)
        {
            ReadOnlySpan<float> row = frames[i];
            for (int k = 0; k < row.Length; k++) { mean[k] += row[k]; }
        }

        for (int k = 0; k < mean.Length; k++) { mean[k] /= frames.Count; }
        DescriptorTable center = new(frames.Width);
        center.Add(mean);
        int best = 0;
        float least = float.PositiveInfinity;
        for (int i = 0; i < frames.Count; i++)
        {
            float distance = frames.SquaredDistance(i, center, 0);
            if (distance >= least) { continue; }
            least = distance;
            best = i;
        }

        return best;
    }
}

using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training;

/// <summary>Reads the labelled frames of a head from its files.</summary>
public static class DataSetReader
{
    /// <summary>Reads training and validation frames; the validation frames are drawn from the training frames where no file names them.</summary>
    /// <param name="name">Name of the head.</param>
    /// <param name="head">Its index in the model.</param>
    /// <param name="options">Files and keys.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="weight">Factor of the weight of the frames.</param>
    /// <param name="allowUnlabelled">Whether files without a label are welcome, because labels will be computed.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">A file cannot be read or has no label.</exception>
    public static HeadDataSet Read(string name, int head, DataOptions options, long seed, double weight = 1, bool allowUnlabelled = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> notes = [];
        Dictionary<int, List<double>> isolated = [];
        List<FrameSet> parts = [], validParts = [];
        foreach (string file in options.TrainFiles)
        {
            foreach ((FrameSet own, IReadOnlyDictionary<int, double> atoms) in ReadFile(file, head, options, weight, allowUnlabelled, cancellationToken))
            {
                foreach ((int z, double energy) in atoms) { (isolated.TryGetValue(z, out List<double>? list) ? list : isolated[z] = []).Add(energy); }
                parts.Add(own);
            }
        }

        FrameSet frames = FrameSet.Join(parts);
        if (frames.Count == 0) { throw new InvalidInputException($"{string.Join(", ", options.TrainFiles)}: there is no frame to train on besides isolated atoms."); }
        foreach (string file in options.ValidFiles) { validParts.AddRange(ReadFile(file, head, options with { KeepIsolatedAtoms = true }, weight, allowUnlabelled, cancellationToken).Select(static f => f.Frames)); }
        FrameSet valid = FrameSet.Join(validParts);
        if (options.ValidFiles.IsEmpty)
        {
            if (frames.Count < 2) { throw new InvalidInputException($"{options.TrainFiles[0]}: one frame cannot be divided into a training and a validation set; give valid_file."); }
            (int[] first, int[] second) = SplitIndices(frames.Count, options.ValidFraction, seed, name);
            (frames, valid) = (frames.Select(first), frames.Select(second));
        }

        return new HeadDataSet(name, frames, valid, isolated.ToImmutableSortedDictionary(static p => p.Key, static p => p.Value.Average())) { Notes = [.. notes] };
    }

    /// <summary>Reads all labelled frames of the test files of a head.</summary>
    /// <param name="head">Index of the head in the model.</param>
    /// <param name="options">Files and keys.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">A file cannot be read or has no label.</exception>
    public static FrameSet ReadTest(int head, DataOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return FrameSet.Join(options.TestFiles.SelectMany(file => ReadFile(file, head, options with { KeepIsolatedAtoms = true }, 1, false, cancellationToken).Select(static f => f.Frames)));
    }

    /// <summary>Checks that a file, if it is a prepared data set, suits a model; its frames are not read.</summary>
    /// <exception cref="InvalidInputException">It is damaged or was prepared for another cutoff.</exception>
    internal static void RequireCutoff(string file, double cutoff)
    {
        if (!Directory.Exists(file) || !PreparedDataSet.IsOne(file)) { return; }
        using PreparedDataSet dataSet = PreparedDataSet.Open(file);
        if (dataSet.Cutoff != cutoff) { throw dataSet.WrongCutoff(cutoff); }
    }

    /// <summary>Divides frames at random into two sets that keep the order of the frames.</summary>
    /// <param name="items">The frames.</param>
    /// <param name="fraction">Share of the second set, which gets at least one frame.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Name of the draw; draws of the same seed and different names are independent.</param>
    public static (List<T> First, List<T> Second) Split<T>(IReadOnlyList<T> items, double fraction, long seed, string stream = "")
    {
        ArgumentNullException.ThrowIfNull(items);
        (int[] first, int[] second) = SplitIndices(items.Count, fraction, seed, stream);
        return ([.. first.Select(i => items[i])], [.. second.Select(i => items[i])]);
    }

    private static (int[] First, int[] Second) SplitIndices(int count, double fraction, long seed, string stream)
    {
        int first = Math.Min(count - (int)(fraction * count), count - 1);
        int[] order = Shuffle(count, seed, "validation set of " + stream);
        Array.Sort(order, 0, first);
        Array.Sort(order, first, count - first);
        return (order[..first], order[first..]);
    }

    /// <summary>The numbers from 0 in an order that depends on the seed and a name alone (Fisher and Yates).</summary>
    internal static int[] Shuffle(int count, long seed, string stream)
    {
        RandomStream generator = new(seed, stream);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Math.Min(i, (int)(generator.NextUniform() * (i + 1)));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>The frames of a file, or of each file that a prepared data set was made of, with the energies of their isolated atoms.</summary>
    private static IEnumerable<(FrameSet Frames, IReadOnlyDictionary<int, double> IsolatedAtoms)> ReadFile(string file, int head, DataOptions options, double weight, bool allowUnlabelled, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file) && PreparedDataSet.IsOne(file)) { return ReadPrepared(PreparedDataSet.Open(file), head, options, weight); }
        LabelledFile source = new(file, new LabelReader(options.Keys, options.ConfigTypeWeights), options.Keys);
        LabelledStructure[] frames = [.. source.Read(head, weight, cancellationToken).Where(f => options.KeepIsolatedAtoms || !LabelReader.IsIsolatedAtom(f.Structure))];
        if (!allowUnlabelled) { source.RequireLabels(); }
        return [(FrameSet.Of(frames), source.IsolatedAtoms)];
    }

    private static IEnumerable<(FrameSet Frames, IReadOnlyDictionary<int, double> IsolatedAtoms)> ReadPrepared(PreparedDataSet dataSet, int head, DataOptions options, double weight)
    {
        FrameSet all = FrameSet.Of(new PreparedFrames(dataSet, head, weight, options.ConfigTypeWeights));
        int next = 0;
        foreach ((_, int count) in dataSet.Sources)
        {
            Dictionary<int, double> isolated = [];
            List<int> wanted = [];
            for (int end = next + count; next < end; next++)
            {
                if ((dataSet.FlagsOf(next) & FrameFlags.IsolatedAtom) == 0) { wanted.Add(next); }
                else
                {
                    if (all[next] is { Energy: { } energy } atom) { isolated[atom.Structure.AtomicNumbers[0]] = energy; }
                    if (options.KeepIsolatedAtoms) { wanted.Add(next); }
                }
            }

            yield return (all.Select([.. wanted]), isolated);
        }
    }
}

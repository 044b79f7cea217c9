using System.Collections.Immutable;
using System.Globalization;
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
        List<LabelledStructure> frames = [];
        foreach (string file in options.TrainFiles)
        {
            (List<LabelledStructure> own, Dictionary<int, double> atoms) = ReadFile(file, head, options, weight, allowUnlabelled, cancellationToken);
            foreach ((int z, double energy) in atoms) { (isolated.TryGetValue(z, out List<double>? list) ? list : isolated[z] = []).Add(energy); }
            frames.AddRange(own);
        }

        if (frames.Count == 0) { throw new InvalidInputException($"{string.Join(", ", options.TrainFiles)}: there is no frame to train on besides isolated atoms."); }
        List<LabelledStructure> valid = [];
        foreach (string file in options.ValidFiles) { valid.AddRange(ReadFile(file, head, options with { KeepIsolatedAtoms = true }, weight, allowUnlabelled, cancellationToken).Frames); }
        if (options.ValidFiles.IsEmpty)
        {
            if (frames.Count < 2) { throw new InvalidInputException($"{options.TrainFiles[0]}: one frame cannot be divided into a training and a validation set; give valid_file."); }
            (frames, valid) = Split(frames, options.ValidFraction, seed, name);
        }

        return new HeadDataSet(name, [.. frames], [.. valid], isolated.ToImmutableSortedDictionary(static p => p.Key, static p => p.Value.Average())) { Notes = [.. notes] };
    }

    /// <summary>Reads all labelled frames of the test files of a head.</summary>
    /// <param name="head">Index of the head in the model.</param>
    /// <param name="options">Files and keys.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">A file cannot be read or has no label.</exception>
    public static ImmutableArray<LabelledStructure> ReadTest(int head, DataOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. options.TestFiles.SelectMany(file => ReadFile(file, head, options with { KeepIsolatedAtoms = true }, 1, false, cancellationToken).Frames)];
    }

    /// <summary>Divides frames at random into two sets that keep the order of the frames.</summary>
    /// <param name="items">The frames.</param>
    /// <param name="fraction">Share of the second set, which gets at least one frame.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Name of the draw; draws of the same seed and different names are independent.</param>
    public static (List<T> First, List<T> Second) Split<T>(IReadOnlyList<T> items, double fraction, long seed, string stream = "")
    {
        ArgumentNullException.ThrowIfNull(items);
        int first = Math.Min(items.Count - (int)(fraction * items.Count), items.Count - 1);
        int[] order = Shuffle(items.Count, seed, "validation set of " + stream);
        bool[] isSecond = new bool[items.Count];
        foreach (int i in order.AsSpan(first)) { isSecond[i] = true; }
        List<T> a = [], b = [];
        for (int i = 0; i < items.Count; i++) { (isSecond[i] ? b : a).Add(items[i]); }
        return (a, b);
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

    private static (List<LabelledStructure> Frames, Dictionary<int, double> IsolatedAtoms) ReadFile(string file, int head, DataOptions options, double weight, bool allowUnlabelled, CancellationToken cancellationToken)
    {
        (string path, FrameSlice slice) = FrameSlice.ParsePath(file);
        if (path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase) || path.EndsWith("lmdb", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"{path}: HDF5 and LMDB files of mace-torch are not read; give the extended XYZ files that they were made of.");
        }

        if (!File.Exists(path)) { throw new InvalidInputException(Directory.Exists(path) ? $"'{path}' is a folder; name a file of labelled frames." : $"The file '{path}' does not exist."); }
        LabelReader reader = new(options.Keys, options.ConfigTypeWeights);
        List<LabelledStructure> frames = [];
        Dictionary<int, double> isolated = [];
        bool labelled = false;
        Structure? example = null;
        foreach (Structure structure in StructureReader.Read(path, slice))
        {
            cancellationToken.ThrowIfCancellationRequested();
            structure.Validate();
            LabelledStructure frame = reader.Read(structure, head, weight);
            labelled |= frame.Energy is not null || frame.Forces is not null || frame.Dipole is not null || frame.Stress is not null || frame.Virials is not null || frame.Polarizability is not null;
            if (LabelReader.IsIsolatedAtom(structure))
            {
                int z = structure.AtomicNumbers[0];
                if (frame.Energy is { } energy)
                {
                    if (!isolated.TryAdd(z, energy) && isolated[z] != energy)
                    {
                        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{structure.Origin}: this isolated atom of {Elements.Symbol(z)} has the energy {energy} eV, an earlier one {isolated[z]} eV."));
                    }
                }

                if (!options.KeepIsolatedAtoms) { continue; }
            }

            example ??= structure;
            frames.Add(frame);
        }

        if (!labelled && !allowUnlabelled) { throw new InvalidInputException(Unlabelled(path, options.Keys, example)); }
        return (frames, isolated);
    }

    private static string Unlabelled(string path, TrainingKeys keys, Structure? example)
    {
        string[] found = example is null ? [] :
        [
            .. example.Info.Where(static e => e.Value.Count is 1 or 3 or 6 or 9 && e.Value.Kind == DataKind.Real).Select(static e => e.Key),
            .. example.Arrays.Where(static e => e.Value.Kind == DataKind.Real).Select(static e => e.Key),
        ];
        string has = found.Length == 0 ? "its frames have no other numbers" : $"its frames have {string.Join(", ", found)}; say which are labels with energy_key, forces_key, stress_key, …";
        return $"{path} has no label: there is no '{keys.Energy}', '{keys.Forces}', '{keys.Stress}', '{keys.Virials}' or '{keys.Dipole}' in any frame; {has}.";
    }
}

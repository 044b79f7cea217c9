using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Runs;

/// <summary>Reads the data of a run, finds what a model takes from them, and makes the initial model.</summary>
public static class TrainingPlanner
{
    /// <summary>Name of the head of replayed data, as in mace-torch.</summary>
    public const string ReplayHead = "pt_head";

    /// <summary>Larger sets are not looked through before training; <c>mace data check</c> does that.</summary>
    private const int MostChecked = 20_000;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="loadFoundation">Reads the model that <c>foundation_model</c> names; null: from a file.</param>
    /// <param name="cancellationToken">Ends the preparation early.</param>
    /// <exception cref="InvalidInputException">The options or the data cannot be used.</exception>
    public static TrainingPlan Prepare(TrainingOptions options, Func<string, MaceModel>? loadFoundation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> notes = [];
        MaceModel? foundation = options.FineTuning is { } tuning ? LoadFoundation(tuning, loadFoundation) : null;
        ImmutableArray<HeadOptions> heads = HeadsOf(options);
        var sets = heads.Select((head, i) => DataSetReader.Read(
            head.Name, i, head.Data, options.Seed, head.Weight, head.Name == ReplayHead && options.FineTuning is { PseudoLabels: true }, cancellationToken)).ToArray();
        notes.AddRange(sets.SelectMany(static s => s.Notes));
        if (options.FineTuning is { MultiHead: true } replay) { sets[0] = Replayed(sets[0], replay, options.Seed, foundation!, options.Threads, cancellationToken); }

        ImmutableArray<int> elements = ElementsOf(options, sets, foundation);
        ImmutableSortedDictionary<int, int> added = AddedElements(elements, foundation, notes);
        double cutoff = foundation?.HyperParameters.CutoffRadius ?? options.Network.CutoffRadius;
        foreach (string file in heads.SelectMany(static h => h.Data.TestFiles)) { DataSetReader.RequireCutoff(file, cutoff); }
        for (int i = 0; i < sets.Length; i++)
        {
            sets[i] = sets[i] with
            {
                Train = sets[i].Train.WithNeighbors(cutoff, options.Threads, cancellationToken),
                Valid = sets[i].Valid.WithNeighbors(cutoff, options.Threads, cancellationToken),
            };
        }

        CheckLabels(options, sets, notes);
        foreach (HeadDataSet set in sets.Where(static s => s.Train.Count <= MostChecked))
        {
            notes.AddRange(DataSetCheck.Of(set.Train).Findings.Where(static f => f.Level != FindingLevel.Note).Select(f => $"Data of head {set.Name}: {f.Sentence}"));
        }

        bool hasEnergy = options.Network.Model is not ("AtomicDipolesMACE" or "AtomicDielectricMACE");
        var energies = sets.Select((set, i) => !hasEnergy
            ? new AtomicEnergyChoice(elements.ToImmutableSortedDictionary(static z => z, static _ => 0.0), "nowhere: the model has no energy")
            : AtomicEnergyChoice.Choose(set, heads[i].Name == ReplayHead ? "foundation" : heads[i].Data.E0s, elements, ElementsIn(set), foundation, options.Threads, notes)).ToImmutableArray();
        double average = options.Network.ComputeAverageNeighborCount && options.FineTuning is null
            ? DataSetStatistics.AverageNeighborCount(sets.SelectMany(static s => s.Train))
            : foundation?.HyperParameters.AverageNeighborCounts[0] ?? options.Network.AverageNeighborCount;
        MaceModel model = foundation is null
            ? NewModel(options, heads, sets, elements, energies, average)
            : FineTuned(options, foundation, heads, elements, added, energies);
        if (options.Optimization.BatchSize > sets.Sum(static s => s.Train.Count)) { notes.Add("The batch is larger than the training set, so that every step takes all of it."); }
        return new TrainingPlan
        {
            Options = options,
            Model = model,
            Heads = [.. sets],
            HeadOptions = [.. heads.Select(static h => h.Data)],
            AtomicEnergies = energies,
            AverageNeighborCount = average,
            Foundation = foundation,
            Notes = [.. notes],
        };
    }

    private static ImmutableArray<HeadOptions> HeadsOf(TrainingOptions options)
    {
        ImmutableArray<HeadOptions> heads = options.Heads.IsEmpty ? [new HeadOptions("Default", options.Data)] : options.Heads;
        if (options.FineTuning is not { MultiHead: true } replay) { return heads; }
        DataOptions data = options.Data with
        {
            TrainFiles = [replay.ReplayFile!],
            ValidFiles = replay.ReplayValidFile is { } valid ? [valid] : [],
            TestFiles = [],
            E0s = "foundation",
        };

        // The replayed head comes first: the loss of the last head decides which checkpoint is best.
        return [new HeadOptions(ReplayHead, data, replay.ReplayWeight), .. heads.Where(static h => h.Name != ReplayHead)];
    }

    private static MaceModel LoadFoundation(FineTuningOptions tuning, Func<string, MaceModel>? load)
    {
        MaceModel model = (load ?? Serialization.ModelFile.Read)(tuning.FoundationModel);
        if (model.HyperParameters.Kind is not (ModelKind.Mace or ModelKind.ScaleShiftMace)) { throw new InvalidInputException($"{tuning.FoundationModel}: models with dipoles cannot be fine-tuned."); }
        ImmutableArray<string> heads = model.HyperParameters.Heads;
        if (heads.Length == 1) { return tuning.FoundationHead is null || tuning.FoundationHead == heads[0] ? model : ModelTransforms.SelectHead(model, tuning.FoundationHead); }
        string head = tuning.FoundationHead ?? throw new InvalidInputException($"{tuning.FoundationModel} has several heads; give foundation_head, one of {string.Join(", ", heads)}.");
        return ModelTransforms.SelectHead(model, head);
    }

    /// <summary>The replayed data cut down to the number that is wanted and to elements of the model, with labels of the model where these are wanted.</summary>
    private static HeadDataSet Replayed(HeadDataSet data, FineTuningOptions options, long seed, MaceModel foundation, int threads, CancellationToken cancellationToken)
    {
        FrameSet train = data.Train, valid = data.Valid;
        if (train.Count > options.ReplayCount)
        {
            int[] chosen = DataSetReader.Shuffle(train.Count, seed, "replayed frames")[..options.ReplayCount];
            Array.Sort(chosen);
            train = train.Select(chosen);
        }

        return options.PseudoLabels
            ? data with { Train = PseudoLabels.Apply(train, foundation, threads, cancellationToken), Valid = PseudoLabels.Apply(valid, foundation, threads, cancellationToken) }
            : data with { Train = train };
    }

    private static ImmutableArray<int> ElementsOf(TrainingOptions options, IEnumerable<HeadDataSet> sets, MaceModel? foundation)
    {
        SortedSet<int> found = [];
        foreach (HeadDataSet set in sets) { found.UnionWith(ElementsIn(set)); }
        ImmutableArray<int> wanted = options.Network.AtomicNumbers;
        if (!wanted.IsEmpty)
        {
            int missing = found.FirstOrDefault(z => !wanted.Contains(z));
            if (missing > 0) { throw new InvalidInputException($"The data have the element {Elements.Symbol(missing)}, which atomic_numbers leaves out."); }
            found.UnionWith(wanted);
        }

        if (foundation is null) { return [.. found]; }
        ImmutableArray<int> known = foundation.HyperParameters.AtomicNumbers;
        int unknown = found.FirstOrDefault(z => !known.Contains(z));
        if (unknown > 0 && options.FineTuning is not { ExtendElements: true })
        {
            throw new InvalidInputException($"The data have the element {Elements.Symbol(unknown)}, which is not in the foundation model; it knows {string.Join(", ", known.Select(static z => Elements.Symbol(z)))}. foundation_model_extend_elements: True adds it.");
        }

        if (options.FineTuning!.KeepElements) { found.UnionWith(known); }
        return [.. found];
    }

    /// <summary>The elements that the foundation does not know, and those that it knows whose weights they begin with.</summary>
    private static ImmutableSortedDictionary<int, int> AddedElements(ImmutableArray<int> elements, MaceModel? foundation, List<string> notes)
    {
        if (foundation is null) { return ImmutableSortedDictionary<int, int>.Empty; }
        ImmutableArray<int> known = foundation.HyperParameters.AtomicNumbers;
        var added = elements.Where(z => !known.Contains(z)).ToImmutableSortedDictionary(static z => z, z => NearestElement.Of(z, known));
        foreach ((int z, int parent) in added) { notes.Add($"{Elements.Symbol(z)} is new to the foundation model; its weights begin as those of {Elements.Symbol(parent)}."); }
        return added;
    }

    private static HashSet<int> ElementsIn(HeadDataSet set)
    {
        HashSet<int> found = [];
        foreach (LabelledStructure frame in set.Train.Concat(set.Valid))
        {
            foreach (int z in frame.Structure.AtomicNumbers) { found.Add(z); }
        }

        return found;
    }

    /// <summary>Counts what is missing; the losses that ignore weights cannot do without labels.</summary>
    private static void CheckLabels(TrainingOptions options, IEnumerable<HeadDataSet> sets, List<string> notes)
    {
        Properties read = LossFactory.Create(options.Loss).Reads;
        foreach (HeadDataSet set in sets)
        {
            LabelCounts counts = LabelCounts.Of(set.Train);
            (Properties Property, string Name, int Count)[] labels =
            [
                (Properties.Energy, "energy", counts.Energy), (Properties.Forces, "forces", counts.Forces), (Properties.Stress, "stress", counts.Stress),
                (Properties.Virial, "virials", counts.Virials), (Properties.Dipole, "dipole", counts.Dipole), (Properties.Polarizability, "polarizability", counts.Polarizability),
            ];
            bool any = false;
            foreach ((Properties property, string name, int count) in labels)
            {
                if ((read & property) == 0) { continue; }
                any |= count > 0;
                if (count == counts.Frames) { continue; }
                bool ignoresWeights = options.Loss.Kind is "huber" or "dipole" or "dipole_polar" || (options.Loss.Kind == "l1l2energyforces" && property == Properties.Forces) || (options.Loss.Kind == "energy_forces_dipole" && property == Properties.Dipole);
                if (ignoresWeights && property != Properties.Stress)
                {
                    LabelledStructure without = set.Train.First(f => IsMissing(f, property));
                    throw new InvalidInputException($"{without.Structure.Origin} has no {name}, and loss: {options.Loss.Kind}, which has no weights, would take it for zero; use another loss or leave the frame out.");
                }

                string weight = ignoresWeights ? "the loss takes it for zero" : "they count with weight zero";
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{counts.Frames - count} of {counts.Frames} training frames of head {set.Name} have no {name}: {weight}."));
            }

            if (!any) { throw new InvalidInputException($"No training frame of head {set.Name} has a label that loss: {options.Loss.Kind} reads."); }
        }
    }

    private static bool IsMissing(LabelledStructure frame, Properties property) => property switch
    {
        Properties.Energy => frame.Energy is null,
        Properties.Forces => frame.Forces is null,
        Properties.Dipole => frame.Dipole is null,
        _ => frame.Polarizability is null,
    };

    private static MaceModel NewModel(TrainingOptions options, ImmutableArray<HeadOptions> heads, HeadDataSet[] sets, ImmutableArray<int> elements, ImmutableArray<AtomicEnergyChoice> energies, double average)
    {
        NetworkOptions network = options.Network;
        HyperParameters shape = NetworkFactory.Create(network, elements, heads.Select(static h => h.Name), average);
        bool scaled = shape.Kind == ModelKind.ScaleShiftMace;
        return ModelBuilder.Create(shape, new ModelInitialization
        {
            Seed = options.Seed,
            Precision = options.Precision,
            AtomicEnergies = shape.HasEnergy ? Table(energies, elements) : [],
            Scale = scaled ? [.. sets.Select((set, i) => network.Scale ?? ScaleOf(network, set, energies[i]))] : [],
            Shift = scaled ? [.. sets.Select((set, i) => network.Model == "MACE" ? 0 : network.Mean ?? ShiftOf(network, set, energies[i]))] : [],
        });
    }

    private static double ScaleOf(NetworkOptions network, HeadDataSet set, AtomicEnergyChoice energies) => network.Scaling switch
    {
        "no_scaling" => 1,
        "std_scaling" => DataSetStatistics.DeviationOfInteractionEnergy(set.Train, energies.Energies),
        _ => DataSetStatistics.RmsForce(set.Train),
    };

    private static double ShiftOf(NetworkOptions network, HeadDataSet set, AtomicEnergyChoice energies) =>
        network.Scaling == "no_scaling" ? 0 : DataSetStatistics.MeanInteractionEnergy(set.Train, energies.Energies);

    private static ImmutableArray<ImmutableArray<double>> Table(ImmutableArray<AtomicEnergyChoice> energies, ImmutableArray<int> elements) =>
        [.. energies.Select(e => elements.Select(z => e.Energies.GetValueOrDefault(z)).ToImmutableArray())];

    private static MaceModel FineTuned(TrainingOptions options, MaceModel foundation, ImmutableArray<HeadOptions> heads, ImmutableArray<int> elements, ImmutableSortedDictionary<int, int> added, ImmutableArray<AtomicEnergyChoice> energies)
    {
        MaceModel model = HeadReplication.Repeat(ModelTransforms.SelectElements(ModelTransforms.ExtendElements(foundation, added), elements), [.. heads.Select(static h => h.Name)]);
        model = ModelTransforms.ToPrecision(model, options.Precision);
        if (options.FineTuning is { KeepReadouts: false })
        {
            MaceModel fresh = ModelBuilder.Create(model.HyperParameters, new ModelInitialization { Seed = options.Seed, Precision = options.Precision });
            model = model with { Tensors = model.Tensors.SetItems(fresh.Tensors.Where(static t => t.Key.StartsWith("readouts.", StringComparison.Ordinal))) };
        }

        double[] table = [.. Table(energies, elements).SelectMany(static row => row)];
        return model with
        {
            Tensors = model.Tensors.SetItem("atomic_energies_fn.atomic_energies", new NamedTensor([heads.Length, elements.Length], table)),
            Provenance = new ModelProvenance { Licence = foundation.Provenance.Licence, Citation = foundation.Provenance.Citation },
        };
    }
}

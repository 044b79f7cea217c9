using static MaceSharp.Training.Configuration.OptionParsing;

namespace MaceSharp.Training.Configuration;

/// <content>Data and heads.</content>
internal static partial class TrainingOptionTable
{
    private static IEnumerable<TrainingOption> Data() =>
    [
        .. DataEntries().Select(static entry => Make(entry.Name, entry.ValueName, entry.Description, (o, n, v) => o with { Data = entry.Apply(o.Data, n, v) }) with { TakesSeveral = entry.Name.EndsWith("_file", StringComparison.Ordinal) }),
        Make("heads", "MAP", "Heads with data of their own: a mapping of names to train_file, valid_file, test_file, E0s, keys and weight.", static (o, n, v) => o with { Heads = IsNone(v) ? [] : Heads(n, v, o.Data) }),
        Make("statistics_file", "FILE", "A JSON file with atomic_numbers, mean, std, avg_num_neighbors and atomic_energies.", static (o, n, v) => IsNone(v) ? o : StatisticsFile.Apply(o, Text(n, v))),
    ];

    private static IEnumerable<DataEntry> DataEntries() =>
    [
        new("train_file", "FILE", "Files of the training set.", static (d, n, v) => d with { TrainFiles = Texts(n, v) }),
        new("valid_file", "FILE", "Files of the validation set. Without it: a part of the training set.", static (d, n, v) => d with { ValidFiles = Texts(n, v) }),
        new("valid_fraction", "X", "Share of the training set that is validated on.", static (d, n, v) => d with { ValidFraction = Real(n, v, 0, 0.99) }),
        new("test_file", "FILE", "Files of the test set, read when training is over.", static (d, n, v) => d with { TestFiles = Texts(n, v) }),
        new("E0s", "E0S", "Isolated-atom energies: average, isolated, foundation, estimated, a mapping {1: -13.6, …} or a JSON file. Without it: isolated atoms of the training file.", static (d, n, v) => d with { E0s = IsNone(v) ? null : v.ToString() }),
        new("config_type_weights", "MAP", "Weight of each config_type, for example '{\"Default\": 1.0}'.", static (d, n, v) => d with { ConfigTypeWeights = Reals(n, v) }),
        new("keep_isolated_atoms", "BOOL", "Whether isolated atoms are trained on.", static (d, n, v) => d with { KeepIsolatedAtoms = Boolean(n, v) }),
        new("energy_key", "KEY", "Key of energies, eV.", static (d, n, v) => d with { Keys = d.Keys with { Energy = Text(n, v) } }),
        new("forces_key", "KEY", "Key of forces, eV/Å.", static (d, n, v) => d with { Keys = d.Keys with { Forces = Text(n, v) } }),
        new("stress_key", "KEY", "Key of stresses, eV/Å³, positive under tension.", static (d, n, v) => d with { Keys = d.Keys with { Stress = Text(n, v) } }),
        new("virials_key", "KEY", "Key of virials, eV.", static (d, n, v) => d with { Keys = d.Keys with { Virials = Text(n, v) } }),
        new("dipole_key", "KEY", "Key of dipoles.", static (d, n, v) => d with { Keys = d.Keys with { Dipole = Text(n, v) } }),
        new("polarizability_key", "KEY", "Key of polarizabilities.", static (d, n, v) => d with { Keys = d.Keys with { Polarizability = Text(n, v) } }),
        new("head_key", "KEY", "Key of the head.", static (d, n, v) => d with { Keys = d.Keys with { Head = Text(n, v) } }),
        new("charges_key", "KEY", "Key of partial charges, e.", static (d, n, v) => d with { Keys = d.Keys with { Charges = Text(n, v) } }),
        new("total_charge_key", "KEY", "Key of the total charge, e.", static (d, n, v) => d with { Keys = d.Keys with { TotalCharge = Text(n, v) } }),
        new("total_spin_key", "KEY", "Key of the spin multiplicity.", static (d, n, v) => d with { Keys = d.Keys with { TotalSpin = Text(n, v) } }),
    ];

    private static System.Collections.Immutable.ImmutableArray<HeadOptions> Heads(string option, OptionValue value, DataOptions shared)
    {
        OptionValue heads = value.Expanded();
        if (!heads.IsMapping || heads.Entries.IsEmpty) { throw Wrong(option, value, "a mapping of names of heads to their data"); }
        var entries = DataEntries().ToDictionary(static e => e.Name, StringComparer.Ordinal);
        return [.. heads.Entries.Select(head =>
        {
            OptionValue own = head.Value.Expanded();
            if (!own.IsMapping) { throw Wrong($"{option}.{head.Key}", own, "a mapping with train_file and other options of its data"); }

            // Files of other heads are not inherited, keys and weights are.
            DataOptions data = shared with { TrainFiles = [], ValidFiles = [], E0s = null };
            double weight = 1;
            foreach ((string key, OptionValue part) in own.Entries)
            {
                string place = $"{option}.{head.Key}.{key}";
                if (key == "weight") { weight = Real(place, part, 0); }
                else if (entries.TryGetValue(key, out DataEntry? entry)) { data = entry.Apply(data, place, part); }
                else { throw Wrong(place, part, $"left out: heads know {string.Join(", ", entries.Keys)} and weight"); }
            }

            return new HeadOptions(head.Key, data, weight);
        })];
    }

    private sealed record DataEntry(string Name, string ValueName, string Description, Func<DataOptions, string, OptionValue, DataOptions> Apply);
}

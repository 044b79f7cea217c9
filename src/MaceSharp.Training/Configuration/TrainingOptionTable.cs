using System.Collections.Frozen;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using static MaceSharp.Training.Configuration.OptionParsing;

namespace MaceSharp.Training.Configuration;

/// <summary>All options of <c>mace train</c>: those of <c>mace_run_train</c> 0.3 that mean something here, those that do not with the reason, and a few more.</summary>
internal static partial class TrainingOptionTable
{
    private static readonly FrozenDictionary<string, TrainingOption> ByName = All().SelectMany(static o => o.Aliases.Prepend(o.Name).Select(name => KeyValuePair.Create(name, o))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The options in the order of the help.</summary>
    public static IReadOnlyList<TrainingOption> Options { get; } = [.. All()];

    /// <summary>Finds an option.</summary>
    /// <param name="name">Any of its names, without dashes before it.</param>
    /// <param name="option">The option.</param>
    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TrainingOption? option) =>
        ByName.TryGetValue(name, out option) || ByName.TryGetValue(name.Replace('-', '_'), out option);

    /// <summary>The name that is nearest to a mistyped one; null when none is near.</summary>
    public static string? Nearest(string name)
    {
        (string Name, int Distance) best = ByName.Keys.Select(key => (key, Distance(key, name))).MinBy(static p => p.Item2);
        return best.Distance <= Math.Max(2, name.Length / 4) ? best.Name : null;
    }

    private static IEnumerable<TrainingOption> All() => [.. General(), .. Network(), .. Data(), .. Loss(), .. Optimization(), .. FineTuning(), .. Ignored()];

    private static IEnumerable<TrainingOption> General() =>
    [
        Make("name", "NAME", "Name of the run and of its files.", static (o, n, v) => o with { Name = FileName(n, v) }),
        Make("seed", "N", "Seed of everything random.", static (o, n, v) => o with { Seed = Integer(n, v) }),
        Make("threads", "N", "Number of threads. Without it: one a core.", static (o, n, v) => o with { Threads = Integer(n, v, 0, 1024) }),
        Make("work_dir", "DIR", "Folder of all output that has no folder of its own.", static (o, n, v) => o with { WorkDirectory = Text(n, v) }),
        Make("log_dir", "DIR", "Folder of the log. Without it: logs.", static (o, n, v) => o with { LogDirectory = TextOrNone(n, v) }),
        Make("model_dir", "DIR", "Folder of the model and the report. Without it: the work folder.", static (o, n, v) => o with { ModelDirectory = TextOrNone(n, v) }),
        Make("checkpoints_dir", "DIR", "Folder of checkpoints. Without it: checkpoints.", static (o, n, v) => o with { CheckpointDirectory = TextOrNone(n, v) }),
        Make("results_dir", "DIR", "Folder of the results by epoch. Without it: results.", static (o, n, v) => o with { ResultDirectory = TextOrNone(n, v) }),
        Make("default_dtype", "float64|float32", "Precision of the arithmetic and of the saved model.", static (o, n, v) => o with { Precision = Choice(n, v, ("float64", Precision.Float64), ("float32", Precision.Float32)) }),
        Make("error_table", "KIND", "Table of errors at the end: PerAtomRMSE, TotalRMSE, PerAtomRMSEstressvirials, PerAtomMAEstressvirials, PerAtomMAE, TotalMAE, DipoleRMSE, DipoleMAE, DipolePolarRMSE or EnergyDipoleRMSE.", static (o, n, v) => o with
        {
            ErrorTable = Word(n, v, "PerAtomRMSE", "TotalRMSE", "PerAtomRMSEstressvirials", "PerAtomMAEstressvirials", "PerAtomMAE", "TotalMAE", "DipoleRMSE", "DipoleMAE", "DipolePolarRMSE", "EnergyDipoleRMSE"),
        }),
        Make("plot", "BOOL", "Whether a report is written.", static (o, n, v) => o with { Report = Boolean(n, v) }),
        Flag("keep_checkpoints", "Keep every checkpoint.", static (o, b) => o with { KeepCheckpoints = b }, "save_all_checkpoints"),
        Flag("restart_latest", "Go on from the latest checkpoint.", static (o, b) => o with { RestartLatest = b }),
        Flag("dry_run", "Check everything, say what would be done, and stop.", static (o, b) => o with { DryRun = b }, "dry-run"),
    ];

    private static string FileName(string option, OptionValue value)
    {
        string name = Text(option, value);
        bool good = name.Length is > 0 and <= 100 && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '+') && name[0] != '.' && name[0] != '-';
        return good ? name : throw Wrong(option, value, "a name of letters, digits, '_', '-', '.' and '+', because files are named after it");
    }

    private static TrainingOption Make(string name, string valueName, string description, Func<TrainingOptions, string, OptionValue, TrainingOptions> apply, params string[] aliases) =>
        new() { Name = name, Aliases = aliases, ValueName = valueName, Description = description, Apply = apply };

    private static TrainingOption Flag(string name, string description, Func<TrainingOptions, bool, TrainingOptions> apply, params string[] aliases) =>
        new() { Name = name, Aliases = aliases, ValueName = "BOOL", Description = description, IsFlag = true, Apply = (o, n, v) => apply(o, Boolean(n, v)) };

    /// <summary>Number of insertions, removals and replacements that make one word of another (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}

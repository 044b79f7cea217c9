namespace MaceSharp.Training.Configuration;

/// <summary>An option of <c>mace train</c>: its names, what it does, and how it changes the options of a run.</summary>
public sealed record TrainingOption
{
    /// <summary>Name in files and, behind two dashes, on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it does, one sentence for the help.</summary>
    public required string Description { get; init; }

    /// <summary>What stands for the value in the help.</summary>
    public string ValueName { get; init; } = "VALUE";

    /// <summary>Whether the option alone means True.</summary>
    public bool IsFlag { get; init; }

    /// <summary>Whether several values may follow.</summary>
    public bool TakesSeveral { get; init; }

    /// <summary>Why the option has no effect here; null: it has one.</summary>
    public string? IgnoredBecause { get; init; }

    /// <summary>Applies a value.</summary>
    internal Func<TrainingOptions, string, OptionValue, TrainingOptions> Apply { get; init; } = static (options, _, _) => options;
}

namespace MaceSharp.Training;

/// <summary>How many frames have which label, and how many atoms there are.</summary>
public sealed record LabelCounts
{
    /// <summary>Number of frames.</summary>
    public int Frames { get; init; }

    /// <summary>Number of atoms of all frames.</summary>
    public long Atoms { get; init; }

    /// <summary>Frames with an energy.</summary>
    public int Energy { get; init; }

    /// <summary>Frames with forces.</summary>
    public int Forces { get; init; }

    /// <summary>Frames with a stress.</summary>
    public int Stress { get; init; }

    /// <summary>Frames with virials.</summary>
    public int Virials { get; init; }

    /// <summary>Frames with a dipole.</summary>
    public int Dipole { get; init; }

    /// <summary>Frames with a polarizability.</summary>
    public int Polarizability { get; init; }

    /// <summary>Counts the labels of frames.</summary>
    public static LabelCounts Of(IReadOnlyCollection<LabelledStructure> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return new LabelCounts
        {
            Frames = frames.Count,
            Atoms = frames.Sum(static f => (long)f.Structure.Count),
            Energy = frames.Count(static f => f.Energy is not null),
            Forces = frames.Count(static f => f.Forces is not null),
            Stress = frames.Count(static f => f.Stress is not null),
            Virials = frames.Count(static f => f.Virials is not null),
            Dipole = frames.Count(static f => f.Dipole is not null),
            Polarizability = frames.Count(static f => f.Polarizability is not null),
        };
    }

    /// <summary>The counts in words, labels that no frame has left out.</summary>
    public override string ToString()
    {
        (string Name, int Count)[] labels = [("energy", Energy), ("forces", Forces), ("stress", Stress), ("virials", Virials), ("dipole", Dipole), ("polarizability", Polarizability)];
        return FormattableString.Invariant($"{Frames} frames, {Atoms} atoms [{string.Join(", ", labels.Where(static l => l.Count > 0).Select(static l => FormattableString.Invariant($"{l.Name}: {l.Count}")))}]");
    }
}

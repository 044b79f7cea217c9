namespace MaceSharp.Training;

/// <summary>How many frames have which label, and how many atoms there are.</summary>
public sealed record LabelCounts
{
    /// <summary>Number of frames.</summary>
    public int Frames { get; private set; }

    /// <summary>Number of atoms of all frames.</summary>
    public long Atoms { get; private set; }

    /// <summary>Frames with an energy.</summary>
    public int Energy { get; private set; }

    /// <summary>Frames with forces.</summary>
    public int Forces { get; private set; }

    /// <summary>Frames with a stress.</summary>
    public int Stress { get; private set; }

    /// <summary>Frames with virials.</summary>
    public int Virials { get; private set; }

    /// <summary>Frames with a dipole.</summary>
    public int Dipole { get; private set; }

    /// <summary>Frames with a polarizability.</summary>
    public int Polarizability { get; private set; }

    /// <summary>Counts the labels of frames.</summary>
    public static LabelCounts Of(IEnumerable<LabelledStructure> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        LabelCounts counts = new();
        foreach (LabelledStructure frame in frames)
        {
            counts.Frames++;
            counts.Atoms += frame.Structure.Count;
            counts.Energy += frame.Energy is null ? 0 : 1;
            counts.Forces += frame.Forces is null ? 0 : 1;
            counts.Stress += frame.Stress is null ? 0 : 1;
            counts.Virials += frame.Virials is null ? 0 : 1;
            counts.Dipole += frame.Dipole is null ? 0 : 1;
            counts.Polarizability += frame.Polarizability is null ? 0 : 1;
        }

        return counts;
    }

    /// <summary>The counts in words, labels that no frame has left out.</summary>
    public override string ToString()
    {
        (string Name, int Count)[] labels = [("energy", Energy), ("forces", Forces), ("stress", Stress), ("virials", Virials), ("dipole", Dipole), ("polarizability", Polarizability)];
        return FormattableString.Invariant($"{Frames} frames, {Atoms} atoms [{string.Join(", ", labels.Where(static l => l.Count > 0).Select(static l => FormattableString.Invariant($"{l.Name}: {l.Count}")))}]");
    }
}

using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Training;
using Spectre.Console;

namespace MaceSharp.Cli.Training;

/// <summary>What a check of data has found, for a person.</summary>
internal sealed class DataCheckText(StyledOutput output)
{
    private const int LabelWidth = 22;

    /// <summary>Writes the findings.</summary>
    public void Write(DataSetCheck check)
    {
        Grid list = PlainLayout.List(LabelWidth);
        list.Add("frames", string.Create(CultureInfo.InvariantCulture, $"{check.Counts.Frames}, {check.Counts.Atoms} atoms, {check.CompositionCount} compositions"));
        list.Add("elements", string.Join(", ", check.Elements.Select(static z => Elements.Symbol(z))));
        list.Add("labels", check.Counts.ToString().Split('[')[1].TrimEnd(']'));
        if (check.ConfigTypes.Count > 1) { list.Add("config types", string.Join(", ", check.ConfigTypes.Select(static t => string.Create(CultureInfo.InvariantCulture, $"{t.Key}: {t.Value}")))); }
        list.Add("isolated atoms", check.IsolatedAtoms.IsEmpty ? "none" : string.Join(", ", check.IsolatedAtoms.Select(static a => string.Create(CultureInfo.InvariantCulture, $"{Elements.Symbol(a.Key)} {a.Value:F4} eV"))));
        Add(list, "energy per atom − E0", check.InteractionEnergy, "eV");
        Add(list, "force on an atom", check.Force, "eV/Å");
        Add(list, "mean stress", check.Stress, "eV/Å³");
        if (check.Consistency is { PairCount: > 0, ForceSlope: { } slope }) { list.Add("energy against forces", string.Create(CultureInfo.InvariantCulture, $"slope {slope:F3} over {check.Consistency.PairCount} pairs of neighbouring frames (1 where units and signs are right)")); }
        if (check.Consistency is { StressPairCount: > 0, StressSlope: { } stress }) { list.Add("energy against stress", string.Create(CultureInfo.InvariantCulture, $"slope {stress:F3} over {check.Consistency.StressPairCount} pairs (1 where units and signs are right)")); }
        list.Add("duplicates", check.DuplicateCount == 0 ? "none" : check.DuplicateCount.ToString(CultureInfo.InvariantCulture));
        output.Write(list);
        output.WriteLine();
        foreach (Finding finding in check.Findings) { output.WriteLine($"{Name(finding.Level)}: {finding.Sentence.Printable()}"); }
        if (check.Findings.Count == 0) { output.WriteLine("Nothing looks wrong."); }
    }

    private static void Add(Grid list, string label, NumberRange? range, string unit)
    {
        if (range is { } r) { list.Add(label, string.Create(CultureInfo.InvariantCulture, $"{r.Least:G4} to {r.Most:G4}, mean {r.Mean:G4}, deviation {r.Deviation:G4} {unit}")); }
    }

    private static string Name(FindingLevel level) => level switch { FindingLevel.Error => "error", FindingLevel.Warning => "warning", _ => "note" };
}

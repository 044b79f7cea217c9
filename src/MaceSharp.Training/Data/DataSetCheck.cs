using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>Smallest, mean and largest of some numbers, and their standard deviation.</summary>
/// <param name="Least">Smallest.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Most">Largest.</param>
public readonly record struct NumberRange(double Least, double Mean, double Deviation, double Most)
{
    /// <summary>The range of some numbers; null of none.</summary>
    internal static NumberRange? Of(IReadOnlyCollection<double> numbers)
    {
        if (numbers.Count == 0) { return null; }
        double mean = numbers.Average();
        return new(numbers.Min(), mean, Math.Sqrt(numbers.Sum(n => (n - mean) * (n - mean)) / numbers.Count), numbers.Max());
    }
}

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Probably wrong.</summary>
    Warning,

    /// <summary>Cannot be trained on.</summary>
    Error,
}

/// <summary>Something that was found in data.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Sentence">What it is and where.</param>
public readonly record struct Finding(FindingLevel Level, string Sentence);

/// <summary>What is in labelled data and what looks wrong: labels, ranges, outliers, duplicates, close contacts, and whether forces and stresses are the derivatives of the energies.</summary>
public sealed class DataSetCheck
{
    /// <summary>Contacts shorter than this share of the sum of covalent radii are suspicious.</summary>
    private const double CloseContact = 0.6;

    /// <summary>Energies further from the median than this many times the median deviation are outliers.</summary>
    private const double OutlierFactor = 20;

    /// <summary>Forces beyond this are suspicious, eV/Å.</summary>
    private const double LargeForce = 100;

    private readonly List<Finding> _findings = [];

    /// <summary>Frames may be read from a file whenever they are asked for: they are passed over several times, and none is kept.</summary>
    private DataSetCheck(FrameSet frames)
    {
        SortedSet<int> elements = [];
        HashSet<string> compositions = new(StringComparer.Ordinal);
        SortedDictionary<string, int> types = new(StringComparer.Ordinal);
        SortedDictionary<int, double> isolated = [];
        List<int> several = [];
        int index = 0;
        foreach (LabelledStructure frame in frames)
        {
            foreach (int z in frame.Structure.AtomicNumbers) { elements.Add(z); }
            compositions.Add(CompositionOf(frame.Structure));
            string type = LabelReader.ConfigTypeOf(frame.Structure);
            types[type] = types.GetValueOrDefault(type) + 1;
            if (!LabelReader.IsIsolatedAtom(frame.Structure)) { several.Add(index); }
            else if (frame.Energy is { } energy) { isolated.TryAdd(frame.Structure.AtomicNumbers[0], energy); }
            index++;
        }

        Counts = LabelCounts.Of(frames);
        Elements = [.. elements];
        CompositionCount = compositions.Count;
        ConfigTypes = types.ToImmutableSortedDictionary(StringComparer.Ordinal);
        IsolatedAtoms = isolated.ToImmutableSortedDictionary();
        FrameSet many = frames.Select([.. several]);
        CheckEnergies(many);
        CheckForces(many);
        Stress = NumberRange.Of([.. many.Where(static f => f.Stress is not null).Select(static f => f.Stress!.Value.Trace / 3)]);
        CheckDuplicates(many);
        CheckContacts(many);
        Consistency = LabelConsistency.Of(many);
        CheckConsistency();
        CheckLabels(LabelCounts.Of(many));
    }

    /// <summary>Labels and frames.</summary>
    public LabelCounts Counts { get; }

    /// <summary>Atomic numbers of the elements.</summary>
    public ImmutableArray<int> Elements { get; }

    /// <summary>Number of different compositions.</summary>
    public int CompositionCount { get; }

    /// <summary>Number of frames of each <c>config_type</c>.</summary>
    public ImmutableSortedDictionary<string, int> ConfigTypes { get; }

    /// <summary>Energies of isolated atoms, eV.</summary>
    public ImmutableSortedDictionary<int, double> IsolatedAtoms { get; }

    /// <summary>Energy per atom less E0 (isolated atoms, or a least-squares fit), eV.</summary>
    public NumberRange? InteractionEnergy { get; private set; }

    /// <summary>Length of the force on an atom, eV/Å.</summary>
    public NumberRange? Force { get; private set; }

    /// <summary>Mean of the diagonal of the stress, eV/Å³.</summary>
    public NumberRange? Stress { get; }

    /// <summary>How forces and stresses fit the energies.</summary>
    public LabelConsistency Consistency { get; }

    /// <summary>Number of frames that another frame equals.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>What looks wrong, the worst first.</summary>
    public IReadOnlyList<Finding> Findings => [.. _findings.OrderByDescending(static f => f.Level)];

    /// <summary>Whether the data can be trained on.</summary>
    public bool IsUsable => _findings.TrueForAll(static f => f.Level != FindingLevel.Error);

    /// <summary>Checks frames.</summary>
    /// <param name="frames">The frames with their labels, isolated atoms included.</param>
    public static DataSetCheck Of(IReadOnlyList<LabelledStructure> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return new DataSetCheck(FrameSet.Of(frames));
    }

    private static string CompositionOf(Structure structure) =>
        string.Concat(structure.AtomicNumbers.ToArray().GroupBy(static z => z).OrderBy(static g => g.Key).Select(static g => string.Create(CultureInfo.InvariantCulture, $"{Atoms.Elements.Symbol(g.Key)}{g.Count()}")));

    private void CheckEnergies(FrameSet frames)
    {
        bool isolated = Elements.All(IsolatedAtoms.ContainsKey);
        if (!frames.Any(static f => f.Energy is not null)) { return; }
        ImmutableSortedDictionary<int, double> e0 = isolated ? IsolatedAtoms : AtomicEnergyFit.Fit(frames, Elements).Energies;
        List<int> labelled = [];
        List<double> interactions = [];
        for (int i = 0; i < frames.Count; i++)
        {
            LabelledStructure frame = frames[i];
            if (frame.Energy is not { } energy) { continue; }
            labelled.Add(i);
            interactions.Add((energy - Sum(frame.Structure, e0)) / frame.Structure.Count);
        }

        double[] energies = [.. interactions];
        InteractionEnergy = NumberRange.Of(energies);
        if (!isolated) { _findings.Add(new(FindingLevel.Note, IsolatedAtoms.IsEmpty ? "There are no isolated atoms (config_type=IsolatedAtom): give E0s for training, or E0s: average." : "Some elements have no isolated atom.")); }
        if (isolated && InteractionEnergy!.Value.Mean > 0) { _findings.Add(new(FindingLevel.Warning, "The mean energy is above that of the isolated atoms: do the isolated atoms belong to these data?")); }
        if (isolated && InteractionEnergy!.Value.Mean < -DataSetStatistics.StrongestBinding) { _findings.Add(new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"The mean energy is {-InteractionEnergy!.Value.Mean:G4} eV/atom below that of the isolated atoms, more than any bond: did the calculation of an isolated atom fail, or do they belong to other data?"))); }
        double[] sorted = [.. energies.Order()];
        double median = sorted[sorted.Length / 2], typical = energies.Select(e => Math.Abs(e - median)).Order().ElementAt(energies.Length / 2);
        int[] outliers = [.. Enumerable.Range(0, energies.Length).Where(i => Math.Abs(energies[i] - median) > Math.Max(0.1, OutlierFactor * typical))];
        if (outliers.Length > 0)
        {
            int worst = outliers.MaxBy(i => Math.Abs(energies[i] - median));
            _findings.Add(new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{outliers.Length} frames have energies far from the others; the farthest is {frames[labelled[worst]].Structure.Origin} with {energies[worst] - median:+0.###;-0.###} eV/atom from the median.")));
        }
    }

    private void CheckForces(FrameSet frames)
    {
        List<double> lengths = [];
        (double Force, string? Place) largest = default, largestNet = default;
        int still = 0;
        foreach (LabelledStructure frame in frames)
        {
            if (frame.Forces is not { } forces) { continue; }
            Vector3D net = default;
            double most = 0;
            foreach (Vector3D force in forces)
            {
                lengths.Add(force.Norm);
                net += force;
                most = Math.Max(most, force.Norm);
            }

            if (most == 0 && forces.Count > 1) { still++; }
            if (most > largest.Force) { largest = (most, frame.Structure.Origin); }
            double share = net.Norm / forces.Count;
            if (share > largestNet.Force) { largestNet = (share, frame.Structure.Origin); }
        }

        Force = NumberRange.Of(lengths);
        if (largest.Force > LargeForce) { _findings.Add(new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{largest.Place} has a force of {largest.Force:F1} eV/Å."))); }
        if (largestNet.Force > 0.05) { _findings.Add(new(FindingLevel.Note, string.Create(CultureInfo.InvariantCulture, $"Forces do not sum to zero; the most in {largestNet.Place}, {largestNet.Force:F3} eV/Å an atom."))); }
        if (still > 0) { _findings.Add(new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{still} frames of several atoms have forces that are all exactly zero."))); }
    }

    private void CheckDuplicates(FrameSet frames)
    {
        Dictionary<UInt128, int> seen = [];
        string? example = null;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < frames.Count; i++)
        {
            Structure s = frames[i].Structure;
            hash.AppendData(MemoryMarshal.AsBytes(s.AtomicNumbers));
            hash.AppendData(MemoryMarshal.AsBytes(s.Positions));
            hash.AppendData(MemoryMarshal.AsBytes<Matrix3>([s.Cell]));
            UInt128 key = BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
            if (seen.TryAdd(key, i)) { continue; }
            DuplicateCount++;
            example ??= $"{s.Origin} equals {frames[seen[key]].Structure.Origin}";
        }

        if (DuplicateCount > 0) { _findings.Add(new(FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{DuplicateCount} frames are duplicates; {example}."))); }
    }

    private void CheckContacts(FrameSet frames)
    {
        (double Ratio, string Sentence) closest = (CloseContact, "");
        int count = 0;
        foreach (LabelledStructure frame in frames)
        {
            NeighborPairs pairs = NeighborPairs.Find(frame.Structure, 2.5);
            Structure s = frame.Structure;
            bool found = false;
            for (int i = 0; i < pairs.Count; i++)
            {
                (short a, short b, short c) = pairs.Shifts[i];
                int first = pairs.First[i], second = pairs.Second[i];
                double distance = (s.Positions[second] - s.Positions[first] + (new Vector3D(a, b, c) * s.Cell)).Norm;
                double ratio = distance / (Atoms.Elements.CovalentRadius(s.AtomicNumbers[first]) + Atoms.Elements.CovalentRadius(s.AtomicNumbers[second]));
                if (ratio >= CloseContact) { continue; }
                found = true;
                if (ratio < closest.Ratio) { closest = (ratio, string.Create(CultureInfo.InvariantCulture, $"atoms {first + 1} and {second + 1} of {s.Origin} ({distance:F2} Å)")); }
            }

            if (found) { count++; }
        }

        if (count > 0) { _findings.Add(new(FindingLevel.Note, string.Create(CultureInfo.InvariantCulture, $"{count} frames have atoms closer than {CloseContact} times the sum of their covalent radii; the closest are {closest.Sentence}."))); }
    }

    private void CheckConsistency()
    {
        if (Consistency.ForceSlope is { } slope && Consistency.PairCount >= LabelConsistency.FewestPairs && Math.Abs(slope - 1) > 0.3)
        {
            string guess = Math.Abs(slope + 1) < 0.3 ? "are these gradients instead of forces?"
                : Math.Abs(slope - 51.4221) < 15 ? "are the forces in Hartree/Bohr?"
                : Math.Abs(slope - 23.06) < 7 ? "are the forces in kcal/mol/Å?"
                : Math.Abs(slope - (1 / 51.4221)) < 0.006 || Math.Abs(slope - (1 / 27.2114)) < 0.012 ? "are the energies in Hartree?"
                : "are their units those of the energies?";
            _findings.Add(new(FindingLevel.Error, string.Create(CultureInfo.InvariantCulture, $"Forces do not fit the energies: between neighbouring frames energies change {slope:G3} times as much as forces say; {guess}")));
        }

        if (Consistency.StressSlope is { } stress && Consistency.StressPairCount >= LabelConsistency.FewestPairs && Math.Abs(stress - 1) > 0.5)
        {
            string guess = Math.Abs(stress + 1) < 0.5 ? "its sign seems to be turned round (it should be positive under tension)" : "its unit should be eV/Å³";
            _findings.Add(new(FindingLevel.Error, string.Create(CultureInfo.InvariantCulture, $"The stress does not fit the energies: where the cell changes, energies change {stress:G3} times as much as it says; {guess}.")));
        }
    }

    private void CheckLabels(LabelCounts counts)
    {
        if (Counts.Energy + Counts.Forces + Counts.Stress + Counts.Virials + Counts.Dipole + Counts.Polarizability == 0) { _findings.Add(new(FindingLevel.Error, "No frame has a label.")); }
        Missing("energy", counts.Energy);
        Missing("forces", counts.Forces);

        void Missing(string name, int count)
        {
            if (count > 0 && count < counts.Frames) { _findings.Add(new(FindingLevel.Note, string.Create(CultureInfo.InvariantCulture, $"{counts.Frames - count} of {counts.Frames} frames have no {name}; they count with weight zero."))); }
        }
    }

    private static double Sum(Structure structure, ImmutableSortedDictionary<int, double> e0)
    {
        double sum = 0;
        foreach (int z in structure.AtomicNumbers) { sum += e0[z]; }
        return sum;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>
/// Looks for holes: places where atoms that come closer than any bond and than they do in the data attract each other. Data of bonded and thermal structures say nothing about short distances, and a
/// model that falls there lets simulations collapse. For each pair of elements of the training data the energy of two such atoms alone is followed inwards.
/// </summary>
public sealed class DimerCheck
{
    /// <summary>Curves begin at this share of the sum of the covalent radii.</summary>
    private const double InnerShare = 0.5;

    private const int Points = 96;

    /// <summary>Of many pairs of elements those are checked that come nearest.</summary>
    private const int MostPairs = 300;

    private DimerCheck(ImmutableArray<DimerCurve> curves, int leftOut)
    {
        Curves = curves;
        LeftOut = leftOut;
    }

    /// <summary>The curves, holes first, then what is soft; those of a head in the order of the elements.</summary>
    public ImmutableArray<DimerCurve> Curves { get; }

    /// <summary>Number of pairs of elements that were not checked because there are too many.</summary>
    public int LeftOut { get; }

    /// <summary>Whether no curve has a hole and every one a wall.</summary>
    public bool IsRepulsive => Curves.All(static c => c.Verdict == DimerVerdict.Repulsive);

    /// <summary>The verdict in a sentence or two.</summary>
    public string Summary
    {
        get
        {
            string left = LeftOut > 0 ? string.Create(CultureInfo.InvariantCulture, $" {LeftOut} pairs of elements that are farther apart in the data were not checked.") : "";
            if (IsRepulsive) { return string.Create(CultureInfo.InvariantCulture, $"Dimers: all {Curves.Length} pairs of elements repel each other at short distance.{left}"); }
            string[] holes = Names(DimerVerdict.Hole), soft = Names(DimerVerdict.Soft);
            string first = holes.Length > 0 ? $"The model has holes: {List(holes)} attract each other where they come closer than any bond, or more strongly than any bond." : "";
            string second = soft.Length > 0 ? $"{(first.Length > 0 ? " " : "")}The model has no wall between {List(soft)}: at short distance their energy hardly rises." : "";
            return $"{first}{second} Simulations that bring such atoms together will fail; close contacts in the data, or pair_repulsion: True in a new model, mend it.{left}";

            string[] Names(DimerVerdict verdict) => [.. Curves.Where(c => c.Verdict == verdict).Select(NameOf)];
            static string List(string[] names) => names.Length <= 8 ? string.Join(", ", names) : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(8))} and {names.Length - 8} other pairs");
        }
    }

    /// <summary>Elements and, where the model has several heads, the head of a curve: <c>C–O</c>.</summary>
    public string NameOf(DimerCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        string pair = $"{Elements.Symbol(curve.First)}–{Elements.Symbol(curve.Second)}";
        return Curves.Any(c => c.Head != curve.Head) ? $"{pair} ({curve.Head})" : pair;
    }

    /// <summary>Checks all heads of a model of a run.</summary>
    /// <param name="plan">The run, for its data.</param>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>The check; null for a model without energy.</returns>
    public static DimerCheck? Of(TrainingPlan plan, MaceModel model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(model);
        if (!model.HyperParameters.HasEnergy) { return null; }
        double cutoff = model.HyperParameters.CutoffRadius;
        List<DimerCurve> curves = [];
        int leftOut = 0;
        foreach (HeadDataSet head in plan.Heads)
        {
            SortedDictionary<(int, int), double?> pairs = PairsOf(head.Train, cutoff);
            KeyValuePair<(int, int), double?>[] chosen = [.. pairs.OrderBy(static p => p.Value ?? double.PositiveInfinity).Take(MostPairs).OrderBy(static p => p.Key)];
            leftOut += pairs.Count - chosen.Length;
            MacePotential potential = new(model, new MaceOptions { Head = head.Name });
            using IPotentialEvaluator evaluator = potential.CreateEvaluator();
            Structure like = head.Train[0].Structure;
            foreach (((int a, int b), double? nearest) in chosen)
            {
                cancellationToken.ThrowIfCancellationRequested();
                curves.Add(Scan(evaluator, a, b, head.Name, cutoff, nearest, s => CopyFeatures(model.HyperParameters, like, s)));
            }
        }

        return new DimerCheck([.. curves.OrderByDescending(static c => c.Verdict)], leftOut);
    }

    /// <summary>Follows the energy of two atoms from half the sum of their covalent radii (or nearer, where the data come nearer) to the cutoff.</summary>
    /// <param name="evaluator">A potential.</param>
    /// <param name="first">Atomic number of one atom.</param>
    /// <param name="second">That of the other.</param>
    /// <param name="head">Name of the head, for the curve.</param>
    /// <param name="cutoff">Largest distance, Å.</param>
    /// <param name="nearestInData">Shortest distance in the data, Å.</param>
    /// <param name="prepare">Adds to a structure what the potential needs besides atoms; null: nothing.</param>
    public static DimerCurve Scan(IPotentialEvaluator evaluator, int first, int second, string head, double cutoff, double? nearestInData, Action<Structure>? prepare = null)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        if (first > second) { (first, second) = (second, first); }
        PotentialResult result = new();
        double apart = EnergyOf(new Structure([first], [default])) + EnergyOf(new Structure([second], [default]));
        double inner = InnerShare * (Elements.CovalentRadius(first) + Elements.CovalentRadius(second));
        inner = Math.Min(Math.Min(inner, 0.75 * (nearestInData ?? inner)), 0.5 * cutoff);
        var distances = ImmutableArray.CreateBuilder<double>(Points);
        var energies = ImmutableArray.CreateBuilder<double>(Points);
        for (int i = 0; i < Points; i++)
        {
            // Denser inwards, where curves are steep.
            double share = (double)i / (Points - 1), r = inner + ((cutoff - inner) * share * (0.5 + (0.5 * share)));
            distances.Add(r);
            energies.Add(EnergyOf(new Structure([first, second], [default, new Vector3D(r, 0, 0)])) - apart);
        }

        return new DimerCurve(first, second, head, distances.MoveToImmutable(), energies.MoveToImmutable(), nearestInData);

        double EnergyOf(Structure structure)
        {
            prepare?.Invoke(structure);
            evaluator.Evaluate(structure, Properties.Energy, result);
            return result.Energy!.Value;
        }
    }

    /// <summary>All pairs of elements of some frames and the shortest distance of each within the cutoff, Å.</summary>
    private static SortedDictionary<(int First, int Second), double?> PairsOf(IEnumerable<LabelledStructure> frames, double cutoff)
    {
        SortedSet<int> elements = [];
        Dictionary<(int, int), double> nearest = [];
        foreach (LabelledStructure frame in frames)
        {
            Structure s = frame.Structure;
            foreach (int z in s.AtomicNumbers) { elements.Add(z); }
            NeighborPairs pairs = NeighborPairs.Of(frame, cutoff);
            for (int p = 0; p < pairs.Count; p++)
            {
                (int i, int j) = (pairs.First[p], pairs.Second[p]);
                (short a, short b, short c) = pairs.Shifts[p];
                Vector3D vector = s.Positions[j] - s.Positions[i];
                if ((a, b, c) != (0, 0, 0)) { vector += new Vector3D(a, b, c) * s.Cell; }
                (int, int) key = (Math.Min(s.AtomicNumbers[i], s.AtomicNumbers[j]), Math.Max(s.AtomicNumbers[i], s.AtomicNumbers[j]));
                double distance = vector.Norm;
                if (!nearest.TryGetValue(key, out double known) || distance < known) { nearest[key] = distance; }
            }
        }

        SortedDictionary<(int, int), double?> all = [];
        foreach (int a in elements)
        {
            foreach (int b in elements.GetViewBetween(a, int.MaxValue)) { all.Add((a, b), nearest.TryGetValue((a, b), out double distance) ? distance : null); }
        }

        return all;
    }

    /// <summary>Graph-level quantities that the model asks for (total charge, spin, …), as a frame of the data has them.</summary>
    private static void CopyFeatures(HyperParameters model, Structure from, Structure to)
    {
        foreach (EmbeddingSpec spec in model.Embeddings)
        {
            if (from.Info.TryGetValue(spec.Name, out DataArray? value)) { to.Info[spec.Name] = value; }
        }
    }
}

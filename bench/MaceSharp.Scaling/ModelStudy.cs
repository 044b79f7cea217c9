using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;
using MaceSharp.Measuring;
using MaceSharp.Serialization;

namespace MaceSharp.Scaling;

/// <summary>Time an atom and share of the peak of many models, in both precisions, on one thread.</summary>
internal static class ModelStudy
{
    private const Properties EnergyAndForces = Properties.Energy | Properties.Forces;
    private const int Repeats = 7;

    /// <summary>Atoms along a side of the crystal: 343 of them.</summary>
    private const int PerSide = 7;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly string[] Header = ["model", "elements", "neighbours", "multiply-adds, million", "float32, µs", "share of peak", "float64, µs", "share of peak"];

    /// <summary>Measures shapes made here.</summary>
    public static void RunShapes(Documentation documentation) =>
        Run("shapes", [.. Shapes.Various()], documentation);

    /// <summary>Measures the models of a folder that have an energy, each on a crystal of its first two elements.</summary>
    public static void RunFiles(string folder, Documentation documentation)
    {
        List<(string, MaceModel, int)> models = [];
        foreach (string path in Directory.EnumerateFiles(folder).Where(static p => p.EndsWith(".model", StringComparison.Ordinal) || p.EndsWith(".safetensors", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            MaceModel model = ModelFile.Read(path);
            if (model.HyperParameters.HasEnergy) { models.Add((Path.GetFileNameWithoutExtension(path), model, Math.Min(2, model.HyperParameters.AtomicNumbers.Length))); }
        }

        Run("models", models, documentation);
    }

    private static void Run(string table, List<(string Name, MaceModel Model, int Elements)> models, Documentation documentation)
    {
        (double single, double @double) = (0, 0);
        List<Row> rows = [];

        // A first time for the code that all models share: the runtime compiles it again while it runs.
        foreach ((_, MaceModel model, int elements) in models.Take(1)) { Times(model, elements); }
        foreach ((string name, MaceModel model, int elements) in models)
        {
            Structure crystal = CrystalOf(model, elements);
            NeighborList list = new();
            list.Build(crystal.Positions, crystal.Cell, crystal.Periodicity, model.HyperParameters.CutoffRadius);
            double neighbors = list.EdgeCount / (double)crystal.Count, operations = EvaluationCost.Count(model, neighbors, elements).EnergyAndForces;
            (double ofSingle, double ofDouble) = Times(model, elements);
            rows.Add(new Row(name, elements, neighbors, operations, ofSingle, ofDouble));

            // The best of all: a row that was disturbed must not have a small peak too.
            single = Math.Max(single, PeakMeter.Measure(Precision.Float32));
            @double = Math.Max(@double, PeakMeter.Measure(Precision.Float64));
            Console.Error.WriteLine(string.Join("  ", Cells(rows[^1], single, @double)));
        }

        string remark = string.Create(CultureInfo.InvariantCulture, $"Energy and forces, radial tables (attention: the network), one thread, the neighbour list built in every step; median processor time an atom of {Repeats} repeats. Measured peak {single:0} GFLOP/s in float32, {@double:0} in float64.");
        documentation.Write(table, Header, rows.Select(r => Cells(r, single, @double)), remark);
    }

    private static Structure CrystalOf(MaceModel model, int elements) => Shapes.Crystal([.. model.HyperParameters.AtomicNumbers.Take(elements)], PerSide);

    private static (double Single, double Double) Times(MaceModel model, int elements) =>
        (Time(model, CrystalOf(model, elements), Precision.Float32), Time(model, CrystalOf(model, elements), Precision.Float64));

    private static double Time(MaceModel model, Structure crystal, Precision precision)
    {
        bool tables = !model.HyperParameters.Interactions.Contains(InteractionKind.RealAgnosticAttResidual);
        using IPotentialEvaluator evaluator = new MacePotential(model, new MaceOptions { Precision = precision, Radial = tables ? RadialMode.Table : RadialMode.Exact, Head = model.HyperParameters.Heads[0], ThreadCount = 1 }).CreateEvaluator();
        StepMeter meter = new(evaluator, new MovingAtoms(crystal));
        TimeSpan step = meter.WarmUp(EnergyAndForces, WarmUp);
        return meter.Measure(EnergyAndForces, Repeats, step).ProcessorTime / crystal.Count;
    }

    private static string[] Cells(Row r, double single, double @double) =>
    [
        r.Name,
        r.Elements.ToString(CultureInfo.InvariantCulture),
        Documentation.Number(r.Neighbors),
        Documentation.Number(r.Operations / 1e6),
        Documentation.Number(1e6 * r.Single),
        Documentation.Percent(2e-9 * r.Operations / (r.Single * single)),
        Documentation.Number(1e6 * r.Double),
        Documentation.Percent(2e-9 * r.Operations / (r.Double * @double)),
    ];

    /// <summary>One model.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Elements">Number of elements present.</param>
    /// <param name="Neighbors">Neighbours of an atom.</param>
    /// <param name="Operations">Counted minimum of multiply-adds an atom.</param>
    /// <param name="Single">Time an atom in float32, s.</param>
    /// <param name="Double">Time an atom in float64, s.</param>
    private sealed record Row(string Name, int Elements, double Neighbors, double Operations, double Single, double Double);
}

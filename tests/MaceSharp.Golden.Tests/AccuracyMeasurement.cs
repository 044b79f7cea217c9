using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>Measures how far the results of the reference models are from the reference.</summary>
internal static class AccuracyMeasurement
{
    /// <summary>Measures a model with random weights.</summary>
    public static AccuracyRow OfRandom(string name)
    {
        using GoldenReference reference = new(name);
        MaceModel model = GoldenModels.Random(name);
        List<(Structure, JsonElement)> Cases(string head) => [.. reference.Cases(head).Select(static c => (c.Structure, c.Expected))];
        AccuracyRow row = new(name, Describe(model.HyperParameters), reference.Heads.Sum(head => Cases(head).Count));
        foreach (string head in reference.Heads) { Measure(row, model, head, Cases(head)); }

        if (!model.HyperParameters.HasEnergy || !reference.Root.TryGetProperty("hessian", out JsonElement hessian) || name == EnergyParityTests.WithoutReferenceDerivatives) { return row; }
        double[] expected = hessian.GetProperty("eV_per_A2").ToNumbers();
        double[] actual = new MacePotential(model, new MaceOptions { Head = hessian.GetProperty("head").GetString() }).ComputeHessian(reference.Structure(hessian.GetProperty("structure").GetString()!));
        row.Add(AccuracyColumn.Hessian, Largest(expected, actual) / expected.Max(Math.Abs));
        return row;
    }

    /// <summary>Measures a trained model.</summary>
    public static AccuracyRow OfTrained(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", name + ".json")));
        List<(Structure, JsonElement)> cases = [.. document.RootElement.GetProperty("frames").EnumerateArray().Select(static frame => (GoldenReference.ReadStructure(frame.GetProperty("structure")), frame))];
        return OfModel(name, GoldenModels.OfTrained(name), cases);
    }

    /// <summary>Measures the first potential for H, C, N and O, from its file of mace-torch.</summary>
    public static AccuracyRow OfFirstPotential()
    {
        string folder = Path.Combine(GoldenData.SharedRoot, "starter");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        IReadOnlyList<Structure> structures = StructureFile.ReadAll(Path.Combine(folder, "gfn2_chno_test.extxyz"));
        List<(Structure, JsonElement)> cases = [.. document.RootElement.GetProperty("frames").EnumerateArray().Select(frame => (structures[frame.GetProperty("frame").GetInt32()], frame))];
        return OfModel("gfn2_chno", GoldenModels.Read(Path.Combine(folder, "gfn2_chno.model")), cases);
    }

    private static AccuracyRow OfModel(string name, MaceModel model, List<(Structure, JsonElement)> cases)
    {
        AccuracyRow row = new(name, Describe(model.HyperParameters), cases.Count);
        Measure(row, model, null, cases);
        return row;
    }

    private static void Measure(AccuracyRow row, MaceModel model, string? head, List<(Structure Structure, JsonElement Expected)> cases)
    {
        MaceOptions options = new() { Head = head, Radial = RadialMode.Exact }, single = options with { Precision = Precision.Float32 };
        Measure(row, new MacePotential(model, options), cases, [AccuracyColumn.Energy, AccuracyColumn.Forces, AccuracyColumn.Dipole], withVirial: true);
        Measure(row, new MacePotential(model, single), cases, [AccuracyColumn.SingleEnergy, AccuracyColumn.SingleForces, AccuracyColumn.SingleDipole]);

        // Without a table, as in models with attention, the default is the exact network once more.
        MacePotential byDefault = new(model, single with { Radial = RadialMode.Auto });
        if (byDefault.Radial == RadialMode.Exact) { return; }
        Measure(row, byDefault, cases, [AccuracyColumn.TabulatedEnergy, AccuracyColumn.TabulatedForces, AccuracyColumn.TabulatedDipole]);
    }

    private static void Measure(AccuracyRow row, MacePotential potential, List<(Structure Structure, JsonElement Expected)> cases, ReadOnlySpan<AccuracyColumn> columns, bool withVirial = false)
    {
        HyperParameters shape = potential.Model.HyperParameters;
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        foreach ((Structure structure, JsonElement expected) in cases)
        {
            if (shape.HasEnergy)
            {
                evaluator.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial, result);
                row.Add(columns[0], Math.Abs(result.Energy!.Value - expected.GetProperty("energy_eV").GetDouble()) / structure.Count);
                if (EnergyParityTests.TryGetForces(row.Name, expected, out double[] forces)) { row.Add(columns[1], Relative(forces, JsonNumbers.ToNumbers(result.Forces))); }
                if (withVirial && row.Name != EnergyParityTests.WithoutReferenceDerivatives && expected.TryGetProperty("virials_eV", out JsonElement virial))
                {
                    row.Add(AccuracyColumn.Virial, Relative(virial.ToNumbers(), result.Virial!.Value.ToArray()));
                }
            }

            if (shape.HasDipole) { row.Add(columns[2], Electric(evaluator, structure, expected, shape.Kind, result)); }
        }
    }

    private static double Electric(IPotentialEvaluator evaluator, Structure structure, JsonElement expected, ModelKind kind, PotentialResult result)
    {
        bool dielectric = kind == ModelKind.AtomicDielectricMace;
        evaluator.Evaluate(structure, Properties.Dipole | (dielectric ? Properties.Polarizability : 0), result);
        double unit = dielectric ? 1 : 1 / DipoleParityTests.DebyePerElectronAngstrom;
        double[] dipole = [.. expected.GetProperty("dipole").ToNumbers().Select(v => v * unit)];
        Vector3D actual = result.Dipole!.Value;
        double error = Relative(dipole, [actual.X, actual.Y, actual.Z]);
        return dielectric ? Math.Max(error, Relative(expected.GetProperty("polarizability").ToNumbers(), result.Polarizability!.Value.ToArray())) : error;
    }

    /// <summary>What a model is, in the words of mace-torch's options.</summary>
    private static string Describe(HyperParameters shape)
    {
        string PerLayer<T>(IEnumerable<T> values) => string.Join(", ", values.Distinct().Count() == 1 ? values.Take(1) : values);
        string layers = shape.LayerCount == 1 ? "1 layer" : $"{shape.LayerCount} layers";
        List<string> parts = [$"{shape.Kind.ToString().Replace("Mace", "MACE", StringComparison.Ordinal)}: {layers} {PerLayer(shape.Interactions)}", $"{shape.HiddenIrreps}", $"max_ell {shape.MaxEll}", $"correlation {PerLayer(shape.Correlations)}"];
        if (shape.RadialBasis != RadialBasisKind.Bessel) { parts.Add($"{shape.RadialBasis}"); }
        if (shape.DistanceTransform != DistanceTransformKind.None) { parts.Add($"{shape.DistanceTransform}"); }
        if (shape.PairRepulsion) { parts.Add("ZBL"); }
        if (!shape.ApplyCutoff) { parts.Add("apply_cutoff off"); }
        if (shape.UseSo3) { parts.Add("use_so3"); }
        if (shape.EdgeIrreps is not null) { parts.Add($"edge_irreps {shape.EdgeIrreps}"); }
        if (shape.Gate != ActivationKind.Silu) { parts.Add($"gate {shape.Gate}"); }
        if (shape.Heads.Length > 1) { parts.Add($"{shape.Heads.Length} heads"); }
        if (shape.UseAgnosticProduct) { parts.Add("agnostic product"); }
        if (shape.UseBiasReadout) { parts.Add("bias readout"); }
        if (shape.UseLastReadoutOnly) { parts.Add("last readout only"); }
        if (shape.UseEmbeddingReadout) { parts.Add("embedding readout"); }
        if (shape.Embeddings.Length > 0) { parts.Add($"embeds {string.Join(", ", shape.Embeddings.Select(static e => e.Name))}"); }
        return string.Join("; ", parts);
    }

    private static double Relative(double[] expected, double[] actual) => Largest(expected, actual) / Bounds.LargestOrOne(expected);

    private static double Largest(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(double.IsFinite(difference), $"{actual[i]} is compared with {expected[i]}.");
            largest = Math.Max(largest, difference);
        }

        return largest;
    }
}

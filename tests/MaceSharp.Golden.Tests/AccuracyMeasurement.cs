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
        foreach (string head in reference.Heads)
        {
            row = Measure(row, new MacePotential(model, new MaceOptions { Head = head }), new MacePotential(model, new MaceOptions { Head = head, Precision = Precision.Float32 }), Cases(head));
        }

        if (!model.HyperParameters.HasEnergy || !reference.Root.TryGetProperty("hessian", out JsonElement hessian) || name == EnergyParityTests.WithoutReferenceDerivatives) { return row; }
        double[] expected = hessian.GetProperty("eV_per_A2").ToNumbers();
        double[] actual = new MacePotential(model, new MaceOptions { Head = hessian.GetProperty("head").GetString() }).ComputeHessian(reference.Structure(hessian.GetProperty("structure").GetString()!));
        return row with { Hessian = Largest(expected, actual) / expected.Max(Math.Abs) };
    }

    /// <summary>Measures a trained model.</summary>
    public static AccuracyRow OfTrained(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", name + ".json")));
        List<(Structure, JsonElement)> cases = [.. document.RootElement.GetProperty("frames").EnumerateArray().Select(static frame => (GoldenReference.ReadStructure(frame.GetProperty("structure")), frame))];
        return OfModel(name, GoldenModels.OfTrained(name), cases);
    }

    /// <summary>Measures the potential that ships with the product, as it ships.</summary>
    public static AccuracyRow OfShipped()
    {
        string folder = Path.Combine(GoldenData.SharedRoot, "starter");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        IReadOnlyList<Structure> structures = StructureFile.ReadAll(Path.Combine(folder, "gfn2_chno_test.extxyz"));
        List<(Structure, JsonElement)> cases = [.. document.RootElement.GetProperty("frames").EnumerateArray().Select(frame => (structures[frame.GetProperty("frame").GetInt32()], frame))];
        return OfModel("gfn2-chno", GoldenModels.Read(Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors")), cases);
    }

    private static AccuracyRow OfModel(string name, MaceModel model, List<(Structure, JsonElement)> cases) => Measure(
        new AccuracyRow(name, Describe(model.HyperParameters), cases.Count),
        new MacePotential(model),
        new MacePotential(model, new MaceOptions { Precision = Precision.Float32 }),
        cases);

    private static AccuracyRow Measure(AccuracyRow row, MacePotential exact, MacePotential fast, List<(Structure Structure, JsonElement Expected)> cases)
    {
        HyperParameters shape = exact.Model.HyperParameters;
        using IPotentialEvaluator reference = exact.CreateEvaluator(), single = fast.CreateEvaluator();
        PotentialResult result = new();
        foreach ((Structure structure, JsonElement expected) in cases)
        {
            if (shape.HasEnergy)
            {
                double energy = expected.GetProperty("energy_eV").GetDouble();
                reference.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial, result);
                row = row with { Energy = Max(row.Energy, Math.Abs(result.Energy!.Value - energy) / structure.Count) };
                if (EnergyParityTests.TryGetForces(row.Name, expected, out double[] forces)) { row = row with { Forces = Max(row.Forces, Relative(forces, JsonNumbers.ToNumbers(result.Forces))) }; }
                if (row.Name != EnergyParityTests.WithoutReferenceDerivatives && expected.TryGetProperty("virials_eV", out JsonElement virial))
                {
                    row = row with { Virial = Max(row.Virial, Relative(virial.ToNumbers(), result.Virial!.Value.ToArray())) };
                }

                single.Evaluate(structure, Properties.Energy | Properties.Forces, result);
                row = row with { SingleEnergy = Max(row.SingleEnergy, Math.Abs(result.Energy!.Value - energy) / structure.Count) };
                if (forces.Length > 0) { row = row with { SingleForces = Max(row.SingleForces, Relative(forces, JsonNumbers.ToNumbers(result.Forces))) }; }
            }

            if (shape.HasDipole)
            {
                row = row with
                {
                    Dipole = Max(row.Dipole, Electric(reference, structure, expected, shape.Kind, result)),
                    SingleDipole = Max(row.SingleDipole, Electric(single, structure, expected, shape.Kind, result)),
                };
            }
        }

        return row;
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
        List<string> parts = [$"{shape.Kind}: {layers} {PerLayer(shape.Interactions)}", $"{shape.HiddenIrreps}", $"max_ell {shape.MaxEll}", $"correlation {PerLayer(shape.Correlations)}"];
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

    private static double Max(double known, double error) => double.IsNaN(known) ? error : Math.Max(known, error);

    private static double Relative(double[] expected, double[] actual) => Largest(expected, actual) / Bounds.LargestOrOne(expected);

    private static double Largest(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(double.IsFinite(difference));
            largest = Math.Max(largest, difference);
        }

        return largest;
    }
}

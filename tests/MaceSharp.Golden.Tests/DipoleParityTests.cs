using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>Dipoles, charges and polarizabilities of every reference model that has them.</summary>
public sealed class DipoleParityTests
{
    /// <summary>1 e·Å in debye with the constants of CODATA 2018, as upstream computes it: (1e-11/c/e)⁻¹.</summary>
    internal const double DebyePerElectronAngstrom = 4.803204712570263;

    public static TheoryData<string> Models => GoldenModels.WithDipole;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Float64AgreesWithTheReference(string model) => Compare(model, Precision.Float64, static expected => Bounds.Relative(expected));

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Float32AgreesWithTheReference(string model) => Compare(model, Precision.Float32, static expected => Bounds.SingleForces(expected));

    private static void Compare(string model, Precision precision, Func<double[], double> bound)
    {
        using GoldenReference reference = new(model);
        MacePotential potential = new(GoldenModels.Random(model), new MaceOptions { Precision = precision });
        ModelKind kind = potential.Model.HyperParameters.Kind;
        double unit = kind == ModelKind.AtomicDielectricMace ? 1 : 1 / DebyePerElectronAngstrom;
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(model);
        foreach ((string name, Structure structure, JsonElement expected) in reference.Cases("Default"))
        {
            comparison.At(name, "Default", () =>
            {
                bool dielectric = kind == ModelKind.AtomicDielectricMace;
                evaluator.Evaluate(structure, Properties.Dipole | Properties.AtomicDipoles | (dielectric ? Properties.Charges | Properties.Polarizability : 0), result);
                double[] dipole = Scaled(expected.GetProperty("dipole"), unit), atomic = Scaled(expected.GetProperty("atomic_dipoles"), unit);
                Vector3D? actual = result.Dipole;
                comparison.Require(actual is not null, "the dipole is missing");
                if (actual is { } value) { comparison.Numbers("dipole", dipole, [value.X, value.Y, value.Z], bound(dipole)); }
                comparison.Numbers("atomic dipoles", atomic, JsonNumbers.ToNumbers(result.AtomicDipoles), bound(atomic));
                if (!dielectric) { return; }
                double[] charges = expected.GetProperty("charges").ToNumbers(), polarizability = expected.GetProperty("polarizability").ToNumbers();
                comparison.Numbers("charges", charges, result.Charges, bound(charges));
                comparison.Matrix("polarizability", polarizability, result.Polarizability, bound(polarizability));
            });
        }

        comparison.AssertAllWithinBounds();
    }

    private static double[] Scaled(JsonElement element, double unit) => [.. element.ToNumbers().Select(v => v * unit)];
}

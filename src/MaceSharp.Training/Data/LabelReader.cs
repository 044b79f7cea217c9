using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>Turns frames into <see cref="LabelledStructure"/>s: finds labels under their keys, checks their shapes, and reads weights.</summary>
/// <remarks>
/// Weights are those of mace-torch: <c>config_weight</c> times the weight of the <c>config_type</c>, and <c>config_energy_weight</c>, <c>config_forces_weight</c>, … for each label.
/// A label that is absent is missing; one that is not finite or has the wrong shape is an error.
/// </remarks>
public sealed class LabelReader
{
    private readonly TrainingKeys _keys;
    private readonly ImmutableDictionary<string, double> _typeWeights;

    /// <summary>Creates a reader.</summary>
    /// <param name="keys">Keys of the labels.</param>
    /// <param name="configTypeWeights">Weight of each <c>config_type</c>; absent ones weigh 1.</param>
    public LabelReader(TrainingKeys keys, ImmutableDictionary<string, double>? configTypeWeights = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
        _typeWeights = configTypeWeights ?? ImmutableDictionary<string, double>.Empty;
    }

    /// <summary>The <c>config_type</c> of a frame; <c>Default</c> where it has none.</summary>
    public static string ConfigTypeOf(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        return structure.Info.TryGetValue("config_type", out DataArray? value) && value.Count == 1
            ? value.Kind == DataKind.Text ? value.Texts[0] : value.TryGetNumbers(out double[] n) ? n[0].ToString(CultureInfo.InvariantCulture) : "Default"
            : "Default";
    }

    /// <summary>Whether a frame is an isolated atom that states its energy E0.</summary>
    public static bool IsIsolatedAtom(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        return structure.Count == 1 && ConfigTypeOf(structure) == "IsolatedAtom";
    }

    /// <summary>Reads the labels of a frame.</summary>
    /// <param name="structure">The frame.</param>
    /// <param name="head">Index of the head that learns from it.</param>
    /// <param name="headWeight">Factor of its weight.</param>
    /// <exception cref="InvalidInputException">A label or weight is not finite or has the wrong shape; the message names frame and key.</exception>
    public LabelledStructure Read(Structure structure, int head = 0, double headWeight = 1)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (structure.Count == 0) { throw Wrong(structure, "the frame has no atoms"); }
        foreach (ref readonly int z in structure.AtomicNumbers)
        {
            if (z == 0) { throw Wrong(structure, "the frame has a ghost atom X, which no model knows"); }
        }

        return new LabelledStructure
        {
            Structure = structure,
            Head = head,
            Energy = Scalar(structure, _keys.Energy, "an energy: one number, in eV"),
            Forces = Vectors(structure, _keys.Forces),
            Stress = Tensor(structure, _keys.Stress, "a stress: six numbers (xx yy zz yz xz xy) or nine, in eV/Å³"),
            Virials = Tensor(structure, _keys.Virials, "virials: six numbers (xx yy zz yz xz xy) or nine, in eV"),
            Dipole = Info(structure, _keys.Dipole, "a dipole: three numbers", static n => n.Length == 3) is { } d ? new Vector3D(d[0], d[1], d[2]) : null,
            Polarizability = Tensor(structure, _keys.Polarizability, "a polarizability: nine numbers"),
            Charges = PerAtom(structure, _keys.Charges, 1, "charges: one number an atom, in e"),
            Weight = headWeight * Weight(structure, "config_weight") * _typeWeights.GetValueOrDefault(ConfigTypeOf(structure), 1),
            EnergyWeight = Weight(structure, "config_energy_weight"),
            ForcesWeight = Weight(structure, "config_forces_weight"),
            StressWeight = Weight(structure, "config_stress_weight"),
            VirialsWeight = Weight(structure, "config_virials_weight"),
            DipoleWeight = Weight(structure, "config_dipole_weight"),
            PolarizabilityWeight = Weight(structure, "config_polarizability_weight"),
            ChargesWeight = Weight(structure, "config_charges_weight"),
        };
    }

    private static double? Scalar(Structure structure, string key, string expected) => Info(structure, key, expected, static n => n.Length == 1) is { } n ? n[0] : null;

    private static double Weight(Structure structure, string key)
    {
        double weight = Scalar(structure, key, "a weight: one number of at least 0") ?? 1;
        return weight >= 0 ? weight : throw Wrong(structure, $"'{key}' is negative; a weight is at least 0");
    }

    private static Matrix3? Tensor(Structure structure, string key, string expected)
    {
        if (!structure.Info.TryGetValue(key, out DataArray? value)) { return null; }
        Matrix3 tensor = default;
        if (!StressLabel.TryRead(value, out tensor)) { throw Wrong(structure, $"'{key}' is not {expected}"); }
        return tensor.IsFinite ? tensor : throw Wrong(structure, $"'{key}' has a number that is not finite");
    }

    private static double[]? Info(Structure structure, string key, string expected, Predicate<double[]> fits)
    {
        if (!structure.Info.TryGetValue(key, out DataArray? value)) { return null; }
        if (!value.TryGetNumbers(out double[] numbers) || !fits(numbers)) { throw Wrong(structure, $"'{key}' is not {expected}"); }
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw Wrong(structure, $"'{key}' has a number that is not finite");
    }

    private static Vector3D[]? Vectors(Structure structure, string key) =>
        PerAtom(structure, key, 3, "forces: three numbers an atom, in eV/Å") is { } numbers ? MemoryMarshal.Cast<double, Vector3D>(numbers).ToArray() : null;

    private static double[]? PerAtom(Structure structure, string key, int width, string expected)
    {
        if (!structure.Arrays.TryGetValue(key, out DataArray? value)) { return null; }
        bool shaped = width == 1 ? value.Count == structure.Count : value.Shape.Count == 2 && value.Shape[1] == width;
        if (!shaped || !value.TryGetNumbers(out double[] numbers)) { throw Wrong(structure, $"'{key}' is not {expected}"); }
        int bad = Array.FindIndex(numbers, static n => !double.IsFinite(n));
        return bad < 0 ? numbers : throw Wrong(structure, string.Create(CultureInfo.InvariantCulture, $"'{key}' of atom {(bad / width) + 1} is not finite"));
    }

    private static InvalidInputException Wrong(Structure structure, string what) => new($"{structure.Origin ?? "A structure"}: {what}.");
}

using MaceSharp.Atoms;

namespace MaceSharp.Evaluation;

/// <summary>Quantities of a whole structure that a model may ask for, and the keys under which they are found.</summary>
internal static class GraphFeature
{
    public const string TotalCharge = "total_charge";
    public const string TotalSpin = "total_spin";

    private static readonly string[] ChargeKeys = [TotalCharge, "charge"];
    private static readonly string[] SpinKeys = [TotalSpin, "spin"];
    /// <summary>Keys of partial charges, the first that is there counts.</summary>
    public static readonly string[] PartialChargeKeys = ["REF_charges", "charges", "Qs"];

    /// <summary>Reads a quantity; the defaults are charge 0 and spin multiplicity 1 as in the reference implementation.</summary>
    /// <exception cref="InvalidInputException">The key is there but is not a number, or a quantity without default is missing.</exception>
    public static double Read(Structure structure, string name)
    {
        double? found = name switch
        {
            TotalCharge => Find(structure, ChargeKeys) ?? 0,
            TotalSpin => Find(structure, SpinKeys) ?? 1,
            _ => Find(structure, [name]),
        };
        return found ?? throw new InvalidInputException($"The model asks for '{name}' of the structure; give it as a key of the frame.");
    }

    /// <summary>Partial charges given for each atom, e; null when there are none.</summary>
    /// <exception cref="InvalidInputException">The array is there but does not hold one number an atom.</exception>
    public static double[]? PartialCharges(Structure structure)
    {
        foreach (string key in PartialChargeKeys)
        {
            if (!structure.Arrays.TryGetValue(key, out DataArray? value)) { continue; }
            if (value.Count == structure.Count && value.TryGetNumbers(out double[] numbers)) { return numbers; }
            throw new InvalidInputException($"The array '{key}' of the structure should hold one number an atom.");
        }

        return null;
    }

    private static double? Find(Structure structure, ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (!structure.Info.TryGetValue(key, out DataArray? value)) { continue; }
            double number = value switch
            {
                { Count: 1, Kind: DataKind.Real } => value.Reals[0],
                { Count: 1, Kind: DataKind.Integer } => value.Integers[0],
                _ => double.NaN,
            };
            return double.IsFinite(number) ? number : throw new InvalidInputException($"The key '{key}' of the structure should be one number.");
        }

        return null;
    }
}

namespace MaceSharp.Golden.Tests;

/// <summary>How far a result may be from the reference. Never loosened.</summary>
internal static class Bounds
{
    /// <summary>Energy of some atoms in float64, eV: 1e-9 an atom and 4 units in the last place of the total.</summary>
    public static double Energy(int atoms, double total) => (1e-9 * atoms) + (4 * UnitInTheLastPlace(total));

    /// <summary>Forces (eV/Å), virials (eV), Hessians … in float64: 1e-8 of the largest, or of 1.</summary>
    public static double Relative(ReadOnlySpan<double> expected) => 1e-8 * LargestOrOne(expected);

    /// <summary>Energy of some atoms in float32, eV.</summary>
    public static double SingleEnergy(string model, int atoms) => atoms * (model == "g1_omol_like" ? 3e-5 : 1e-5);

    /// <summary>Forces in float32, eV/Å.</summary>
    public static double SingleForces(ReadOnlySpan<double> expected) => 2e-5 * LargestOrOne(expected);

    public static double LargestOrOne(ReadOnlySpan<double> values)
    {
        double largest = 1;
        foreach (double value in values) { largest = Math.Max(largest, Math.Abs(value)); }
        return largest;
    }

    private static double UnitInTheLastPlace(double value) => Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);
}

using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The table <c>stats.dat</c>: the columns of janus-core but for the clock, so that a run that is repeated writes the same bytes, then the conserved energy.</summary>
internal static class StatisticsTable
{
    private static readonly string[] Common = ["Step", "Time [fs]", "Epot/N [eV]", "EKin/N [eV]", "T [K]", "ETot/N [eV]", "Density [g/cm^3]", "Volume [Å^3]", "P [GPa]", "Pxx [GPa]", "Pyy [GPa]", "Pzz [GPa]", "Pyz [GPa]", "Pxz [GPa]", "Pxy [GPa]"];

    /// <summary>Writes the heading.</summary>
    public static void WriteHeading(TextWriter writer, MolecularDynamics md)
    {
        List<string> columns = [.. Common];
        if (md.HasBarostat) { columns.Add("Target_P [GPa]"); }
        if (md.HasThermostat) { columns.Add("Target_T [K]"); }
        columns.Add("EConserved/N [eV]");
        writer.WriteLine($"# {string.Join(" | ", columns)}");
    }

    /// <summary>Writes the row of the present step.</summary>
    public static void WriteRow(TextWriter writer, MolecularDynamics md)
    {
        DynamicsState s = md.State;
        double atoms = s.Structure.Count, kinetic = s.KineticEnergy, volume = s.Structure.Periodicity.IsFull ? s.Structure.Volume : 0;
        Matrix3 p = (1 / Units.GigaPascal) * (s.Pressure ?? default);
        double density = volume > 0 ? s.TotalMass / volume / Units.GramPerCubicCentimetre : 0;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{s.StepCount,10} {s.Time,13:F2} {s.PotentialEnergy / atoms:0.00000000e+00} {kinetic / atoms:0.00000000e+00} {s.Temperature:F3} {(s.PotentialEnergy + kinetic) / atoms:0.00000000e+00} {density:F3} {volume:0.00000000e+00}"));
        writer.Write(string.Create(CultureInfo.InvariantCulture, $" {p.Trace / 3:0.00000000e+00} {p[0, 0]:0.00000000e+00} {p[1, 1]:0.00000000e+00} {p[2, 2]:0.00000000e+00} {p[1, 2]:0.00000000e+00} {p[0, 2]:0.00000000e+00} {p[0, 1]:0.00000000e+00}"));
        if (md.HasBarostat) { writer.Write(string.Create(CultureInfo.InvariantCulture, $" {s.TargetPressure / Units.GigaPascal:F5}")); }
        if (md.HasThermostat) { writer.Write(string.Create(CultureInfo.InvariantCulture, $" {s.TargetThermalEnergy / Units.BoltzmannConstant:F5}")); }
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {md.ConservedEnergy / atoms:0.000000000000e+00}"));
    }
}

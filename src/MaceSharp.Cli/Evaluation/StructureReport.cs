using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using Spectre.Console;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Shows one structure in detail, in units a chemist or a physicist thinks in.</summary>
internal sealed class StructureReport(StyledOutput output, EvalRequest request)
{
    private const int LabelWidth = 35;

    /// <summary>What an energy counted from a reference is called in a heading.</summary>
    public static string EnergyTitle(EnergyReference reference) => reference switch
    {
        EnergyReference.Interaction => "E - ΣE0",
        EnergyReference.Atomization => "E - ΣE(atom)",
        _ => "energy",
    };

    /// <summary>Writes the report.</summary>
    /// <param name="frame">The structure with its results.</param>
    /// <param name="showAtoms">Whether to list the atoms with their forces.</param>
    public void Write(EvaluatedFrame frame, bool showAtoms)
    {
        Structure structure = frame.Structure;
        string periodicity = !structure.Periodicity.IsAny ? "not periodic" : structure.Periodicity.IsFull ? "periodic" : $"periodic along {structure.Periodicity}";
        output.WriteHeading($"{structure.Origin}: {Formula.Hill(structure.AtomicNumbers)}, {Numbers.Count(structure.Count, "atom")}, {periodicity}");
        output.WriteLine();
        Grid list = PlainLayout.List(LabelWidth);
        if (frame.Energy is double energy)
        {
            list.Add(EnergyTitle(request.Reference), $"{Numbers.Fixed(energy, 6)} eV");
            if (structure.Count > 0) { list.Add("  per atom", $"{Numbers.Fixed(energy / structure.Count, 6)} eV"); }
            if (frame.EnergyDeviation is double deviation) { list.Add("  standard deviation", $"{Numbers.Fixed(1e3 * deviation, 2)} meV over the committee"); }
        }

        if (frame.EnergyOfFormationFromAtoms is double free && structure.Count > 1)
        {
            bool crystal = structure.Periodicity.IsAny;
            double shown = crystal ? free / structure.Count : free;
            list.Add(crystal ? "relative to free atoms, per atom" : "relative to free atoms", $"{Numbers.Fixed(shown, 4)} eV = {Numbers.Fixed(shown / Units.KilojoulePerMole, 1)} kJ/mol = {Numbers.Fixed(shown / Units.KilocaloriePerMole, 1)} kcal/mol");
        }

        if (frame.LargestForce is double force)
        {
            int atom = frame.LargestForceAtom;
            list.Add("largest force", $"{Numbers.Fixed(force, 4)} eV/Å on atom {(atom + 1).ToString(CultureInfo.InvariantCulture)} ({Elements.Symbol(structure.AtomicNumbers[atom])})");
            if (frame.LargestForceDeviation is double forceDeviation) { list.Add("  largest standard deviation", $"{Numbers.Fixed(forceDeviation, 4)} eV/Å over the committee"); }
        }

        if (frame.Pressure is double pressure)
        {
            list.Add("pressure", $"{Numbers.Fixed(pressure / Units.GigaPascal, 4)} GPa (positive under compression)");
            if (Reals(structure.Info, "stress") is [double xx, _, _, _, double yy, _, _, _, double zz] stress)
            {
                string[] voigt = [.. new[] { xx, yy, zz, stress[5], stress[2], stress[1] }.Select(static s => Numbers.Fixed(s / Units.GigaPascal, 4))];
                list.Add("stress xx yy zz yz xz xy", $"{string.Join("  ", voigt)} GPa");
            }
        }

        if (frame.Dipole is double dipole) { list.Add("dipole moment", $"{Numbers.Fixed(dipole, 4)} e·Å = {Numbers.Fixed(dipole / Units.Debye, 4)} D"); }
        if (frame.Polarizability is Matrix3 polarizability)
        {
            list.Add("polarizability xx yy zz yz xz xy", $"{string.Join("  ", polarizability.ToVoigt().Select(static a => Numbers.Fixed(a, 4)))} (unit of the training data)");
        }

        output.Write(list);
        if (showAtoms && structure.Count > 0) { WriteAtoms(frame); }
        output.WriteLine();
    }

    private void WriteAtoms(EvaluatedFrame frame)
    {
        output.WriteLine();
        Structure structure = frame.Structure;

        // What the model does not compute keeps its name when it came with the structure, and is no result.
        double[]? forces = frame.LargestForce is null ? null : Reals(structure.Arrays, "forces");
        double[]? energies = (request.Extra & Properties.AtomicEnergies) == 0 ? null : Reals(structure.Arrays, "node_energy");
        double[]? charges = frame.HasCharges ? Reals(structure.Arrays, "charges") : null;
        List<Column> columns = [new("atom"), new("", IsText: true), new("x", "Å"), new("y", "Å"), new("z", "Å")];
        if (forces is not null) { columns.AddRange([new("Fx", "eV/Å"), new("Fy", "eV/Å"), new("Fz", "eV/Å")]); }
        if (energies is not null) { columns.Add(new("energy", "eV")); }
        if (charges is not null) { columns.Add(new("charge", "e")); }
        Table table = PlainLayout.Table(columns);
        for (int i = 0; i < structure.Count; i++)
        {
            Vector3D r = structure.Positions[i];
            List<string> row = [(i + 1).ToString(CultureInfo.InvariantCulture), Elements.Symbol(structure.AtomicNumbers[i]), Numbers.Fixed(r.X, 4), Numbers.Fixed(r.Y, 4), Numbers.Fixed(r.Z, 4)];
            if (forces is not null) { row.AddRange(Enumerable.Range(3 * i, 3).Select(k => Numbers.Fixed(forces[k], 4))); }
            if (energies is not null) { row.Add(Numbers.Fixed(energies[i], 4)); }
            if (charges is not null) { row.Add(Numbers.Fixed(charges[i], 4)); }
            table.Add(row);
        }

        output.Write(table);
    }

    private double[]? Reals(OrderedDictionary<string, DataArray> data, string name) =>
        data.TryGetValue(request.Names[name], out DataArray? value) && value.TryGetNumbers(out double[] numbers) ? numbers : null;

}

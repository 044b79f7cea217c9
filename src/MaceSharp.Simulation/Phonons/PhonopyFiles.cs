using System.Globalization;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Files with which a calculation goes on in phonopy (A. Togo and I. Tanaka, Scr. Mater. 108, 1 (2015)), version 2: <c>phonopy_params.yaml</c> and <c>FORCE_SETS</c>.</summary>
public static class PhonopyFiles
{
    /// <summary>The text of <c>FORCE_SETS</c>.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="sets">Displacements and forces.</param>
    public static string ForceSets(PhononCell cell, IReadOnlyList<ForceSet> sets)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(sets);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{cell.Supercell.Count}\n{sets.Count}\n");
        foreach (ForceSet set in sets)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{set.Displacement.Atom + 1}\n{Row(set.Displacement.Vector, "  ", 16)}\n");
            foreach (Vector3D force in set.Forces) { text.Append(Row(force, "  ", 12)).Append('\n'); }
        }

        return text.ToString();
    }

    /// <summary>The text of <c>phonopy_params.yaml</c>, forces included.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="sets">Displacements and forces.</param>
    /// <param name="nonAnalytic">Charges and dielectric tensor, or null.</param>
    /// <param name="symmetryTolerance">How far an atom may be from the place a symmetry gives it, Å.</param>
    public static string Parameters(PhononCell cell, IReadOnlyList<ForceSet> sets, NonAnalyticCorrection? nonAnalytic = null, double symmetryTolerance = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(sets);
        (int a, int b, int c) = cell.Repetitions;
        Matrix3 primitive = (cell.Primitive.Cell * cell.UnitCell.Cell.Inverse()).Transposed;
        StringBuilder yaml = new();
        yaml.Append(CultureInfo.InvariantCulture, $"phonopy:\n  version: 2.17.1\n  calculator: null\n  symmetry_tolerance: {symmetryTolerance}\n\n");
        yaml.Append("physical_unit:\n  atomic_mass: \"AMU\"\n  length: \"angstrom\"\n  force_constants: \"eV/angstrom^2\"\n\n");
        yaml.Append(CultureInfo.InvariantCulture, $"supercell_matrix:\n- [ {a}, 0, 0 ]\n- [ 0, {b}, 0 ]\n- [ 0, 0, {c} ]\n\n");
        yaml.Append("primitive_matrix:\n");
        for (int i = 0; i < 3; i++) { yaml.Append(List(primitive[i], 15)).Append('\n'); }
        yaml.Append('\n');
        AppendCell(yaml, "primitive_cell", cell.Primitive, i => cell.Masses[i]);
        AppendCell(yaml, "unit_cell", cell.UnitCell, i => PhononCell.MassOf(cell.UnitCell, i));
        int cells = a * b * c;
        AppendCell(yaml, "supercell", cell.Supercell, i => PhononCell.MassOf(cell.UnitCell, i / cells));
        if (nonAnalytic is not null)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"nac:\n  unit_conversion_factor: {nonAnalytic.CoulombFactor}\n\nborn_effective_charge:\n");
            for (int i = 0; i < cell.Primitive.Count; i++)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"- # {i + 1}\n");
                for (int k = 0; k < 3; k++) { yaml.Append("  ").Append(List(nonAnalytic.BornCharges[i][k], 15)).Append('\n'); }
            }

            yaml.Append("\ndielectric_constant:\n");
            for (int k = 0; k < 3; k++) { yaml.Append("  ").Append(List(nonAnalytic.Dielectric[k], 15)).Append('\n'); }
            yaml.Append('\n');
        }

        yaml.Append("displacements:\n");
        foreach (ForceSet set in sets)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"- atom: {set.Displacement.Atom + 1}\n  displacement:\n    [ {Comma(set.Displacement.Vector, 16)} ]\n  forces:\n");
            foreach (Vector3D force in set.Forces) { yaml.Append("  ").Append(List(force, 12)).Append('\n'); }
        }

        return yaml.ToString();
    }

    private static void AppendCell(StringBuilder yaml, string name, Structure structure, Func<int, double> mass)
    {
        yaml.Append(name).Append(":\n  lattice:\n");
        for (int i = 0; i < 3; i++) { yaml.Append("  ").Append(List(structure.Cell[i], 15)).Append('\n'); }
        yaml.Append("  points:\n");
        Vector3D[] fractional = SpaceGroup.Fractional(structure);
        for (int i = 0; i < structure.Count; i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - symbol: {Elements.Symbol(structure.AtomicNumbers[i])} # {i + 1}\n    coordinates: [ {Comma(fractional[i], 15)} ]\n    mass: {mass(i)}\n");
        }

        yaml.Append('\n');
    }

    private static string List(Vector3D v, int decimals) => $"- [ {Comma(v, decimals)} ]";

    private static string Comma(Vector3D v, int decimals)
    {
        string format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", v.X.ToString(format, CultureInfo.InvariantCulture), v.Y.ToString(format, CultureInfo.InvariantCulture), v.Z.ToString(format, CultureInfo.InvariantCulture));
    }

    private static string Row(Vector3D v, string indent, int decimals) => indent + Comma(v, decimals).Replace(",", " ", StringComparison.Ordinal);
}

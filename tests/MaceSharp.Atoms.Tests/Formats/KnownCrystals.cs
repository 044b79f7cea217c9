using System.Globalization;
using System.Text;

namespace MaceSharp.Atoms.Tests.Formats;

/// <summary>Well-known crystals as CIF, typed from the papers cited; operations from International Tables for Crystallography A.</summary>
internal static class KnownCrystals
{
    /// <summary>S. Swaminathan, B. M. Craven, R. K. McMullan, Acta Cryst. B40, 300 (1984): neutron diffraction at 12 K.</summary>
    public const string Urea = """
        #\#CIF_1.1
        data_UREA
        _chemical_name_common            'urea'
        _publ_section_title
        ;
         The crystal structure and molecular thermal motion of urea
         loop_ _not_a_tag data_not_a_block 'an open quote
        ;
        _cell_length_a                   5.565(1)
        _cell_length_b                   5.565(1)
        _cell_length_c                   4.684(1)
        _cell_angle_alpha                90
        _cell_angle_beta                 90.
        _cell_angle_gamma                90.00
        _symmetry_space_group_name_H-M   'P -4 21 m'
        _symmetry_Int_Tables_number      113
        loop_
        _symmetry_equiv_pos_site_id
        _symmetry_equiv_pos_as_xyz
        1 x,y,z
        2 -x,-y,z
        3 y,-x,-z
        4 -y,x,-z
        5 1/2-x,1/2+y,-z
        6 'x + 1/2, -y + 1/2, -z'
        7 .5-y,.5-x,z
        8 "1/2+Y,1/2+X,Z"
        loop_
        _atom_site_label
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z   # along the molecule
        _atom_site_occupancy
        _atom_site_U_iso_or_equiv
        C  0.0 0.5 0.3260(1) 1 0.0147
        O  0 .5 0.5953(1) 1.0 ?
        N1 0.1459(1) 0.6459(1) 0.1766(1) 1.000 .
        H1 0.2575(2) 0.7575(2) 0.2827(3) . 0.03
        H2 0.1441(2) 0.6441(2) -0.0380(3) ?
        'not a number'
        """;

    /// <summary>L. Levien, C. T. Prewitt, D. J. Weidner, Am. Mineral. 65, 920 (1980): α-quartz at 1 bar, P3₂21 with the twofold axis at the origin.</summary>
    public const string Quartz = """
        data_quartz
        _cell_length_a 4.916
        _cell_length_b 4.916
        _cell_length_c 5.4054
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 120
        _space_group_name_H-M_alt 'P 32 2 1'
        loop_
        _space_group_symop_operation_xyz
        'x,y,z'
        'y,x,2/3-z'
        '-y,x-y,2/3+z'
        '-x,y-x,1/3-z'
        'y-x,-x,1/3+z'
        'x-y,-y,-z'
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        T1 Si4+ .46970 .00000 .00000
        O  O2-  .41350 .26690 .11910
        """;

    /// <summary>NaCl, Fm-3m, a = 5.6402 Å at 298 K (NIST SRM; H. E. Swanson, R. K. Fuyat, NBS Circular 539, Vol. II, 41 (1953)).</summary>
    public static string RockSalt { get; } = Cubic(5.6402, "F m -3 m", ["x,y+1/2,z+1/2", "x+1/2,y,z+1/2", "-x,-y,z", "-x,y,-z", "z,x,y", "y,x,-z", "-x,-y,-z"], "Na1 Na+ 0 0 0\nCl1 Cl- 0.5 0.5 0.5\n");

    /// <summary>Diamond, Fd-3m with the origin at the inversion centre, a = 3.56712 Å (T. Hom, W. Kiszenick, B. Post, J. Appl. Cryst. 8, 457 (1975)).</summary>
    public static string Diamond { get; } = Cubic(3.56712, "F d -3 m :2", ["x,y+1/2,z+1/2", "x+1/2,y,z+1/2", "-x+3/4,-y+1/4,z+1/2", "-x+1/4,y+1/2,-z+3/4", "z,x,y", "y+3/4,x+1/4,-z+1/2", "-x,-y,-z"], "C C 0.125 0.125 0.125\n");

    /// <summary>Magnesium, P6₃/mmc, a = 3.2094, c = 5.2105 Å (F. W. von Batchelder, R. F. Raeuchle, Phys. Rev. 105, 59 (1957)), with thirds to three decimals.</summary>
    public static string Magnesium { get; } = Crystal(
        [3.2094, 3.2094, 5.2105, 90, 90, 120], "P 63/m m c", ["-y,x-y,z", "-x,-y,z+1/2", "y,x,-z", "-x,-y,-z"], "Mg Mg 0.333 0.667 0.25\n");

    /// <summary>All operations that generators make, as strings.</summary>
    public static List<string> Operations(params ReadOnlySpan<string> generators)
    {
        List<SymmetryOperation> operations = [SymmetryOperation.Identity];
        foreach (string generator in generators)
        {
            Assert.True(SymmetryOperation.TryParse(generator, out SymmetryOperation operation), generator);
            for (int i = 0; i < operations.Count; i++)
            {
                foreach (SymmetryOperation product in new[] { operation.After(operations[i]), operations[i].After(operation) })
                {
                    if (!operations.Exists(product.IsSame)) { operations.Add(product); }
                }
            }
        }

        // Until nothing new comes: generators given later may combine with the earlier ones.
        for (int i = 0; i < operations.Count; i++)
        {
            for (int j = 0; j < operations.Count; j++)
            {
                SymmetryOperation product = operations[i].After(operations[j]);
                if (!operations.Exists(product.IsSame)) { operations.Add(product); }
            }
        }

        return operations.ConvertAll(Format);
    }

    private static string Cubic(double a, string name, ReadOnlySpan<string> generators, string sites) => Crystal([a, a, a, 90, 90, 90], name, generators, sites);

    private static string Crystal(ReadOnlySpan<double> cell, string name, ReadOnlySpan<string> generators, string sites)
    {
        StringBuilder text = new("data_crystal\n");
        string[] tags = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"];
        for (int i = 0; i < 6; i++) { text.Append(CultureInfo.InvariantCulture, $"_cell_{tags[i]} {cell[i]}\n"); }
        text.Append(CultureInfo.InvariantCulture, $"_symmetry_space_group_name_H-M '{name}'\nloop_\n_symmetry_equiv_pos_as_xyz\n");
        foreach (string operation in Operations(generators)) { text.Append(CultureInfo.InvariantCulture, $"'{operation}'\n"); }
        return text.Append("loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n").Append(sites).ToString();
    }

    private static string Format(SymmetryOperation operation)
    {
        string[] rows = new string[3];
        for (int row = 0; row < 3; row++)
        {
            StringBuilder text = new();
            for (int column = 0; column < 3; column++)
            {
                int coefficient = operation.Rotation[(3 * row) + column];
                if (coefficient != 0) { text.Append(coefficient > 0 ? "+" : "-").Append("xyz"[column]); }
            }

            int twentyFourths = (int)Math.Round(24 * operation.Translation[row]);
            if (twentyFourths != 0) { text.Append(CultureInfo.InvariantCulture, $"+{twentyFourths}/24"); }
            rows[row] = text.ToString();
        }

        return string.Join(", ", rows);
    }
}

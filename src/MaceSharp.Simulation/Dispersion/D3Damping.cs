using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Parameters of D3 with rational (Becke–Johnson) damping: E = −Σ s6·C6/(r⁶ + R⁶) + s8·C8/(r⁸ + R⁸) with R = a1·(C8/C6)^½ + a2.
/// </summary>
/// <remarks>S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011).</remarks>
/// <param name="S6">Scale of the sixth power; 1 for all but double hybrids.</param>
/// <param name="S8">Scale of the eighth power.</param>
/// <param name="A1">Scale of the damping radius.</param>
/// <param name="A2">Constant part of the damping radius, Bohr.</param>
public sealed record D3Damping(double S6, double S8, double A1, double A2)
{
    private const string Grimme2011 = "S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011)";
    private const string Goerigk2011 = "L. Goerigk and S. Grimme, Phys. Chem. Chem. Phys. 13, 6670 (2011)";
    private const string Ehlert2021 = "S. Ehlert et al., J. Chem. Phys. 154, 061101 (2021)";
    private const string Bursch2022 = "M. Bursch et al., J. Chem. Phys. 156, 134105 (2022)";
    private const string Grimme2015 = "S. Grimme, J. G. Brandenburg, C. Bannwarth and A. Hansen, J. Chem. Phys. 143, 054107 (2015)";
    private const string Program = "S. Grimme and coworkers, parameters of the program DFT-D3";

    /// <summary>Name, s6, s8, a1, a2 and source.</summary>
    private static readonly (string Name, double S6, double S8, double A1, double A2, string Source)[] Table =
    [
        ("pbe", 1, 0.7875, 0.4289, 4.4407, Grimme2011),
        ("pbesol", 1, 2.9491, 0.4466, 6.1742, Goerigk2011),
        ("rpbe", 1, 0.8318, 0.1820, 4.0094, Program),
        ("revpbe", 1, 2.3550, 0.5238, 3.5016, Grimme2011),
        ("blyp", 1, 2.6996, 0.4298, 4.2359, Grimme2011),
        ("bp86", 1, 3.2822, 0.3946, 4.8516, Grimme2011),
        ("b97-d", 1, 2.2609, 0.5545, 3.2297, Grimme2011),
        ("b97-3c", 1, 1.50, 0.37, 4.10, "J. G. Brandenburg, C. Bannwarth, A. Hansen and S. Grimme, J. Chem. Phys. 148, 064104 (2018)"),
        ("rpw86pbe", 1, 1.3845, 0.4613, 4.5062, Grimme2011),
        ("olyp", 1, 2.6205, 0.5299, 2.8065, Goerigk2011),
        ("bpbe", 1, 4.0728, 0.4567, 4.3908, Goerigk2011),
        ("tpss", 1, 1.9435, 0.4535, 4.4752, Grimme2011),
        ("revtpss", 1, 1.4023, 0.4426, 4.4723, "L. Goerigk et al., Phys. Chem. Chem. Phys. 19, 32184 (2017)"),
        ("scan", 1, 0, 0.5380, 5.4200, "J. G. Brandenburg, J. E. Bates, J. Sun and J. P. Perdew, Phys. Rev. B 94, 115144 (2016)"),
        ("rscan", 1, 1.08859014, 0.47023427, 5.73408312, Ehlert2021),
        ("r2scan", 1, 0.78981345, 0.49484001, 5.73083694, Ehlert2021),
        ("r2scanh", 1, 1.1236, 0.4709, 5.9157, Bursch2022),
        ("r2scan0", 1, 1.1846, 0.4534, 5.8972, Bursch2022),
        ("r2scan50", 1, 1.3294, 0.4311, 5.9240, Bursch2022),
        ("hf", 1, 0.9171, 0.3385, 2.8830, Grimme2011),
        ("pbe0", 1, 1.2177, 0.4145, 4.8593, Grimme2011),
        ("b3lyp", 1, 1.9889, 0.3981, 4.4211, Grimme2011),
        ("tpss0", 1, 1.2576, 0.3768, 4.5865, Grimme2011),
        ("tpssh", 1, 2.2382, 0.4529, 4.6550, Goerigk2011),
        ("revpbe0", 1, 1.7588, 0.4679, 3.7619, Goerigk2011),
        ("revpbe38", 1, 1.4760, 0.4309, 3.9446, Goerigk2011),
        ("pw6b95", 1, 0.7257, 0.2076, 6.3750, Goerigk2011),
        ("b3pw91", 1, 2.8524, 0.4312, 4.4693, Goerigk2011),
        ("bhlyp", 1, 1.0354, 0.2793, 4.9615, Goerigk2011),
        ("hse06", 1, 2.310, 0.383, 5.685, "J. Moellmann and S. Grimme, J. Phys. Chem. C 118, 7615 (2014)"),
        ("hsesol", 1, 2.9215, 0.4650, 6.2003, Program),
        ("cam-b3lyp", 1, 2.0674, 0.3708, 5.4743, Goerigk2011),
        ("lc-wpbe", 1, 1.8541, 0.3919, 5.0897, Goerigk2011),
        ("wb97m-v", 1, 0.3908, 0.5660, 3.1280, "A. Najibi and L. Goerigk, J. Chem. Theory Comput. 14, 5725 (2018)"),
        ("b2plyp", 0.64, 0.9147, 0.3065, 5.0570, Goerigk2011),
        ("pwpb95", 0.82, 0.2904, 0, 7.3141, Goerigk2011),
        ("pbeh-3c", 1, 0, 0.4860, 4.5000, Grimme2015),
        ("hf-3c", 1, 0.8777, 0.4171, 2.9149, "R. Sure and S. Grimme, J. Comput. Chem. 34, 1672 (2013)"),
    ];

    /// <summary>Names of the functionals whose parameters are known.</summary>
    public static IReadOnlyList<string> Functionals { get; } = [.. Table.Select(static row => row.Name)];

    /// <summary>The published parameters for a functional.</summary>
    /// <param name="functional">Its name in any case, with or without hyphens, for example <c>pbe</c> or <c>B97-D</c>.</param>
    /// <exception cref="InvalidInputException">No parameters are known for it.</exception>
    public static D3Damping For(string functional)
    {
        (_, double s6, double s8, double a1, double a2, _) = Find(functional);
        return new D3Damping(s6, s8, a1, a2);
    }

    /// <summary>Where the parameters for a functional were published.</summary>
    /// <param name="functional">Its name, as for <see cref="For"/>.</param>
    /// <exception cref="InvalidInputException">No parameters are known for it.</exception>
    public static string SourceOf(string functional) => Find(functional).Source;

    private static (string Name, double S6, double S8, double A1, double A2, string Source) Find(string functional)
    {
        ArgumentNullException.ThrowIfNull(functional);
        string wanted = Plain(functional);
        foreach (var row in Table)
        {
            if (Plain(row.Name) == wanted) { return row; }
        }

        throw new InvalidInputException($"There are no D3(BJ) parameters for the functional '{(functional.Length > 40 ? functional[..40] + "…" : functional)}'; there are some for {string.Join(", ", Functionals)}.");
    }

    private static string Plain(string name)
    {
        string plain = name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return plain switch { "BP" => "BP86", "B97D" or "B97D3" => "B97D", _ => plain };
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Reporting;
using MaceSharp.Simulation;
using Spectre.Console;
using Panel = MaceSharp.Reporting.Panel;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace elastic</c>: the elastic tensor of a crystal.</summary>
internal sealed class ElasticCommand
{
    private static readonly string[] Voigt = ["xx", "yy", "zz", "yz", "xz", "xy"];

    private readonly Argument<string[]> _input = new("INPUT") { Description = "A crystal: a file, with the frame that is meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Preparation _preparation = new();
    private readonly Option<double?> _strain = SimulationOptions.Number("--strain", "Largest strain; half of it and both signs are taken too. Without it: 0.005.", "X", 1e-6, 0.2);
    private readonly Option<bool> _clamped = new("--clamped") { Description = "Do not relax the atoms of strained cells." };
    private readonly Option<bool> _noSymmetry = new("--no-symmetry") { Description = "Apply all six strains, and do not impose the symmetry of the crystal." };
    private readonly Option<double?> _tolerance = SimulationOptions.Number("--symmetry-tolerance", "How far an atom may be from its place by symmetry, Å. Without it: 0.001.", "A", 1e-9, 0.5);

    private ElasticCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        ElasticCommand self = new();
        DocumentedCommand command = new("elastic", "Elastic constants of a crystal, moduli, stability and Debye temperature.")
        {
            Examples =
            [
                new("mace elastic crystal.cif --minimize cell", "relax atoms and cell, then strain"),
                new("mace elastic relaxed.extxyz --strain 0.01 --json", "for machines"),
                new("mace elastic argon.extxyz --potential lj:argon --clamped", "a built-in potential, atoms clamped"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        self._preparation.AddTo(command);
        foreach (Option option in new Option[] { self._strain, self._clamped, self._noSymmetry, self._tolerance }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        Structure structure = setup.ReadOne();
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"{structure.Origin}: Elastic constants need a structure that is periodic in three directions."); }
        IPotential potential = setup.CreatePotential(setup.Threads);
        bool clamped = result.GetValue(_clamped) || structure.Count == 1;
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, structure, (_preparation.Relaxes(result) ? 200 : 0) + (25 * (clamped ? 1 : 20)), context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, "elastic constants"));
            return ExitCodes.Success;
        }

        structure = _preparation.Prepare(context, setup, result, potential, structure);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        using ProgressDisplay display = new(context, setup.ShowsProgress, static done => Numbers.Count((long)done, "strained crystal"));
        ElasticityOptions options = new()
        {
            MaximumStrain = result.GetValue(_strain) ?? 0.005,
            UseSymmetry = !result.GetValue(_noSymmetry),
            SymmetryTolerance = result.GetValue(_tolerance) ?? 1e-3,
            Relax = clamped ? null : _preparation.InCell(context, potential, evaluator, result),
        };
        ElasticityResult elastic = ElasticConstants.Compute(structure, evaluator, options, new StepProgress(display), context.CancellationToken);
        display.Dispose();
        double stress = elastic.ResidualStress.ToArray().Max(Math.Abs) / Units.GigaPascal;
        if (stress > 0.1) { context.Error.WriteLine($"mace: warning: the crystal is not without stress ({Numbers.Short(stress)} GPa); relax its cell, for example with --minimize cell."); }
        WriteFiles(setup, structure, elastic);
        setup.Report(context, json => Write(json, structure, elastic), output => Write(output, structure, elastic),
            new Citation("elastic constants from stresses", "Y. Le Page and P. Saxe, Phys. Rev. B 65, 104104 (2002)", "10.1103/PhysRevB.65.104104"),
            new Citation("averages", "R. Hill, Proc. Phys. Soc. A 65, 349 (1952)", "10.1088/0370-1298/65/5/307"),
            new Citation("stability", "F. Mouhat and F.-X. Coudert, Phys. Rev. B 90, 224104 (2014)", "10.1103/PhysRevB.90.224104"),
            new Citation("anisotropy", "S. I. Ranganathan and M. Ostoja-Starzewski, Phys. Rev. Lett. 101, 055504 (2008)", "10.1103/PhysRevLett.101.055504"),
            new Citation("Debye temperature", "O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963)", "10.1016/0022-3697(63)90067-2"));
        return ExitCodes.Success;
    }

    private static List<IReadOnlyList<string>> Moduli(Structure structure, ElasticityResult elastic)
    {
        ElasticTensor c = elastic.Tensor;
        string Gpa(double value) => Numbers.Fixed(value / Units.GigaPascal, 3);
        if (!c.IsStable)
        {
            // Averages of a crystal that gives way mean nothing, but for the bound of equal strains.
            return [["bulk modulus K", Gpa(c.BulkModulusVoigt), "-", "-", "GPa"], ["shear modulus G", Gpa(c.ShearModulusVoigt), "-", "-", "GPa"]];
        }

        List<IReadOnlyList<string>> rows =
        [
            ["bulk modulus K", Gpa(c.BulkModulusVoigt), Gpa(c.BulkModulusReuss), Gpa(c.BulkModulusHill), "GPa"],
            ["shear modulus G", Gpa(c.ShearModulusVoigt), Gpa(c.ShearModulusReuss), Gpa(c.ShearModulusHill), "GPa"],
            ["Young's modulus", "", "", Gpa(c.YoungModulusHill), "GPa"],
            ["Poisson's ratio", "", "", Numbers.Fixed(c.PoissonRatioHill, 4), ""],
            ["anisotropy A^U", "", "", Numbers.Fixed(c.UniversalAnisotropy, 4), ""],
        ];
        (double low, _, double high, _) = c.YoungModulusRange();
        rows.Add(["Young's modulus by direction", Gpa(low), "to", Gpa(high), "GPa"]);
        double mass = MassOf(structure);
        (double l, double t) = c.SoundVelocities(mass / structure.Volume);
        rows.Add(["sound, longitudinal", "", "", Numbers.Fixed(l, 0), "m/s"]);
        rows.Add(["sound, transverse", "", "", Numbers.Fixed(t, 0), "m/s"]);
        rows.Add(["Debye temperature", "", "", Numbers.Fixed(c.DebyeTemperature(structure.Count, mass, structure.Volume), 1), "K"]);
        return rows;
    }

    private static double MassOf(Structure structure) => AtomicMasses.Of(structure).Sum();

    private static IEnumerable<double> Elements36(ElasticTensor tensor) => Enumerable.Range(0, 36).Select(k => tensor[k / 6, k % 6] / Units.GigaPascal);

    private static void WriteFiles(SimulationSetup setup, Structure structure, ElasticityResult elastic)
    {
        setup.Files.WriteText("elastic.dat", text =>
        {
            text.WriteLine("# stiffness (GPa), Voigt order xx yy zz yz xz xy, Cartesian axes of the structure");
            foreach (double[] row in Elements36(elastic.Tensor).Chunk(6)) { text.WriteLine(string.Join(' ', row.Select(static v => v.ToString("F6", CultureInfo.InvariantCulture)))); }
            text.WriteLine("# component  strain  stress xx yy zz yz xz xy (GPa)");
            foreach (StressStrainPoint p in elastic.Points)
            {
                text.WriteLine($"{(p.Component < 0 ? "none" : Voigt[p.Component])} {p.Strain.ToString("R", CultureInfo.InvariantCulture)} {string.Join(' ', p.Stress.Select(static s => (s / Units.GigaPascal).ToString("R", CultureInfo.InvariantCulture)))}");
            }
        });
        setup.Files.WriteJson("elastic.json", json =>
        {
            json.WriteStartObject();
            Write(json, structure, elastic);
            setup.Write(json);
            json.WriteEndObject();
        });
        Figure figure = new("Stress against strain") { Columns = Math.Min(2, elastic.Strains.Count), RowHeight = 300 };
        foreach (int component in elastic.Strains)
        {
            StressStrainPoint[] series = [.. elastic.Points.Where(p => p.Component == component || p.Component < 0).OrderBy(static p => p.Strain)];
            Panel panel = new(new Axis($"Strain {Voigt[component]}"), new Axis("Stress", "GPa"));
            for (int i = 0; i < 6; i++) { panel.Add(new LineSeries(Voigt[i], [.. series.Select(static p => p.Strain)], [.. series.Select(p => p.Stress[i] / Units.GigaPascal)])); }
            figure.Add(panel);
        }

        IReadOnlyList<IReadOnlyList<string>> matrix = [.. Enumerable.Range(0, 6).Select(i => (IReadOnlyList<string>)[Voigt[i], .. Enumerable.Range(0, 6).Select(j => Numbers.Fixed(elastic.Tensor[i, j] / Units.GigaPascal, 2))])];
        HtmlPage page = new HtmlPage("Elastic constants").AddText($"{setup.InputNames[0]}; {setup.PotentialName} ({setup.Arithmetic}). {char.ToUpperInvariant(Symmetry(elastic)[0])}{Symmetry(elastic)[1..]}; {(elastic.Tensor.IsStable ? "elastically stable" : "not stable: a strain lowers the energy")}.")
            .AddTable(new ReportTable(["GPa", .. Voigt], matrix, "Stiffness in the Cartesian axes of the structure"))
            .AddTable(new ReportTable(["quantity", "Voigt", "Reuss", "Hill", "unit"], Moduli(structure, elastic)));
        ReportFiles.Write(setup.Files, "elastic", page, ("elastic", figure));
    }

    private static string Symmetry(ElasticityResult elastic) => SymmetryText.Of(elastic.SpaceGroup, elastic.PointGroup);

    private static void Write(Utf8JsonWriter json, Structure structure, ElasticityResult elastic)
    {
        ElasticTensor c = elastic.Tensor;
        ReportFiles.WriteMatrix(json, "stiffness_gpa", 6, Elements36(c));
        ReportFiles.WriteMatrix(json, "errors_gpa", 6, elastic.Errors.Select(static e => e / Units.GigaPascal));
        ReportFiles.WriteNumbers(json, "eigenvalues_gpa", c.Eigenvalues.Select(static e => e / Units.GigaPascal));
        json.WriteBoolean("stable", c.IsStable);
        SymmetryText.Write(json, elastic.SpaceGroup, elastic.PointGroup);
        json.WriteString("laue_class", elastic.PointGroup.LaueClass);
        json.WriteStartArray("strains");
        foreach (int strain in elastic.Strains) { json.WriteStringValue(Voigt[strain]); }
        json.WriteEndArray();
        foreach ((string name, double value) in new[]
        {
            ("bulk_modulus_voigt_gpa", c.BulkModulusVoigt), ("bulk_modulus_reuss_gpa", c.BulkModulusReuss), ("bulk_modulus_hill_gpa", c.BulkModulusHill),
            ("shear_modulus_voigt_gpa", c.ShearModulusVoigt), ("shear_modulus_reuss_gpa", c.ShearModulusReuss), ("shear_modulus_hill_gpa", c.ShearModulusHill),
            ("young_modulus_hill_gpa", c.YoungModulusHill),
        })
        {
            ReportFiles.WriteNumber(json, name, c.IsStable || name.Contains("voigt", StringComparison.Ordinal) ? value / Units.GigaPascal : double.NaN);
        }

        ReportFiles.WriteNumber(json, "poisson_ratio_hill", c.IsStable ? c.PoissonRatioHill : double.NaN);
        ReportFiles.WriteNumber(json, "universal_anisotropy", c.IsStable ? c.UniversalAnisotropy : double.NaN);
        if (c.IsStable) { ReportFiles.WriteNumber(json, "debye_temperature", c.DebyeTemperature(structure.Count, MassOf(structure), structure.Volume)); }
        ReportFiles.WriteNumbers(json, "residual_stress_gpa", elastic.ResidualStress.ToVoigt().Select(static s => s / Units.GigaPascal));
    }

    private static void Write(StyledOutput output, Structure structure, ElasticityResult elastic)
    {
        output.WriteLine($"{Symmetry(elastic)}, Laue class {elastic.PointGroup.LaueClass}; strains {string.Join(", ", elastic.Strains.Select(static s => Voigt[s]))}");
        Table table = PlainLayout.Table([new("C, GPa", IsText: true), .. Voigt.Select(static v => new Column(v))]);
        for (int i = 0; i < 6; i++) { table.Add([Voigt[i], .. Enumerable.Range(0, 6).Select(j => Numbers.Fixed(elastic.Tensor[i, j] / Units.GigaPascal, 2))]); }
        output.Write(table);
        output.WriteLine($"largest standard error {Numbers.Short(elastic.Errors.Max() / Units.GigaPascal)} GPa; residual stress up to {Numbers.Short(elastic.ResidualStress.ToArray().Max(Math.Abs) / Units.GigaPascal)} GPa");
        output.WriteLine();
        Table moduli = PlainLayout.Table(new("", IsText: true), new("Voigt"), new("Reuss"), new("Hill"), new("", IsText: true));
        foreach (IReadOnlyList<string> row in Moduli(structure, elastic)) { moduli.Add([.. row]); }
        output.Write(moduli);
        output.WriteLine(elastic.Tensor.IsStable ? "elastically stable: all eigenvalues of the stiffness are positive" : $"NOT stable: the smallest eigenvalue of the stiffness is {Numbers.Fixed(elastic.Tensor.Eigenvalues[0] / Units.GigaPascal, 2)} GPa, so a strain lowers the energy");
    }
}

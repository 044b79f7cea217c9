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

/// <summary><c>mace vibrations</c>: normal modes of a molecule, or of a crystal at Γ.</summary>
internal sealed class VibrationsCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "A molecule or crystal: a file, with the frame that is meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Preparation _preparation = new();
    private readonly ModeOptions _modes = new();
    private readonly Option<double?> _temperature = SimulationOptions.Number("--temperature", "Temperature of thermochemistry, K. Without it: 298.15.", "T", 0, 1e5);
    private readonly Option<double?> _pressure = SimulationOptions.Number("--pressure", "Pressure of the gas, bar. Without it: 1.", "P", 1e-12, 1e6);
    private readonly Option<long?> _symmetry = SimulationOptions.Integer("--symmetry-number", "Number of rotations that map the molecule onto itself. Without it: counted, within 0.05 Å.", "N", 1, 1000);
    private readonly Option<long?> _multiplicity = SimulationOptions.Integer("--multiplicity", "Spin multiplicity 2S+1 of the entropy. Without it: 1.", "M", 1, 100);

    private VibrationsCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        VibrationsCommand self = new();
        DocumentedCommand command = new("vibrations", "Normal modes, zero-point energy and ideal-gas thermochemistry of a molecule.")
        {
            Examples =
            [
                new("mace vibrations molecule.xyz@0 --minimize atoms", "relax, then vibrations and thermochemistry"),
                new("mace vibrations crystal.cif --minimize cell", "modes of a crystal at Γ"),
                new("mace vibrations molecule.xyz@-1 --order 4 --temperature 500 --json", "finer differences, for machines"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        self._preparation.AddTo(command);
        self._modes.AddTo(command);
        foreach (Option option in new Option[] { self._temperature, self._pressure, self._symmetry, self._multiplicity }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        Structure structure = setup.ReadOne();
        IPotential potential = setup.CreatePotential(setup.Threads);
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, structure, (_preparation.Relaxes(result) ? 200 : 0) + _modes.EvaluationsOf(result, structure), context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, "vibrations"));
            return ExitCodes.Success;
        }

        structure = _preparation.Prepare(context, setup, result, potential, structure);
        NormalModes modes = _modes.Compute(context, setup, result, potential, structure, out double energy);
        double temperature = result.GetValue(_temperature) ?? 298.15, pressure = result.GetValue(_pressure) ?? 1;
        IdealGas? gas = structure.Periodicity != Periodicity.None ? null : new IdealGas(
            structure,
            modes.Masses,
            modes.Energies,
            energy,
            (int)(result.GetValue(_symmetry) ?? RotationalSymmetry.SymmetryNumber(structure)),
            0.5 * ((result.GetValue(_multiplicity) ?? 1) - 1));
        List<IReadOnlyList<string>> rows = Thermochemistry(modes, gas, energy, temperature, pressure);
        setup.Files.WriteText("vibrations.dat", text =>
        {
            text.WriteLine("# mode  wavenumber (1/cm)  energy (meV)  reduced mass (u)");
            for (int n = 0; n < modes.Wavenumbers.Count; n++) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{n + 1} {modes.Wavenumbers[n]:R} {1000 * modes.Wavenumbers[n] * Units.InverseCentimetre:R} {modes.ReducedMass(n):R}")); }
        });
        setup.Files.WriteStructures("modes.extxyz", ModeOptions.Frames(modes));
        setup.Files.WriteJson("vibrations.json", json =>
        {
            json.WriteStartObject();
            Write(json, modes, gas, energy, temperature, pressure);
            setup.Write(json);
            json.WriteEndObject();
        });
        Figure figure = new Figure("Vibrations").Add(new Panel(new Axis("Wavenumber", "cm⁻¹"), new Axis("Reduced mass", "u")).Add(LineSeries.Sticks(null, [.. modes.Wavenumbers], [.. Enumerable.Range(0, modes.Wavenumbers.Count).Select(modes.ReducedMass)])));
        HtmlPage page = new HtmlPage("Vibrations").AddText($"{setup.InputNames[0]}; {setup.PotentialName} ({setup.Arithmetic}). Imaginary wavenumbers are negative.")
            .AddTable(new ReportTable(["mode", "cm⁻¹", "meV", "reduced mass, u"], [.. Enumerable.Range(0, modes.Wavenumbers.Count).Select(n => Cells(modes, n))]))
            .AddTable(new ReportTable(["quantity", "value", "unit"], rows));
        ReportFiles.Write(setup.Files, "vibrations", page, ("vibrations", figure));
        setup.Report(context, json => Write(json, modes, gas, energy, temperature, pressure), output => Write(output, modes, rows),
            new Citation("normal modes", "E. B. Wilson, J. C. Decius and P. C. Cross, Molecular Vibrations, McGraw-Hill (1955)"),
            new Citation("thermochemistry", "D. A. McQuarrie, Statistical Mechanics, Harper and Row (1976)"));
        if (modes.ImaginaryCount > 0) { context.Error.WriteLine($"mace: warning: {Numbers.Count(modes.ImaginaryCount, "vibration")} imaginary: this is no minimum; thermochemistry leaves them out."); }
        return ExitCodes.Success;
    }

    private static IReadOnlyList<string> Cells(NormalModes modes, int n) =>
        [(n + 1).ToString(CultureInfo.InvariantCulture), Numbers.Fixed(modes.Wavenumbers[n], 2), Numbers.Fixed(1000 * modes.Wavenumbers[n] * Units.InverseCentimetre, 3), Numbers.Fixed(modes.ReducedMass(n), 3)];

    private static List<IReadOnlyList<string>> Thermochemistry(NormalModes modes, IdealGas? gas, double energy, double temperature, double pressure)
    {
        List<IReadOnlyList<string>> rows = [["energy", Numbers.Fixed(energy, 6), "eV"], ["zero-point energy", Numbers.Fixed(modes.ZeroPointEnergy, 6), "eV"]];
        if (gas is null || temperature == 0) { return rows; }
        rows.Add([$"shape, symmetry number", $"{gas.Shape.ToString().ToLowerInvariant()}, {gas.SymmetryNumber}", ""]);
        rows.Add([string.Create(CultureInfo.InvariantCulture, $"enthalpy at {temperature} K"), Numbers.Fixed(gas.Enthalpy(temperature), 6), "eV"]);
        rows.Add([string.Create(CultureInfo.InvariantCulture, $"entropy at {pressure} bar"), Numbers.Fixed(1000 * gas.Entropy(temperature, pressure) / Units.KilojoulePerMole, 3), "J/K/mol"]);
        rows.Add(["heat capacity Cp", Numbers.Fixed(1000 * gas.HeatCapacity(temperature) / Units.KilojoulePerMole, 3), "J/K/mol"]);
        rows.Add(["Gibbs energy", Numbers.Fixed(gas.GibbsEnergy(temperature, pressure), 6), "eV"]);
        return rows;
    }

    private static void Write(Utf8JsonWriter json, NormalModes modes, IdealGas? gas, double energy, double temperature, double pressure)
    {
        ReportFiles.WriteNumber(json, "energy", energy);
        ReportFiles.WriteNumber(json, "zero_point_energy", modes.ZeroPointEnergy);
        json.WriteNumber("imaginary", modes.ImaginaryCount);
        ReportFiles.WriteNumbers(json, "wavenumbers", modes.Wavenumbers);
        ReportFiles.WriteNumbers(json, "reduced_masses", Enumerable.Range(0, modes.Wavenumbers.Count).Select(modes.ReducedMass));
        ReportFiles.WriteNumbers(json, "rigid_wavenumbers", modes.RigidWavenumbers);
        if (gas is null || temperature == 0) { return; }
        json.WriteNumber("temperature", temperature);
        json.WriteNumber("pressure_bar", pressure);
        json.WriteString("shape", gas.Shape.ToString().ToLowerInvariant());
        json.WriteNumber("symmetry_number", gas.SymmetryNumber);
        ReportFiles.WriteNumber(json, "enthalpy", gas.Enthalpy(temperature));
        ReportFiles.WriteNumber(json, "entropy", gas.Entropy(temperature, pressure));
        ReportFiles.WriteNumber(json, "heat_capacity", gas.HeatCapacity(temperature));
        ReportFiles.WriteNumber(json, "gibbs_energy", gas.GibbsEnergy(temperature, pressure));
    }

    private static void Write(StyledOutput output, NormalModes modes, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        Table table = PlainLayout.Table(new("mode"), new("cm⁻¹"), new("meV"), new("mass, u"));
        for (int n = 0; n < modes.Wavenumbers.Count; n++) { table.Add([.. Cells(modes, n)]); }
        output.Write(table);
        if (modes.RigidWavenumbers.Count > 0) { output.WriteLine($"translations and rotations, before they were projected out: up to {Numbers.Short(modes.RigidWavenumbers.Max(Math.Abs))} cm⁻¹"); }
        output.WriteLine();
        Table thermo = PlainLayout.Table(new("", IsText: true), new("value"), new("", IsText: true));
        foreach (IReadOnlyList<string> row in rows) { thermo.Add([.. row]); }
        output.Write(thermo);
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Reporting;
using MaceSharp.Simulation;
using Spectre.Console;
using Panel = MaceSharp.Reporting.Panel;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace ir</c>: the infrared spectrum from normal modes.</summary>
internal sealed class IrCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "A molecule or crystal: a file, with the frame that is meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Preparation _preparation = new();
    private readonly ModeOptions _modes = new();
    private readonly Option<string?> _dipole = new("--dipole-model") { Description = "A model that predicts dipoles: a file or a name of 'mace models list'. Without it: the potential itself where it predicts them.", HelpName = "MODEL" };
    private readonly Option<string?> _charges = new("--charges") { Description = "Charges that move with the atoms, e, by element (C=0.4,O=-0.4), or the name of an array of the input.", HelpName = "Q" };
    private readonly Option<string?> _born = new("--born") { Description = "Born charges of a crystal: a BORN file as phonopy takes it.", HelpName = "FILE" };
    private readonly Option<double?> _width = SimulationOptions.Number("--broadening", "Full width at half maximum of the lines, cm⁻¹. Without it: 20.", "W", 1e-3, 10_000);
    private readonly Option<string> _shape = ModelOptions.Choice("--shape", "Shape of the lines.", "lorentzian", "gaussian");
    private readonly Option<double?> _scale = SimulationOptions.Number("--scale", "Factor on the wavenumbers. Without it: 1.", "X", 0.1, 10);
    private readonly Option<double?> _from = SimulationOptions.Number("--from", "Begin of the spectrum, cm⁻¹. Without it: 0, or where the measured one begins.", "W", 0, 100_000);
    private readonly Option<double?> _to = SimulationOptions.Number("--to", "End of the spectrum, cm⁻¹. Without it: 4000, or where the measured one ends.", "W", 0, 100_000);
    private readonly Option<string?> _measured = new("--measured") { Description = "A measured spectrum to compare with: a file of two columns, wavenumber and absorption.", HelpName = "FILE" };
    private readonly Option<bool> _transmittance = new("--transmittance") { Description = "The second column of --measured is transmittance." };

    private IrCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        IrCommand self = new();
        DocumentedCommand command = new("ir", "Infrared spectrum of a molecule or crystal from its normal modes.")
        {
            Examples =
            [
                new("mace ir molecule.xyz@0 --minimize atoms --dipole-model gfn2-chno-dipoles", "intensities by the dipole model that ships with mace"),
                new("mace ir urea.cif --minimize cell --charges C=0.7,O=-0.6,N=-0.8,H=0.4", "a crystal with fixed charges"),
                new("mace ir molecule.xyz@0 --dipole-model dipoles.model --measured film.csv --scale 0.97", "beside a measured spectrum"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        self._preparation.AddTo(command);
        self._modes.AddTo(command);
        foreach (Option option in new Option[] { self._dipole, self._charges, self._born, self._width, self._shape, self._scale, self._from, self._to, self._measured, self._transmittance }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        MeasuredSpectrum? measured = result.GetValue(_measured) is string file ? MeasuredSpectrum.Read(file, result.GetValue(_transmittance)) : null;
        Structure structure = setup.ReadOne();
        IPotential potential = setup.CreatePotential(setup.Threads);

        // What gives the intensities is settled before anything long begins.
        Func<Structure, (Matrix3[] Derivatives, string Source)> dipoles = DipolesOf(context, setup, result, potential, structure);
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, structure, (_preparation.Relaxes(result) ? 200 : 0) + (2 * _modes.EvaluationsOf(result, structure)), context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, "infrared spectrum"));
            return ExitCodes.Success;
        }

        structure = _preparation.Prepare(context, setup, result, potential, structure);
        (Matrix3[] derivatives, string source) = dipoles(structure);
        NormalModes modes = _modes.Compute(context, setup, result, potential, structure, out _);
        InfraredSpectrum spectrum = InfraredSpectrum.FromModes(modes, derivatives);
        Look look = new(
            result.GetValue(_width) ?? 20,
            result.GetValue(_shape) == "gaussian" ? LineShape.Gaussian : LineShape.Lorentzian,
            result.GetValue(_scale) ?? 1,
            result.GetValue(_from) ?? measured?.Wavenumbers[0] ?? 0,
            result.GetValue(_to) ?? measured?.Wavenumbers[^1] ?? 4000);
        if (!(look.To > look.From)) { throw new InvalidInputException(FormattableString.Invariant($"A spectrum from {look.From} to {look.To} cm⁻¹ has no width; --from is less than --to.")); }
        SpectrumComparison? comparison = measured is null ? null : SpectrumComparison.Of(spectrum, measured, look.Width, look.Shape, look.Scale);
        WriteFiles(setup, modes, spectrum, look, source, measured, comparison);
        setup.Report(context, json => Write(json, spectrum, look, source, comparison), output => Write(output, spectrum, look, source, comparison),
            new Citation("infrared intensities", "E. B. Wilson, J. C. Decius and P. C. Cross, Molecular Vibrations, McGraw-Hill (1955)"));
        if (modes.ImaginaryCount > 0) { context.Error.WriteLine($"mace: warning: {Numbers.Count(modes.ImaginaryCount, "vibration")} imaginary and not in the spectrum: this is no minimum."); }
        return ExitCodes.Success;
    }

    private Func<Structure, (Matrix3[], string)> DipolesOf(CliContext context, SimulationSetup setup, ParseResult result, IPotential potential, Structure input)
    {
        string? model = result.GetValue(_dipole), charges = result.GetValue(_charges), born = result.GetValue(_born);
        if (new[] { model, charges, born }.Count(static s => s is not null) > 1) { throw new InvalidInputException("--dipole-model, --charges and --born exclude each other; give one of them."); }
        if (born is not null) { return structure => ([.. NonAnalyticCorrection.ReadBorn(born, new PhononCell(structure, (1, 1, 1), usePrimitive: false)).BornCharges], "Born charges"); }
        if (charges is not null)
        {
            double[] q = ChargesOf(charges, input);
            return _ => (DipoleDerivatives.FromCharges(q), "fixed charges");
        }

        IPotential dipoles = model is null ? potential : context.Models.Load([model])[0].CreatePotential(new MaceOptions { Precision = setup.Precision, ThreadCount = setup.Threads });
        if ((dipoles.Supported & Properties.Dipole) == 0)
        {
            throw new InvalidInputException($"{(model is null ? "The potential" : $"The model '{model}'")} predicts no dipoles, from which infrared intensities come; give a dipole model with --dipole-model, or charges with --charges or --born.");
        }

        return structure =>
        {
            using IPotentialEvaluator evaluator = dipoles.CreateEvaluator();
            return (DipoleDerivatives.FromDipoles(structure, evaluator, _modes.StepOf(result), context.CancellationToken), model ?? "dipoles of the potential");
        };
    }

    private static double[] ChargesOf(string text, Structure structure)
    {
        if (text.Contains('=', StringComparison.Ordinal)) { return DipoleDerivatives.ParseCharges(text, structure); }
        if (structure.Arrays.TryGetValue(text, out DataArray? array) && array.TryGetNumbers(out double[] values) && values.Length == structure.Count) { return values; }
        throw new InvalidInputException($"--charges '{text}' is neither charges by element, such as C=0.4,O=-0.4, nor an array of numbers of the input.");
    }

    private static void WriteFiles(SimulationSetup setup, NormalModes modes, InfraredSpectrum spectrum, Look look, string source, MeasuredSpectrum? measured, SpectrumComparison? comparison)
    {
        double step = Math.Max(look.Width / 20, (look.To - look.From) / 20_000);
        double[] x = [.. Enumerable.Range(0, 1 + (int)((look.To - look.From) / step)).Select(i => look.From + (i * step))];
        double[] y = spectrum.Broaden(x, look.Width, look.Shape, look.Scale);
        setup.Files.WriteText("ir-lines.dat", text =>
        {
            text.WriteLine("# mode  wavenumber (1/cm, scaled)  intensity (km/mol)");
            for (int n = 0; n < spectrum.Lines.Count; n++) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{n + 1} {look.Scale * spectrum.Lines[n].Wavenumber:R} {spectrum.Lines[n].Intensity:R}")); }
        });
        setup.Files.WriteText("ir.dat", text =>
        {
            text.WriteLine("# wavenumber (1/cm)  absorption (km/mol by 1/cm)");
            for (int i = 0; i < x.Length; i++) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{x[i]:G9} {y[i]:G9}")); }
        });
        setup.Files.WriteStructures("modes.extxyz", ModeOptions.Frames(modes));
        setup.Files.WriteJson("ir.json", json =>
        {
            json.WriteStartObject();
            Write(json, spectrum, look, source, comparison);
            setup.Write(json);
            json.WriteEndObject();
        });
        double highest = Math.Max(y.Max(), 1e-300);
        SpectralLine[] shown = [.. spectrum.Lines.Where(l => l.Wavenumber * look.Scale >= look.From && l.Wavenumber * look.Scale <= look.To && l.Wavenumber > 0)];
        double strongest = Math.Max(shown.Select(static l => l.Intensity).DefaultIfEmpty(0).Max(), 1e-300);
        Panel panel = new(new Axis("Wavenumber", "cm⁻¹") { Reversed = true, Minimum = look.From, Maximum = look.To }, new Axis("Absorption, highest 1"));
        if (measured is not null) { panel.Add(new LineSeries("measured", [.. measured.Wavenumbers], SpectrumComparison.Normalise([.. measured.Values])) { Color = 6 }); }
        panel.Add(new LineSeries("computed", x, [.. y.Select(v => v / highest)]) { Color = 0 });
        panel.Add(LineSeries.Sticks("lines", [.. shown.Select(l => l.Wavenumber * look.Scale)], [.. shown.Select(l => l.Intensity / strongest)]) with { Color = 1 });
        HtmlPage page = new HtmlPage("Infrared spectrum").AddText($"{setup.InputNames[0]}; {setup.PotentialName} ({setup.Arithmetic}); intensities: {source}.");
        if (comparison is not null)
        {
            page.AddText($"Similarity to the measured spectrum (cosine): {Numbers.Fixed(comparison.Similarity, 3)}.")
                .AddTable(new ReportTable(["measured, cm⁻¹", "height", "computed, cm⁻¹", "height", "difference, cm⁻¹"], [.. comparison.Pairs.Select(Cells)]));
        }

        page.AddTable(new ReportTable(["mode", "cm⁻¹", "km/mol"], [.. spectrum.Lines.Select((l, n) => (IReadOnlyList<string>)[(n + 1).ToString(CultureInfo.InvariantCulture), Numbers.Fixed(look.Scale * l.Wavenumber, 2), Numbers.Fixed(l.Intensity, 3)])]));
        ReportFiles.Write(setup.Files, "ir", page, ("ir", new Figure("Infrared spectrum").Add(panel)));
    }

    private static IReadOnlyList<string> Cells(PeakPair pair) =>
        [Numbers.Fixed(pair.Measured, 1), Numbers.Fixed(pair.MeasuredHeight, 3), Numbers.Fixed(pair.Computed, 1), Numbers.Fixed(pair.ComputedHeight, 3), Numbers.Fixed(pair.Computed - pair.Measured, 1)];

    private static void Write(Utf8JsonWriter json, InfraredSpectrum spectrum, Look look, string source, SpectrumComparison? comparison)
    {
        json.WriteString("intensities_from", source);
        ReportFiles.WriteNumber(json, "scale", look.Scale);
        ReportFiles.WriteNumber(json, "broadening", look.Width);
        ReportFiles.WriteNumbers(json, "wavenumbers", spectrum.Lines.Select(static l => l.Wavenumber));
        ReportFiles.WriteNumbers(json, "intensities_km_per_mol", spectrum.Lines.Select(static l => l.Intensity));
        if (comparison is null) { return; }
        ReportFiles.WriteNumber(json, "similarity", comparison.Similarity);
        json.WriteStartArray("peaks");
        foreach (PeakPair pair in comparison.Pairs)
        {
            json.WriteStartObject();
            ReportFiles.WriteNumber(json, "measured", pair.Measured);
            ReportFiles.WriteNumber(json, "measured_height", pair.MeasuredHeight);
            ReportFiles.WriteNumber(json, "computed", pair.Computed ?? double.NaN);
            ReportFiles.WriteNumber(json, "computed_height", pair.ComputedHeight ?? double.NaN);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(StyledOutput output, InfraredSpectrum spectrum, Look look, string source, SpectrumComparison? comparison)
    {
        Table table = PlainLayout.Table(new("mode"), new("cm⁻¹"), new("km/mol"));
        for (int n = 0; n < spectrum.Lines.Count; n++) { table.Add((n + 1).ToString(CultureInfo.InvariantCulture), Numbers.Fixed(look.Scale * spectrum.Lines[n].Wavenumber, 2), Numbers.Fixed(spectrum.Lines[n].Intensity, 3)); }
        output.Write(table);
        output.WriteLine($"intensities from {source}{(look.Scale == 1 ? "" : $", wavenumbers times {Numbers.Short(look.Scale)}")}");
        if (comparison is null) { return; }
        output.WriteLine();
        Table peaks = PlainLayout.Table(new("measured", "cm⁻¹"), new("height"), new("computed", "cm⁻¹"), new("height"), new("difference", "cm⁻¹"));
        foreach (PeakPair pair in comparison.Pairs) { peaks.Add([.. Cells(pair)]); }
        output.Write(peaks);
        output.WriteLine($"similarity to the measured spectrum (cosine) {Numbers.Fixed(comparison.Similarity, 3)}");
    }

    /// <summary>How a spectrum is drawn.</summary>
    private readonly record struct Look(double Width, LineShape Shape, double Scale, double From, double To);
}

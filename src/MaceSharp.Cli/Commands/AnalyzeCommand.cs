using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Analysis;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace analyze</c>: what a trajectory tells.</summary>
internal sealed class AnalyzeCommand
{
    private readonly Argument<string[]> _input = new("TRAJECTORY") { Description = "The frames: files with a selection of frames behind an '@'; - is standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _inputFormat = new("--input-format") { Description = "Format of all inputs. Without it: told by name or content.", HelpName = "FORMAT" };
    private readonly Option<double?> _rdf = SimulationOptions.Number("--rdf", "Radial distribution functions of all pairs of elements up to a distance, Å.", "R", 0.1, 100);
    private readonly Option<int?> _bins = ModelOptions.WholeNumber("Number of bins of --rdf. Without it: 200.", "N", 1_000_000, "--bins");
    private readonly Option<bool> _msd = new("--msd") { Description = "Mean square displacements and diffusion coefficients of all elements." };
    private readonly Option<bool> _vdos = new("--vdos") { Description = "Vibrational density of states from the velocities of the frames." };
    private readonly Option<bool> _bonds = new("--bonds") { Description = "Distributions of bond lengths and angles." };
    private readonly Option<double?> _factor = SimulationOptions.Number("--bond-factor", "Atoms are bonded when they are closer than so many times the sum of their covalent radii. Without it: 1.2.", "F", 0.1, 2);
    private readonly Option<bool> _ir = new("--ir") { Description = "Infrared spectrum by the autocorrelation of the dipole: of --charges, or else of the 'dipole' of the frames." };
    private readonly Option<string?> _charges = new("--charges") { Description = "Fixed charges of the elements for --ir, e.", HelpName = "O=-0.82,H=0.41" };
    private readonly Option<double?> _temperature = SimulationOptions.Number("--temperature", "Temperature for --ir, K. Without it: the average of the frames.", "K", 0.01, 1e6);
    private readonly Option<double?> _frameTime = SimulationOptions.Number("--frame-time", "Time between frames, fs. Without it: from the 'time' of the frames.", "FS", 1e-6, 1e9);
    private readonly Option<double?> _resolution = SimulationOptions.Number("--resolution", "Resolution of spectra, cm⁻¹. Without it: 10.", "CM", 0.01, 1000);
    private readonly Option<string?> _prefix = new("--file-prefix", "-p") { Description = "First part of the names of all output files, folders included. Without it: the name of the input, in the current folder.", HelpName = "PREFIX" };
    private readonly Option<bool> _json = new("--json") { Description = "The summary on standard output as JSON." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress and no summary." };
    private readonly Option<bool> _cite = new("--cite") { Description = "List the works to cite for the methods that were used." };

    private AnalyzeCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams.</param>
    public static Command Create(CliContext context)
    {
        AnalyzeCommand self = new();
        DocumentedCommand command = new("analyze", "Analyse a trajectory: structure, diffusion, vibrations, infrared spectrum.")
        {
            Examples =
            [
                new("mace analyze run.xyz", "averages of energy, temperature, density"),
                new("mace analyze run.xyz@1000: --rdf 8 --msd --bonds", "several at once, in one pass over the file"),
                new("mace analyze water.xyz --vdos --ir --charges O=-0.82,H=0.41 --temperature 300", "spectra"),
            ],
        };
        command.Arguments.Add(self._input);
        foreach (Option option in new Option[] { self._rdf, self._bins, self._msd, self._vdos, self._bonds, self._factor, self._ir, self._charges, self._temperature, self._frameTime, self._resolution, self._inputFormat, self._prefix, self._json, self._quiet, self._cite }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string[] names = result.GetValue(_input)!;
        StructureInputs inputs = new(context, names, result.GetValue(_inputFormat) is string format ? StructureFormats.Parse(format) : null);
        AnalysisRequest request = new()
        {
            RadialCutoff = result.GetValue(_rdf),
            RadialBins = result.GetValue(_bins) ?? 200,
            Displacements = result.GetValue(_msd),
            Vibrations = result.GetValue(_vdos),
            Bonds = result.GetValue(_bonds),
            BondFactor = result.GetValue(_factor) ?? 1.2,
            Infrared = result.GetValue(_ir),
            Charges = result.GetValue(_charges),
            Temperature = result.GetValue(_temperature),
            FrameTime = result.GetValue(_frameTime),
            Resolution = result.GetValue(_resolution) ?? 10,
        };
        if (request.Charges is not null && !request.Infrared) { throw new InvalidInputException("--charges belongs to --ir."); }
        if (request.Temperature is not null && !request.Infrared) { throw new InvalidInputException("--temperature belongs to --ir."); }
        if (result.GetValue(_bins) is not null && request.RadialCutoff is null) { throw new InvalidInputException("--bins belongs to --rdf."); }

        bool json = result.GetValue(_json), quiet = result.GetValue(_quiet);
        ResultFiles files = new(result.GetValue(_prefix) ?? ResultFiles.StemOf(names[0]));
        if (request.WritesFiles) { files.CheckPlace(); }
        TrajectoryAnalysis analysis = new(request);
        using (ProgressDisplay progress = ProgressDisplay.OfFrames(context, !json && !quiet))
        {
            foreach (Structure frame in inputs.Read())
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                analysis.Add(frame, context.CancellationToken);
                progress.Report(analysis.Frames, inputs.FractionRead);
            }
        }

        AnalysisReport report = new(analysis);
        report.WriteFiles(files);
        Tell(context, report, files, json, quiet, result.GetValue(_cite));
        return ExitCodes.Success;
    }

    private static void Tell(CliContext context, AnalysisReport report, ResultFiles files, bool json, bool quiet, bool cite)
    {
        if (json)
        {
            JsonText.Write(context, context.Output, writer =>
            {
                writer.WriteStartObject();
                report.Write(writer);
                files.Write(writer);
                if (cite) { Citation.Write(writer, report.Citations); }
                writer.WriteEndObject();
            });
            return;
        }

        StyledOutput output = context.StyledOut;
        if (!quiet)
        {
            report.Write(output);
            foreach (string path in files.Written) { output.WriteLine($"wrote {path}"); }
        }

        if (cite) { Citation.Write(output, report.Citations); }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Cli.Training;
using MaceSharp.Training;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace data prepare</c>: a data set with neighbours in mapped files.</summary>
internal sealed class DataPrepareCommand
{
    private const double Mebibyte = 1 << 20;

    private readonly Argument<string[]> _files = new("FILE") { Description = "Files of labelled structures, with frames behind an '@' where not all are meant.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write. One that an interrupted call left is completed.", HelpName = "FOLDER", Required = true };
    private readonly Option<double?> _cutoff = SimulationOptions.Number("--r_max", "Cutoff radius of the models that will be trained, Å.", "R", 1e-3, 100);
    private readonly Option<double?> _size = SimulationOptions.Number("--shard-size", "Size of a file of frames, MiB. Without it: 256.", "MIB", 1e-3, 1e6);
    private readonly Option<int?> _threads = ModelOptions.WholeNumber("Number of threads. Without it: one a core.", "N", Math.Max(256, Environment.ProcessorCount), "--threads", "-t");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress and no summary." };
    private readonly LabelKeyOptions _keys = new();

    private DataPrepareCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DataPrepareCommand self = new();
        DocumentedCommand command = new("prepare", "Write labelled structures with their neighbours into a folder of binary files that mace train maps into memory, so that data larger than memory can be trained on. A call that was interrupted goes on when it is repeated.")
        {
            Examples =
            [
                new("mace data prepare train.xyz --r_max 5 --output train-set", "then: mace train --train_file train-set --r_max 5 …"),
                new("mace data prepare run*.xyz --r_max 4.5 --energy_key energy --forces_key forces --output set", "labels under other keys"),
                new("mace data check train-set", "check every byte, and what is in it"),
            ],
        };
        command.Arguments.Add(self._files);
        foreach (Option option in new Option[] { self._output, self._cutoff, self._size }) { command.Options.Add(option); }
        self._keys.AddTo(command);
        foreach (Option option in new Option[] { self._threads, self._quiet }) { command.Options.Add(option); }
        self._cutoff.Required = true;
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string[] files = result.GetValue(_files)!;
        if (files.Contains(StructureInputs.StandardInput, StringComparer.Ordinal)) { throw new InvalidInputException("mace data prepare reads its files more than once and cannot take standard input; name a file."); }
        bool quiet = result.GetValue(_quiet);
        PrepareOptions options = new()
        {
            Files = [.. files],
            Folder = result.GetValue(_output)!,
            Cutoff = result.GetValue(_cutoff)!.Value,
            ShardBytes = Math.Max(1, (long)((result.GetValue(_size) ?? 256) * Mebibyte)),
            Keys = _keys.Read(result),
            Threads = result.GetValue(_threads) ?? 0,
        };
        try
        {
            using ProgressDisplay display = ProgressDisplay.OfFrames(context, !quiet);
            using PreparedDataSet set = DataSetPreparer.Prepare(options, p => display.Report(p.Frames, null), context.CancellationToken);
            if (!quiet) { context.Out.WriteLine($"{set.Folder}: {PreparedText.Of(set)}"); }
            return ExitCodes.Success;
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandCanceledException("the preparation was stopped; the same command goes on from there.", exception);
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Serialization;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace export</c>: a model for other programs.</summary>
internal sealed class ExportCommand
{
    private readonly Argument<string> _input = new("IN") { HelpName = "IN", Description = "A .model or .safetensors file, or a name of 'mace models list'.", CompletionSources = { ModelOptions.PublishedNames } };
    private readonly Argument<string> _output = new("OUT") { Description = "The .pt file to write; the hyper-parameters go beside it, into a .json file of the same name." };
    private readonly Option<string> _format = ModelOptions.Choice("--format", "What to write: the weights as a PyTorch state dictionary with the names of mace-torch.", "torch-state-dict");

    private ExportCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        ExportCommand self = new();
        DocumentedCommand command = new("export", "Write the weights of a model for mace-torch.")
        {
            Examples = [new("mace export my.safetensors my.pt --format torch-state-dict", "my.pt for torch.load(weights_only=True), my.json with the hyper-parameters")],
        };
        command.Arguments.Add(self._input);
        command.Arguments.Add(self._output);
        command.Options.Add(self._format);
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string output = result.GetValue(_output)!;
        if (!output.EndsWith(".pt", StringComparison.OrdinalIgnoreCase)) { throw new InvalidInputException($"'{output}' would hold a PyTorch state dictionary, so its name should end with .pt."); }
        string json = Path.ChangeExtension(output, ".json");
        MaceModel model = ModelFile.Read(context.Models.ResolveOne(result.GetValue(_input)));
        Write(output, stream => ModelExport.WriteTorchStateDict(model, stream));
        Write(json, stream => ModelExport.WriteHyperParameters(model, stream));
        context.Out.WriteLine($"{output}: {Numbers.Bytes(new FileInfo(output).Length)}, {ModelOptions.NameOf(model.StoredPrecision)}; hyper-parameters in {json}");
        return ExitCodes.Success;
    }

    /// <summary>Writes beside the target, then renames.</summary>
    private static void Write(string path, Action<Stream> write)
    {
        string partial = path + ".partial";
        try
        {
            using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Zoo;
using Spectre.Console;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace models</c>: the published foundation models.</summary>
internal static class ModelsCommand
{
    /// <summary>Exit code of <c>verify</c> for a file that is not a published model byte for byte.</summary>
    private const int NotVerified = 1;

    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams of the command.</param>
    public static Command Create(CliContext context) => new("models", "Published foundation models: list them, download one, verify a file.")
    {
        CreateList(context),
        CreateGet(context),
        CreateVerify(context),
    };

    private static DocumentedCommand CreateList(CliContext context)
    {
        Option<bool> json = new("--json") { Description = "Write JSON, with the address and the source of every fact." };
        DocumentedCommand command = new("list", "List the published models.")
        {
            Examples = [new("mace models list", "names, elements, level of theory, licences"), new("mace models list --json | jq '.[].name'", "for machines")],
        };
        command.Options.Add(json);
        command.SetAction(result =>
        {
            using ModelStore store = new();
            if (result.GetValue(json)) { WriteJson(context.Out, store); } else { WriteTable(context.StyledOut, store); }
            return 0;
        });
        return command;
    }

    private static DocumentedCommand CreateGet(CliContext context)
    {
        Argument<string> name = new("NAME") { HelpName = "NAME", Description = "Name of the model, as in 'mace models list' or in mace-torch.", CompletionSources = { ModelOptions.PublishedNames } };
        Option<bool> accept = new("--accept-licence", "--accept-license") { Description = "Accept the licence of the model; remembered." };
        Option<bool> offline = new("--offline") { Description = "Do not use the network: succeed only if the model is here already." };
        DocumentedCommand command = new("get", "Download a model, verify it and print its path.")
        {
            Examples = [new("mace models get mp-0-small", "then: mace eval crystal.cif --model mp-0-small"), new("mace models get off23-small --accept-licence", "accept an academic licence without being asked")],
        };
        command.Arguments.Add(name);
        command.Options.Add(accept);
        command.Options.Add(offline);
        command.SetAction(result =>
        {
            using ModelStore store = new(new ModelStoreOptions { Offline = result.GetValue(offline) });
            using DownloadDisplay display = new(context);
            string path = store.GetAsync(result.GetValue(name)!, display, model => result.GetValue(accept) || Ask(context.Error, model), context.CancellationToken).GetAwaiter().GetResult();
            display.Dispose();
            context.Out.WriteLine(path);
            return 0;
        });
        return command;
    }

    private static DocumentedCommand CreateVerify(CliContext context)
    {
        Argument<string> file = new("FILE") { Description = "A model file." };
        DocumentedCommand command = new("verify", "Tell which published model a file is; exit code 1 unless it is one byte for byte.")
        {
            Examples = [new("mace models verify mace-mpa-0-medium.model", "compare a file with what was published")],
        };
        command.Arguments.Add(file);
        command.SetAction(result =>
        {
            VerificationResult verification = ModelVerifier.Verify(result.GetValue(file)!, context.CancellationToken);
            context.Out.WriteLine($"SHA-256 {verification.Sha256}");
            context.Out.WriteLine(verification.Sentence);
            return verification.Outcome == VerificationOutcome.Matches ? 0 : NotVerified;
        });
        return command;
    }

    private static bool Ask(TextWriter error, ZooModel model)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected) { return false; }
        error.WriteLine($"{model.Title} is published under the Academic Software License: free for academic, not for commercial use (https://github.com/gabor1/ASL).");
        error.Write("Do you accept this licence? Type yes or no: ");
        error.Flush();
        return string.Equals(Console.In.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }

    private static void WriteTable(StyledOutput output, ModelStore store)
    {
        Table table = PlainLayout.Table(new("NAME", IsText: true), new("ELEMENTS"), new("LEVEL OF THEORY", IsText: true), new("DISPERSION", IsText: true), new("LICENCE", IsText: true), new("MB"), new("HERE", IsText: true));
        foreach (ZooModel model in ModelZoo.Models)
        {
            table.Add(
                model.Name,
                model.ElementCount?.Value.ToString(CultureInfo.InvariantCulture) ?? "-",
                model.LevelOfTheory?.Value ?? "-",
                model.Dispersion is { } dispersion ? Word(dispersion.Value) : "-",
                Word(model.Licence.Value),
                model.Size is { } size ? (size.Value / 1e6).ToString("F0", CultureInfo.InvariantCulture) : "-",
                store.Contains(model) ? "yes" : "");
        }

        output.Write(table);
    }

    private static void WriteJson(TextWriter output, ModelStore store)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (ZooModel model in ModelZoo.Models)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Name);
                json.WriteStartArray("aliases");
                foreach (string alias in model.Aliases) { json.WriteStringValue(alias); }
                json.WriteEndArray();
                json.WriteString("title", model.Title);
                WriteFact(json, "address", new Sourced<string>(model.Address.Value.AbsoluteUri, model.Address.Source));
                WriteFact(json, "element_count", model.ElementCount is { } count ? new Sourced<string>(count.Value.ToString(CultureInfo.InvariantCulture), count.Source) : null, isNumber: true);
                WriteFact(json, "elements", model.Elements);
                WriteFact(json, "training_data", model.TrainingData);
                WriteFact(json, "level_of_theory", model.LevelOfTheory);
                WriteFact(json, "dispersion", model.Dispersion is { } dispersion ? new Sourced<string>(Word(dispersion.Value), dispersion.Source) : null);
                WriteFact(json, "licence", new Sourced<string>(Word(model.Licence.Value), model.Licence.Source));
                WriteFact(json, "citation", model.Citation);
                WriteFact(json, "size_bytes", model.Size is { } size ? new Sourced<string>(size.Value.ToString(CultureInfo.InvariantCulture), size.Source) : null, isNumber: true);
                WriteFact(json, "sha256", model.Sha256);
                json.WriteString("remark", model.Remark);
                json.WriteString("path", store.Contains(model) ? store.PathOf(model) : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteFact(Utf8JsonWriter json, string name, Sourced<string>? fact, bool isNumber = false)
    {
        if (fact is not { } given)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        if (isNumber)
        {
            json.WritePropertyName("value");
            json.WriteRawValue(given.Value);
        }
        else
        {
            json.WriteString("value", given.Value);
        }

        json.WriteString("source", given.Source);
        json.WriteEndObject();
    }

    private static string Word(DispersionTreatment dispersion) => dispersion switch
    {
        DispersionTreatment.Included => "included",
        DispersionTreatment.NotIncluded => "no",
        _ => "by head",
    };

    private static string Word(ModelLicence licence) => licence == ModelLicence.Mit ? "MIT" : "ASL";

    /// <summary>Shows how much of a download has arrived.</summary>
    private sealed class DownloadDisplay(CliContext context) : IProgress<DownloadProgress>, IDisposable
    {
        private readonly ProgressDisplay _display = new(context, enabled: true, static megabytes => string.Create(CultureInfo.InvariantCulture, $"{megabytes:F1} MB"));

        public void Report(DownloadProgress value) => _display.Report(value.BytesReceived / 1e6, value.TotalBytes is { } total and > 0 ? value.BytesReceived / (double)total : null);

        public void Dispose() => _display.Dispose();
    }
}

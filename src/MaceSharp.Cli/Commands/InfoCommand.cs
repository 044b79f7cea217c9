using System.CommandLine;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace info</c>: the card of a model.</summary>
internal static class InfoCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> model = new("MODEL") { HelpName = "MODEL", Description = "A .model or .safetensors file, or a name of 'mace models list'. Without it: the potential that ships with mace.", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { ModelOptions.PublishedNames } };
        Option<bool> json = new("--json") { Description = "The card as JSON." };
        Option<bool> tables = new("--tables") { Description = "Measure the tables of the radial weights too: their size and largest error, for all pairs of elements." };
        DocumentedCommand command = new("info", "Show what a model is: a model card.")
        {
            Examples =
            [
                new("mace info my.model", "class, elements, cutoff, layers, E0 and more"),
                new("mace info my.model --tables", "also how precise 'mace eval --radial table' is"),
                new("mace info my.model --json | jq .atomic_energies", "for machines"),
            ],
        };
        command.Arguments.Add(model);
        command.Options.Add(json);
        command.Options.Add(tables);
        command.SetAction(result =>
        {
            ModelCard card = ModelCard.Read(context.Models.ResolveOne(result.GetValue(model)), context.CancellationToken);
            IReadOnlyList<TableReport> reports = result.GetValue(tables) ? TableReport.Measure(context, card.Model) : [];
            if (result.GetValue(json))
            {
                JsonText.Write(context, context.Output, writer => ModelCardJson.Write(writer, card, reports));
                return ExitCodes.Success;
            }

            StyledOutput output = context.StyledOut;
            new ModelCardText(output).Write(card);
            if (reports.Count > 0) { TableReport.Write(output, reports); }
            return ExitCodes.Success;
        });
        return command;
    }
}

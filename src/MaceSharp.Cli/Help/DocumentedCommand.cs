using System.CommandLine;

namespace MaceSharp.Cli.Help;

/// <summary>A command line that can be typed as it stands.</summary>
/// <param name="Line">The line.</param>
/// <param name="Purpose">What it does, a few words.</param>
internal sealed record Example(string Line, string Purpose);

/// <summary>A command whose help shows examples.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Examples in the order in which the help shows them.</summary>
    public required IReadOnlyList<Example> Examples { get; init; }
}

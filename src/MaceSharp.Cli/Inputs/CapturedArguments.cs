using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Inputs;

/// <summary>
/// Gives back to INPUT what an option with several values took from it: in <c>mace eval --model a.model water.xyz</c> the
/// second value of <c>--model</c> is a structure, as its name tells.
/// </summary>
internal static class CapturedArguments
{
    /// <summary>The inputs in the order of the command line, and the values that remain to an option.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="input">The argument of the command.</param>
    /// <param name="option">An option that takes one or more values; its first one is never an input.</param>
    /// <param name="others">Further tokens that turned out to be inputs.</param>
    public static (List<string> Inputs, List<string> Values) Split(ParseResult result, Argument<string[]> input, Option<string[]> option, params IEnumerable<Token> others)
    {
        List<string> values = [];
        HashSet<Token> inputs = new(ReferenceEqualityComparer.Instance);
        foreach (Token token in result.GetResult(option)?.Tokens ?? [])
        {
            if (values.Count > 0 && IsStructure(token.Value)) { inputs.Add(token); }
            else { values.Add(token.Value); }
        }

        inputs.UnionWith(result.GetResult(input)?.Tokens ?? []);
        inputs.UnionWith(others);
        List<string> ordered = [.. result.Tokens.Where(inputs.Contains).Select(static t => t.Value)];
        return (ordered.Count == inputs.Count ? ordered : [.. inputs.Select(static t => t.Value)], values);
    }

    private static bool IsStructure(string value) =>
        value == StructureInputs.StandardInput || value.StartsWith("-@", StringComparison.Ordinal) || StructureFormats.TryFromFileName(FrameSlice.ParsePath(value).Path, out _);
}

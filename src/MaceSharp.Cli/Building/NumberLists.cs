using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MaceSharp.Cli.Building;

/// <summary>Options that take several numbers.</summary>
internal static class NumberLists
{
    /// <summary>An option that takes a fixed count of real numbers, or one of two counts.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it does.</param>
    /// <param name="helpName">What the numbers are called in the help.</param>
    /// <param name="counts">How many numbers it takes.</param>
    public static Option<double[]?> Reals(string name, string description, string helpName, params int[] counts) => Create(name, description, helpName, counts, static text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : (double?)null, "a number");

    /// <summary>An option that takes a fixed count of whole numbers, or one of two counts.</summary>
    /// <inheritdoc cref="Reals"/>
    public static Option<int[]?> Integers(string name, string description, string helpName, params int[] counts) => Create(name, description, helpName, counts, static text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : (int?)null, "a whole number");

    /// <summary>The numbers of an option; null when it was not given.</summary>
    public static T[]? GetNumbers<T>(this ParseResult result, Option<T[]?> option) => result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : null;

    private static Option<T[]?> Create<T>(string name, string description, string helpName, int[] counts, Func<string, T?> parse, string kind)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(1, counts.Max()),
            CustomParser = result =>
            {
                List<T> values = [];
                foreach (Token token in result.Tokens)
                {
                    if (parse(token.Value) is not T value)
                    {
                        result.AddError($"{name} takes {Counts(counts)}; '{token.Value}' is not {kind}.");
                        return null;
                    }

                    values.Add(value);
                }

                if (counts.Contains(values.Count)) { return [.. values]; }
                result.AddError($"{name} takes {Counts(counts)}, not {values.Count.ToString(CultureInfo.InvariantCulture)}.");
                return null;
            },
        };

    private static string Counts(int[] counts) => counts is [1] ? "1 number" : $"{string.Join(" or ", counts.Select(static c => c.ToString(CultureInfo.InvariantCulture)))} numbers";
}

using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Configuration;

/// <summary>Values of options as numbers, truth values, choices and lists.</summary>
internal static class OptionParsing
{
    /// <summary>A text.</summary>
    public static string Text(string option, OptionValue value) => value.Text ?? throw Wrong(option, value, "a word");

    /// <summary>A text, or null for <c>None</c> and nothing.</summary>
    public static string? TextOrNone(string option, OptionValue value) => IsNone(value) ? null : Text(option, value);

    /// <summary>Whether a value says that there is none.</summary>
    public static bool IsNone(OptionValue value) => value.Text is "" or "None" or "none" or "null" or "~";

    /// <summary>A number in a range.</summary>
    public static double Real(string option, OptionValue value, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        if (value.Text is null || !double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || double.IsNaN(number)) { throw Wrong(option, value, "a number"); }
        if (number < least || number > most) { throw Wrong(option, value, Range("a number", least, most)); }
        return number;
    }

    /// <summary>A whole number in a range.</summary>
    public static int Integer(string option, OptionValue value, int least = int.MinValue, int most = int.MaxValue)
    {
        if (value.Text is null || !int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)) { throw Wrong(option, value, "a whole number"); }
        if (number < least || number > most) { throw Wrong(option, value, Range("a whole number", least == int.MinValue ? double.NegativeInfinity : least, most == int.MaxValue ? double.PositiveInfinity : most)); }
        return number;
    }

    /// <summary>A truth value, in the words that mace-torch takes.</summary>
    public static bool Boolean(string option, OptionValue value) => value.Text?.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "T" or "Y" or "1" => true,
        "FALSE" or "NO" or "F" or "N" or "0" => false,
        _ => throw Wrong(option, value, "True or False"),
    };

    /// <summary>One of several words.</summary>
    public static T Choice<T>(string option, OptionValue value, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        List<string> names = [];
        foreach ((string name, T result) in choices)
        {
            if (string.Equals(name, value.Text, StringComparison.OrdinalIgnoreCase)) { return result; }
            names.Add(name);
        }

        throw Wrong(option, value, "one of " + string.Join(", ", names));
    }

    /// <summary>One of several words, as written here.</summary>
    public static string Word(string option, OptionValue value, params string[] choices) => Choice<string>(option, value, [.. choices.Select(static c => (c, c))]);

    /// <summary>One text or a list of them.</summary>
    public static ImmutableArray<string> Texts(string option, OptionValue value)
    {
        if (IsNone(value)) { return []; }
        OptionValue expanded = value.Expanded();
        return expanded.IsList ? [.. expanded.Items.Select(item => Text(option, item))] : [Text(option, expanded)];
    }

    /// <summary>A list of whole numbers.</summary>
    public static ImmutableArray<int> Integers(string option, OptionValue value, int least, int most)
    {
        OptionValue expanded = value.Expanded();
        return expanded.IsList ? [.. expanded.Items.Select(item => Integer(option, item, least, most))] : throw Wrong(option, value, "a list of whole numbers, for example [64, 64, 64]");
    }

    /// <summary>A mapping of words to numbers.</summary>
    public static ImmutableDictionary<string, double> Reals(string option, OptionValue value)
    {
        OptionValue expanded = value.Expanded();
        if (!expanded.IsMapping) { throw Wrong(option, value, "a mapping of words to numbers, for example {\"Default\": 1.0}"); }
        return expanded.Entries.ToImmutableDictionary(static e => e.Key, e => Real(option, e.Value), StringComparer.Ordinal);
    }

    /// <summary>The exception for a value that an option cannot have.</summary>
    public static InvalidInputException Wrong(string option, OptionValue value, string expected)
    {
        string text = value.ToString();
        return new InvalidInputException($"{value.Source}: {option} cannot be '{(text.Length > 100 ? text[..100] + "…" : text)}'; it should be {expected}.");
    }

    private static string Range(string what, double least, double most) => (double.IsInfinity(least), double.IsInfinity(most)) switch
    {
        (false, false) => string.Create(CultureInfo.InvariantCulture, $"{what} from {least} to {most}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"{what} of at least {least}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{what} of at most {most}"),
    };
}

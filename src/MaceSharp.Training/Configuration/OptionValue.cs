using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MaceSharp.Training.Configuration;

/// <summary>The value of an option as it was written: a text, a list or a mapping.</summary>
/// <remarks>Texts that begin as a list or mapping, which is how mace-torch takes them on the command line (<c>{"Default": 1.0}</c>, <c>[64, 64, 64]</c>), are read as such.</remarks>
internal sealed class OptionValue
{
    private const int DeepestNesting = 16;

    private OptionValue(string? text, ImmutableArray<OptionValue> items, ImmutableArray<KeyValuePair<string, OptionValue>> entries, string source)
    {
        Text = text;
        Items = items;
        Entries = entries;
        Source = source;
    }

    /// <summary>The text; null for a list or a mapping.</summary>
    public string? Text { get; }

    /// <summary>The items of a list; default for anything else.</summary>
    public ImmutableArray<OptionValue> Items { get; }

    /// <summary>The entries of a mapping; default for anything else.</summary>
    public ImmutableArray<KeyValuePair<string, OptionValue>> Entries { get; }

    /// <summary>Where the value was written, for messages.</summary>
    public string Source { get; }

    /// <summary>Whether this is a mapping.</summary>
    public bool IsMapping => !Entries.IsDefault;

    /// <summary>Whether this is a list.</summary>
    public bool IsList => !Items.IsDefault;

    /// <summary>A plain text.</summary>
    public static OptionValue OfText(string text, string source) => new(text, default, default, source);

    /// <summary>A list of texts.</summary>
    public static OptionValue OfTexts(IEnumerable<string> texts, string source) => new(null, [.. texts.Select(t => OfText(t, source))], default, source);

    /// <summary>Reads the options of a YAML file, in order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read or is not a mapping of options to values.</exception>
    public static OptionValue ReadYaml(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 10_000_000 }) { throw new InvalidInputException($"{path} is too large for a file of options."); }
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{path}: there is no such file of options.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }

        OptionValue value = Parse(text, path);
        return value.IsMapping ? value : throw new InvalidInputException($"{path} is not a mapping of options to values, one 'option: value' a line.");
    }

    /// <summary>This value, or what its text says when it begins as a list or a mapping.</summary>
    public OptionValue Expanded()
    {
        if (Text is null) { return this; }
        string trimmed = Text.Trim();
        if (trimmed.Length == 0 || (trimmed[0] != '{' && trimmed[0] != '[' && trimmed[0] != '(')) { return this; }
        if (trimmed[0] == '(' && trimmed[^1] == ')') { trimmed = $"[{trimmed[1..^1]}]"; }
        return Parse(trimmed, Source);
    }

    /// <summary>The value as one line of text.</summary>
    public override string ToString() => IsMapping
        ? $"{{{string.Join(", ", Entries.Select(static e => $"{e.Key}: {e.Value}"))}}}"
        : IsList ? $"[{string.Join(", ", Items)}]" : Text!;

    private static OptionValue Parse(string text, string source)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0) { return new OptionValue(null, default, [], source); }
            if (stream.Documents.Count > 1) { throw new InvalidInputException($"{source} holds more than one YAML document; options stand in one."); }
            return Convert(stream.Documents[0].RootNode, source, 0);
        }
        catch (YamlException exception)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{source} is not valid YAML at line {exception.Start.Line}: {Last(exception.Message)}"), exception);
        }
    }

    private static string Last(string message) => message.Contains("): ", StringComparison.Ordinal) ? message[(message.LastIndexOf("): ", StringComparison.Ordinal) + 3)..] : message;

    private static OptionValue Convert(YamlNode node, string source, int depth)
    {
        string place = source.Contains('.', StringComparison.Ordinal) && node.Start.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{source.Split(" line ")[0]} line {node.Start.Line}") : source;
        if (depth > DeepestNesting) { throw new InvalidInputException($"{place}: the options are nested too deeply."); }
        switch (node)
        {
            case YamlScalarNode scalar:
                return new OptionValue(scalar.Value ?? "", default, default, place);
            case YamlSequenceNode sequence:
                return new OptionValue(null, [.. sequence.Children.Select(c => Convert(c, source, depth + 1))], default, place);
            case YamlMappingNode mapping:
                var entries = ImmutableArray.CreateBuilder<KeyValuePair<string, OptionValue>>();
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    string name = key is YamlScalarNode { Value: { } text } ? text : throw new InvalidInputException($"{place}: the name of an option must be a word.");
                    entries.Add(new(name, Convert(value, source, depth + 1)));
                }

                return new OptionValue(null, default, entries.ToImmutable(), place);
            default:
                throw new InvalidInputException($"{place}: this kind of YAML value cannot be an option.");
        }
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MaceSharp.Atoms;

/// <summary>Reads structures from JSON lines; see <see cref="JsonLinesFormat"/> for the fields.</summary>
/// <param name="lines">The lines of the text.</param>
internal sealed class JsonLinesReader(LineReader lines) : IFrameReader
{
    private const string Fields = "atomic_numbers, symbols, positions, cell, pbc, info and arrays";
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };
    private bool _started;

    /// <inheritdoc/>
    public Structure? Read()
    {
        if (!NextLine(out ReadOnlySpan<char> line)) { return null; }
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(line.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(line, utf8);
            return Parse(utf8.AsSpan(0, length));
        }
        catch (JsonException exception)
        {
            throw lines.Error($"the line is not a JSON object ({Reason(exception)}).");
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 stands for half a character.
            throw lines.Error("a text holds an escape that is not a character.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <inheritdoc/>
    public bool Skip() => NextLine(out _);

    private bool NextLine(out ReadOnlySpan<char> line)
    {
        while (lines.TryReadLine(out line))
        {
            if (line.IsWhiteSpace()) { continue; }
            if (_started) { lines.Frame++; }
            _started = true;
            return true;
        }

        return false;
    }

    private static string Reason(JsonException exception)
    {
        // The message ends with line and byte, which count within this one line.
        int end = exception.Message.IndexOf(" LineNumber", StringComparison.Ordinal);
        string text = end > 0 ? exception.Message[..end] : exception.Message;
        return Excerpt.Of(text.TrimEnd('.')) + (exception.BytePositionInLine is long at ? $", byte {at + 1}" : "");
    }

    private Structure Parse(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader json = new(utf8, Options);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) { throw lines.Error("the line is not a JSON object."); }
        int[]? species = null;
        double[]? positions = null;
        Matrix3 cell = default;
        Periodicity periodicity = default;
        List<KeyValuePair<string, DataArray>> info = [], arrays = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string field = json.GetString()!;
            json.Read();
            switch (field)
            {
                case "atomic_numbers":
                    species = AtomicNumbers(Value(ref json, field));
                    break;
                case "symbols":
                    species = Symbols(Value(ref json, field));
                    break;
                case "positions":
                    positions = Numbers(Value(ref json, field), field, static s => s is [_, 3] or [0], "[[x, y, z], …]");
                    break;
                case "cell":
                    cell = Matrix3.FromRowMajor(Numbers(Value(ref json, field), field, static s => s is [3, 3], "three rows of three numbers"));
                    break;
                case "pbc":
                    periodicity = Flags(Value(ref json, field));
                    break;
                case "info":
                    ReadData(ref json, field, info);
                    break;
                case "arrays":
                    ReadData(ref json, field, arrays);
                    break;
                default:
                    throw lines.Error($"the field '{Excerpt.Of(field)}' is unknown; the fields are {Fields}, and further data belong into info or arrays.");
            }
        }

        if (json.Read()) { throw lines.Error("something follows the JSON object."); }
        if (species is null || positions is null) { throw lines.Error($"the field '{(species is null ? "atomic_numbers" : "positions")}' is missing."); }
        if (positions.Length != 3 * species.Length) { throw lines.Error($"{species.Length} atoms have {positions.Length / 3} positions."); }
        Structure structure = new(species, MemoryMarshal.Cast<double, Vector3D>(positions), cell, periodicity);
        foreach ((string key, DataArray value) in info) { structure.Info[key] = value; }
        foreach ((string key, DataArray value) in arrays)
        {
            if (value.IsScalar || value.Shape[0] != species.Length) { throw lines.Error($"the array '{Excerpt.Of(key)}' does not have one entry for each of the {species.Length} atoms."); }
            structure.Arrays[key] = value;
        }

        return structure;
    }

    private DataArray Value(ref Utf8JsonReader json, string field)
    {
        JsonArrayBuilder builder = new();
        return builder.TryRead(ref json, out string? problem) is DataArray value ? value : throw lines.Error($"the value of '{Excerpt.Of(field)}' {problem}.");
    }

    private void ReadData(ref Utf8JsonReader json, string field, List<KeyValuePair<string, DataArray>> data)
    {
        if (json.TokenType != JsonTokenType.StartObject) { throw lines.Error($"the field '{field}' must be an object."); }
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            data.Add(new(key, Value(ref json, key)));
        }
    }

    private int[] AtomicNumbers(DataArray value)
    {
        if (value.Shape.Count == 1 && value.Count == 0) { return []; }
        if (value.Kind != DataKind.Integer || value.Shape.Count != 1) { throw lines.Error("the field 'atomic_numbers' must be a list of integers."); }
        int[] numbers = new int[value.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            long z = value.Integers[i];
            if (z is < 0 or > Elements.MaxAtomicNumber) { throw lines.Error($"{z} is not an atomic number (0 to {Elements.MaxAtomicNumber})."); }
            numbers[i] = (int)z;
        }

        return numbers;
    }

    private int[] Symbols(DataArray value)
    {
        if (value.Shape.Count == 1 && value.Count == 0) { return []; }
        if (value.Kind != DataKind.Text || value.Shape.Count != 1) { throw lines.Error("the field 'symbols' must be a list of chemical symbols."); }
        int[] numbers = new int[value.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            string symbol = value.Texts[i];
            if (!Elements.TryGetAtomicNumber(symbol, out numbers[i])) { throw lines.Error($"'{Excerpt.Of(symbol)}' is not a chemical symbol."); }
        }

        return numbers;
    }

    private double[] Numbers(DataArray value, string field, Func<IReadOnlyList<int>, bool> fits, string expected) =>
        fits(value.Shape) && value.TryGetNumbers(out double[] numbers) ? numbers : throw lines.Error($"the field '{field}' must be {expected}.");

    private Periodicity Flags(DataArray value) => value.Kind == DataKind.Boolean && value.Count == 3 && value.Shape.Count == 1
        ? new(value.Booleans[0], value.Booleans[1], value.Booleans[2])
        : throw lines.Error("the field 'pbc' must be three truth values.");
}

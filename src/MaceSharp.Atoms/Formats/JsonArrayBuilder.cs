using System.Text.Json;

namespace MaceSharp.Atoms;

/// <summary>Turns a JSON value, a scalar or nested lists of one kind, into a <see cref="DataArray"/>.</summary>
internal sealed class JsonArrayBuilder
{
    private readonly List<double> _reals = [];
    private readonly List<long> _integers = [];
    private readonly List<bool> _booleans = [];
    private readonly List<string> _texts = [];
    private readonly List<int> _shape = [];
    private bool _isInteger = true;
    private int _leafDepth = -1;
    private string? _problem;

    /// <summary>Reads the value at which the reader stands, and stops at its end.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="problem">What is wrong, to follow the name of the value in a sentence.</param>
    /// <returns>The value, or null when it is not of this kind.</returns>
    public DataArray? TryRead(ref Utf8JsonReader json, out string? problem)
    {
        Read(ref json, 0);
        problem = _problem;
        if (_problem is not null) { return null; }
        int kinds = (_reals.Count > 0 ? 1 : 0) + (_booleans.Count > 0 ? 1 : 0) + (_texts.Count > 0 ? 1 : 0);
        if (kinds > 1)
        {
            problem = "mixes numbers, texts and truth values";
            return null;
        }

        int[] shape = [.. _shape];
        bool scalar = shape.Length == 0;
        if (_booleans.Count > 0) { return scalar ? DataArray.Of(_booleans[0]) : DataArray.Of([.. _booleans], shape); }
        if (_texts.Count > 0) { return scalar ? DataArray.Of(_texts[0]) : DataArray.Of([.. _texts], shape); }
        if (_reals.Count > 0 && _isInteger) { return scalar ? DataArray.Of(_integers[0]) : DataArray.Of([.. _integers], shape); }
        return scalar ? DataArray.Of(_reals[0]) : DataArray.Of([.. _reals], shape);
    }

    private void Read(ref Utf8JsonReader json, int depth)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartArray:
                ReadList(ref json, depth);
                return;
            case JsonTokenType.True or JsonTokenType.False:
                _booleans.Add(json.GetBoolean());
                break;
            case JsonTokenType.String:
                _texts.Add(json.GetString()!);
                break;
            case JsonTokenType.Number:
                AddNumber(ref json);
                break;
            case JsonTokenType.Null:
                _reals.Add(double.NaN);
                _isInteger = false;
                break;
            default:
                _problem ??= "is an object; only scalars and lists can be held";
                json.Skip();
                return;
        }

        if (_leafDepth < 0) { _leafDepth = depth; }
        if (_leafDepth != depth) { _problem ??= "is a list whose rows differ in length"; }
    }

    private void ReadList(ref Utf8JsonReader json, int depth)
    {
        bool first = _shape.Count == depth;
        if (first) { _shape.Add(-1); }
        int count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Read(ref json, depth + 1);
            count++;
        }

        if (_shape[depth] < 0) { _shape[depth] = count; }
        if (_shape[depth] != count) { _problem ??= "is a list whose rows differ in length"; }

        // A list of empty lists has no leaf that tells the depth.
        if (count == 0 && _leafDepth < 0) { _leafDepth = depth + 1; }
        if (count == 0 && _leafDepth != depth + 1) { _problem ??= "is a list whose rows differ in length"; }
    }

    private void AddNumber(ref Utf8JsonReader json)
    {
        if (!json.TryGetDouble(out double real))
        {
            _problem ??= "has a number that cannot be read";
            return;
        }

        _reals.Add(real);
        if (!_isInteger) { return; }
        if (json.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && json.TryGetInt64(out long integer))
        {
            _integers.Add(integer);
        }
        else
        {
            _isInteger = false;
        }
    }
}

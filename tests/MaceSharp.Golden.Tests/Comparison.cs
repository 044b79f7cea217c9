using System.Globalization;
using System.Text;
using MaceSharp.Atoms;
using Xunit.Sdk;

namespace MaceSharp.Golden.Tests;

/// <summary>Collects what differs from the reference by more than its bound, so that one run of a model shows everything that is wrong with it.</summary>
internal sealed class Comparison(string model)
{
    private const int MostShown = 24;

    private readonly List<string> _failures = [];
    private string _where = "";

    /// <summary>Number of numbers that were compared.</summary>
    public int Count { get; private set; }

    /// <summary>Runs the comparisons of one structure; an exception counts as one failure and does not end the others.</summary>
    public void At(string structure, string head, Action compare)
    {
        _where = $"{structure}, head {head}";
        try
        {
            compare();
        }
        catch (Exception exception) when (exception is not XunitException)
        {
            string first = exception.StackTrace?.Split('\n').FirstOrDefault()?.Trim() ?? "";
            _failures.Add($"{_where}: {exception.GetType().Name}: {exception.Message} {first}");
        }
    }

    /// <summary>Compares numbers one by one; shows the worst.</summary>
    public void Numbers(string quantity, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double bound)
    {
        if (expected.Length != actual.Length)
        {
            _failures.Add($"{_where}: {quantity} has {actual.Length} numbers, the reference {expected.Length}");
            return;
        }

        int worst = -1;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= largest))
            {
                largest = difference;
                worst = i;
            }
        }

        Count += expected.Length;
        if (largest <= bound) { return; }
        _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{_where}: {quantity} off by {largest:E2}, bound {bound:E2} (element {worst} of {expected.Length}: {actual[worst]:R}, reference {expected[worst]:R})"));
    }

    /// <summary>Compares one number.</summary>
    public void Number(string quantity, double expected, double? actual, double bound)
    {
        if (actual is not { } value)
        {
            _failures.Add($"{_where}: {quantity} is missing");
            return;
        }

        Numbers(quantity, [expected], [value], bound);
    }

    /// <summary>Compares one matrix.</summary>
    public void Matrix(string quantity, ReadOnlySpan<double> expected, Matrix3? actual, double bound)
    {
        if (actual is not { } value)
        {
            _failures.Add($"{_where}: {quantity} is missing");
            return;
        }

        Numbers(quantity, expected, value.ToArray(), bound);
    }

    /// <summary>Notes something else that is wrong.</summary>
    public void Require(bool condition, string otherwise)
    {
        if (!condition) { _failures.Add($"{_where}: {otherwise}"); }
    }

    /// <summary>Fails with the list of all differences, if there are any, or if nothing was compared.</summary>
    public void AssertAllWithinBounds()
    {
        if (_failures.Count == 0 && Count > 0) { return; }
        StringBuilder message = new();
        message.Append(CultureInfo.InvariantCulture, $"{model}: {(Count == 0 ? "nothing was compared" : $"{_failures.Count} differences")}");
        foreach (string failure in _failures.Take(MostShown)) { message.AppendLine().Append("  ").Append(failure); }
        if (_failures.Count > MostShown) { message.AppendLine().Append("  …"); }
        throw new XunitException(message.ToString());
    }
}

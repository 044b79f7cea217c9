using System.Globalization;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Output;

/// <summary>Chemical formulas.</summary>
internal static class Formula
{
    /// <summary>The formula in Hill's order: C, then H, then the rest by symbol; all by symbol without carbon (E. A. Hill, J. Am. Chem. Soc. 22, 478 (1900)).</summary>
    public static string Hill(ReadOnlySpan<int> atomicNumbers)
    {
        Span<int> counts = stackalloc int[Elements.MaxAtomicNumber + 1];
        counts.Clear();
        foreach (int z in atomicNumbers) { counts[z]++; }
        List<(string Symbol, int Count)> parts = [];
        for (int z = 0; z < counts.Length; z++)
        {
            if (counts[z] > 0) { parts.Add((Elements.Symbol(z), counts[z])); }
        }

        bool organic = counts[6] > 0;
        int Rank(string symbol) => !organic ? 2 : symbol == "C" ? 0 : symbol == "H" ? 1 : 2;
        StringBuilder formula = new();
        foreach ((string symbol, int count) in parts.OrderBy(p => Rank(p.Symbol)).ThenBy(static p => p.Symbol, StringComparer.Ordinal))
        {
            formula.Append(symbol);
            if (count > 1) { formula.Append(count.ToString(CultureInfo.InvariantCulture)); }
        }

        return formula.ToString();
    }
}

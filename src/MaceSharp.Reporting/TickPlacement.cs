using System.Globalization;

namespace MaceSharp.Reporting;

/// <summary>Where the ticks of an axis stand and what is written there.</summary>
internal static class TickPlacement
{
    /// <summary>Ticks of an axis: its own, or round numbers.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="range">What it shows.</param>
    /// <param name="target">About how many.</param>
    public static IReadOnlyList<AxisTick> For(Axis axis, AxisRange range, int target)
    {
        if (axis.Ticks is not null)
        {
            double slack = 1e-9 * (range.Maximum - range.Minimum);
            return [.. axis.Ticks.Where(tick => tick.Position >= range.Minimum - slack && tick.Position <= range.Maximum + slack)];
        }

        return range.Scale == AxisScale.Logarithmic ? Logarithmic(range, target) : Linear(range, target);
    }

    private static List<AxisTick> Linear(AxisRange range, int target)
    {
        double rough = (range.Maximum - range.Minimum) / Math.Max(1, target);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { < 1.5 => power, < 3.5 => 2 * power, < 7.5 => 5 * power, _ => 10 * power };
        List<AxisTick> ticks = [];
        double first = Math.Ceiling((range.Minimum / step) - 1e-9);
        double last = Math.Floor((range.Maximum / step) + 1e-9);
        if (!double.IsFinite(first) || !double.IsFinite(last) || last - first > 100) { return ticks; }
        int decimals = (int)Math.Clamp(-Math.Floor(Math.Log10(step) + 1e-9), 0, 15);
        double largest = Math.Max(Math.Abs(range.Minimum), Math.Abs(range.Maximum));
        string format = largest >= 1e6 || largest < 1e-3
            ? "0." + new string('#', (int)Math.Clamp(Math.Floor(Math.Log10(largest)) - Math.Floor(Math.Log10(step) + 1e-9), 0, 12)) + "e0"
            : "F" + decimals.ToString(CultureInfo.InvariantCulture);
        for (double k = first; k <= last; k++)
        {
            double value = k * step;
            ticks.Add(new(value, k == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−')));
        }

        return ticks;
    }

    private static List<AxisTick> Logarithmic(AxisRange range, int target)
    {
        double low = Math.Log10(range.Minimum), high = Math.Log10(range.Maximum);
        List<AxisTick> ticks = [];
        int first = (int)Math.Ceiling(low - 1e-9), last = (int)Math.Floor(high + 1e-9);
        int stride = Math.Max(1, (last - first + target) / target);
        bool sparse = high - low < 2;
        for (int decade = first - 1; decade <= last; decade++)
        {
            foreach (int digit in (ReadOnlySpan<int>)(sparse ? [1, 2, 5] : [1]))
            {
                double value = digit * Math.Pow(10, decade);
                if (value < range.Minimum * (1 - 1e-9) || value > range.Maximum * (1 + 1e-9)) { continue; }
                if (digit == 1 && (decade - first) % stride != 0) { continue; }
                ticks.Add(new(value, decade is >= -3 and <= 4 ? value.ToString("0.#####", CultureInfo.InvariantCulture) : digit + "e" + decade.ToString(CultureInfo.InvariantCulture).Replace('-', '−')));
            }
        }

        // Less than a factor of two between the ends: no round decimal lies between, so the axis is labelled like a linear one.
        return ticks.Count >= 2 ? ticks : Linear(range, target);
    }
}

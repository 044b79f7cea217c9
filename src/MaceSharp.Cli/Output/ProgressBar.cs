using System.Diagnostics;
using System.Globalization;

namespace MaceSharp.Cli.Output;

/// <summary>A line on the terminal that shows how far a long run is and when it will end. Silent when nobody watches, and during the first second.</summary>
internal sealed class ProgressBar : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly TextWriter _writer;
    private readonly bool _enabled;
    private readonly int _width;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = Delay;
    private bool _shown;

    /// <summary>Creates a bar on standard error.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="quiet">Whether the user wants none.</param>
    public ProgressBar(CliContext context, bool quiet)
    {
        _writer = context.Error;
        _enabled = context.ErrorIsTerminal && !quiet;
        _width = context.Width;
    }

    /// <summary>Shows progress, now and then.</summary>
    /// <param name="done">Items done.</param>
    /// <param name="fraction">Share of the work that is done, 0 to 1; null when it is not known.</param>
    /// <param name="noun">What the items are, in the plural.</param>
    public void Report(long done, double? fraction, string noun)
    {
        if (!_enabled || _watch.Elapsed < _next) { return; }
        _next = _watch.Elapsed + Interval;
        _shown = true;
        double seconds = _watch.Elapsed.TotalSeconds;
        string rate = string.Create(CultureInfo.InvariantCulture, $"{Numbers.Grouped(done)} {noun}, {Numbers.Short(done / seconds)}/s");
        string line = rate;
        if (fraction is double share and > 0)
        {
            share = Math.Min(share, 1);
            int filled = (int)(share * BarWidth);
            string bar = new string('#', filled) + new string('.', BarWidth - filled);
            string left = Numbers.Duration(TimeSpan.FromSeconds(seconds * (1 - share) / share));
            line = string.Create(CultureInfo.InvariantCulture, $"[{bar}] {100 * share,3:F0} %  {rate}, {left} left");
        }

        _writer.Write('\r');
        _writer.Write(line.Length < _width ? line : line[..(_width - 1)]);
        _writer.Write("\e[K");
        _writer.Flush();
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (!_shown) { return; }
        _shown = false;
        _writer.Write("\r\e[K");
        _writer.Flush();
    }
}

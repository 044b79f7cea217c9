using System.Diagnostics;
using Spectre.Console;

namespace MaceSharp.Cli.Output;

/// <summary>
/// Shows on standard error how far a long run is and when it will end. Silent when nobody watches, and during the first second,
/// so that short runs pay nothing for it. The lines go away in the end.
/// </summary>
/// <remarks>It has no thread of its own: what is shown changes inside <see cref="Report"/>, which one thread calls. What is measured between two calls is not disturbed.</remarks>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly CliContext _context;
    private readonly Func<double, string> _describe;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TaskCompletionSource _ended = new();
    private bool _enabled;
    private TimeSpan _next;
    private Task? _display;
    private ProgressContext? _lines;
    private ProgressTask? _line;

    /// <summary>Creates a display.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="enabled">Whether the user wants one.</param>
    /// <param name="describe">Says in words how much is done.</param>
    /// <param name="delay">How long nothing is shown; null for a second.</param>
    public ProgressDisplay(CliContext context, bool enabled, Func<double, string> describe, TimeSpan? delay = null)
    {
        _context = context;
        _describe = describe;
        _next = delay ?? TimeSpan.FromSeconds(1);
        _enabled = enabled && context.ErrorIsTerminal && context.Variable("TERM") != "dumb";
    }

    /// <summary>A display that counts frames.</summary>
    public static ProgressDisplay OfFrames(CliContext context, bool enabled, TimeSpan? delay = null) => new(context, enabled, static frames => Numbers.Count((long)frames, "frame"), delay);

    /// <summary>Notes how far the run is.</summary>
    /// <param name="done">What is done, in the unit of the description.</param>
    /// <param name="fraction">Share of the work that is done, 0 to 1; null when it is not known.</param>
    public void Report(double done, double? fraction)
    {
        if (!_enabled || _watch.Elapsed < _next) { return; }
        try
        {
            Show(done, fraction);
        }
#pragma warning disable CA1031 // A display that fails, perhaps because the terminal went away, is no reason to end a run.
        catch (Exception)
#pragma warning restore CA1031
        {
            _enabled = false;
        }

        _next = _watch.Elapsed + Interval;
    }

    /// <summary>Takes the display away.</summary>
    public void Dispose()
    {
        _enabled = false;
        _ended.TrySetResult();
        try
        {
            _display?.GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        _display = null;
    }

    private void Show(double done, double? fraction)
    {
        if (_display is null) { Start(fraction is not null); }
        string text = _describe(done);
        if (fraction is double share and > 0)
        {
            // The estimate of the library would take what was done before the display began for instantaneous.
            share = Math.Min(share, 1);
            _line!.Value = share;
            text += $", {Numbers.Duration(_watch.Elapsed * ((1 - share) / share))} left";
        }

        _line!.Description = Markup.Escape(text);
        _lines!.Refresh();
    }

    private void Start(bool isMeasurable)
    {
        ProgressColumn[] columns = isMeasurable
            ? [new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }]
            : [new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ElapsedTimeColumn()];
        IAnsiConsole console = StyledOutput.OpenConsole(_context.Error, isTerminal: true, _context.UseColor(isTerminal: true), _context.Width);
        _display = console.Progress().AutoClear(true).AutoRefresh(false).Columns(columns).StartAsync(lines =>
        {
            _lines = lines;
            _line = lines.AddTask("progress", maxValue: 1);
            return _ended.Task;
        });
    }
}

using System.Diagnostics;
using Spectre.Console;

namespace MaceSharp.Cli.Output;

/// <summary>
/// Shows on standard error how far a long run is and when it will end. Silent when nobody watches, and during the first second,
/// so that short runs pay nothing for it. The lines go away in the end.
/// </summary>
/// <remarks><see cref="Report"/> is called by one thread.</remarks>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly CliContext _context;
    private readonly Func<double, string> _describe;
    private readonly bool _enabled;
    private readonly TimeSpan _delay;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ManualResetEventSlim _ended = new();
    private Thread? _thread;
    private double _done;
    private double _fraction = double.NaN;

    /// <summary>Creates a display.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="enabled">Whether the user wants one.</param>
    /// <param name="describe">Says in words how much is done.</param>
    /// <param name="delay">How long nothing is shown; null for a second.</param>
    public ProgressDisplay(CliContext context, bool enabled, Func<double, string> describe, TimeSpan? delay = null)
    {
        _context = context;
        _describe = describe;
        _delay = delay ?? TimeSpan.FromSeconds(1);
        _enabled = enabled && context.ErrorIsTerminal && context.Variable("TERM") != "dumb";
    }

    /// <summary>A display that counts frames.</summary>
    public static ProgressDisplay OfFrames(CliContext context, bool enabled, TimeSpan? delay = null) => new(context, enabled, static frames => Numbers.Count((long)frames, "frame"), delay);

    /// <summary>Notes how far the run is.</summary>
    /// <param name="done">What is done, in the unit of the description.</param>
    /// <param name="fraction">Share of the work that is done, 0 to 1; null when it is not known.</param>
    public void Report(double done, double? fraction)
    {
        if (!_enabled) { return; }
        Volatile.Write(ref _done, done);
        Volatile.Write(ref _fraction, fraction ?? double.NaN);
        if (_thread is null && _watch.Elapsed > _delay)
        {
            _thread = new Thread(Show) { IsBackground = true, Name = "mace progress" };
            _thread.Start();
        }
    }

    /// <summary>Takes the display away.</summary>
    public void Dispose()
    {
        _ended.Set();
        _thread?.Join();
        _thread = null;
    }

    private void Show()
    {
        try
        {
            // The time left is that of the whole run so far: the library's estimate takes what was done before the display began for instantaneous.
            bool isMeasurable = !double.IsNaN(Volatile.Read(ref _fraction));
            ProgressColumn[] columns = isMeasurable
                ? [new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }]
                : [new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ElapsedTimeColumn()];
            IAnsiConsole console = StyledOutput.OpenConsole(_context.Error, isTerminal: true, _context.UseColor(isTerminal: true), _context.Width);
            console.Progress().AutoClear(true).AutoRefresh(false).Columns(columns).Start(progress =>
            {
                ProgressTask task = progress.AddTask("progress", maxValue: 1);
                do
                {
                    string text = _describe(Volatile.Read(ref _done));
                    if (Math.Min(Volatile.Read(ref _fraction), 1) is double fraction and > 0)
                    {
                        task.Value = fraction;
                        text += $", {Numbers.Duration(_watch.Elapsed * ((1 - fraction) / fraction))} left";
                    }

                    task.Description = Markup.Escape(text);
                    progress.Refresh();
                }
                while (!_ended.Wait(Interval));
            });
        }
#pragma warning disable CA1031 // A display that fails, perhaps because the terminal went away, is no reason to end a run.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

using System.Globalization;
using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Training;

/// <summary>Tells the terminal and the log file how a run goes.</summary>
internal sealed class TrainingLog : ITrainingObserver, IDisposable
{
    private readonly CliContext _context;
    private readonly StreamWriter? _file;
    private readonly bool _quiet;
    private readonly ProgressDisplay _progress;
    private readonly int _epochs;
    private EpochTable? _table;
    private string _state = "";

    /// <summary>Opens the log.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="path">The log file, to which is appended; null: none.</param>
    /// <param name="epochs">Number of epochs.</param>
    /// <param name="quiet">Whether the terminal gets only warnings and the results.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    public TrainingLog(CliContext context, string? path, int epochs, bool quiet)
    {
        _context = context;
        _quiet = quiet;
        _epochs = epochs;
        _progress = new ProgressDisplay(context, !quiet, _ => _state);
        try
        {
            if (path is not null) { _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = true }; }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Note(string message)
    {
        if (!_quiet)
        {
            _context.Out.WriteLine(message.Printable());
            _context.Out.Flush();
        }

        ToFile(message);
    }

    /// <summary>A text of several lines that is shown even when the terminal should be quiet.</summary>
    public void Result(string text)
    {
        _context.Out.WriteLine(text);
        _context.Out.Flush();
        ToFile("\n" + text);
    }

    /// <summary>A warning.</summary>
    public void Warn(string message)
    {
        _context.Error.WriteLine("mace: note: " + message.Printable());
        ToFile(message, "WARNING");
    }

    /// <summary>What dimers say: every curve to the file, what is wrong as a warning.</summary>
    public void Dimers(DimerCheck check)
    {
        foreach (DimerCurve curve in check.Curves) { ToFile($"Dimer {check.NameOf(curve)}: {curve.Sentence}", curve.Verdict == DimerVerdict.Repulsive ? "INFO" : "WARNING"); }
        if (check.IsRepulsive) { Note(check.Summary); }
        else { Warn(check.Summary); }
    }

    /// <inheritdoc/>
    public void StepTaken(int epoch, int step, int steps, double loss)
    {
        _state = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, step {step} of {steps}, loss {loss:G4}");
        _progress.Report(step, ((double)epoch / _epochs) + ((double)step / steps / _epochs));
    }

    /// <inheritdoc/>
    public void Validated(EpochReport report)
    {
        if (!_quiet)
        {
            _table ??= new EpochTable(_context.StyledOut, report);
            _table.Add(report);
        }

        foreach (HeadMetrics head in report.Heads) { ToFile(Line(report, head)); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _progress.Dispose();
        _file?.Dispose();
    }

    /// <summary>A validation as mace-torch's log has it.</summary>
    private static string Line(EpochReport report, HeadMetrics head)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{(report.Epoch is int epoch ? $"Epoch {epoch}" : "Initial")}: head: {head.Head}, loss={head.Metrics.Loss:F8}");
        if (head.Metrics.EnergyPerAtom is { } energy) { text.Append(CultureInfo.InvariantCulture, $", RMSE_E_per_atom={1000 * energy.Rmse,8:F2} meV"); }
        if (head.Metrics.Forces is { } forces) { text.Append(CultureInfo.InvariantCulture, $", RMSE_F={1000 * forces.Rmse,8:F2} meV / A"); }
        if (head.Metrics.Stress is { } stress) { text.Append(CultureInfo.InvariantCulture, $", RMSE_stress={1000 * stress.Rmse,8:F2} meV / A^3"); }
        if (head.Metrics.VirialsPerAtom is { } virials) { text.Append(CultureInfo.InvariantCulture, $", RMSE_virials_per_atom={1000 * virials.Rmse,8:F2} meV"); }
        if (head.Metrics.DipolePerAtom is { } dipole) { text.Append(CultureInfo.InvariantCulture, $", RMSE_MU_per_atom={1000 * dipole.Rmse,8:F2} m"); }
        if (head.Metrics.PolarizabilityPerAtom is { } alpha) { text.Append(CultureInfo.InvariantCulture, $", RMSE_polarizability_per_atom={1000 * alpha.Rmse,8:F2} m"); }
        return text.ToString();
    }

    private void ToFile(string message, string level = "INFO")
    {
        try
        {
            _file?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm:ss.fff} {level}: {message}"));
        }
        catch (IOException exception)
        {
            throw new InvalidInputException($"The log cannot be written: {exception.Message.TrimEnd('.')}; the run can go on from its latest checkpoint with --restart_latest.", exception);
        }
    }
}

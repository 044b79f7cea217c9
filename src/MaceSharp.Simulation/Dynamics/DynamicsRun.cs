using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// A run of molecular dynamics with its files. Killed at any moment, it goes on from its last restart file bit for bit, with the same options, potential and number of threads:
/// files are cut back to where they were, and at restart points the run itself forgets what is not in the file.
/// </summary>
public sealed class DynamicsRun : IDisposable
{
    private readonly MolecularDynamics _md;
    private readonly DynamicsOutput _output;
    private readonly GuardWatch _guards;
    private readonly AppendedFile? _statistics;
    private readonly AppendedFile? _trajectory;

    private DynamicsRun(MolecularDynamics md, double cutoff, DynamicsOutput output, long statisticsLength, long trajectoryLength)
    {
        (_md, _output) = (md, output);
        if (output.StatisticsEvery < 1 || output.TrajectoryEvery < 1 || output.RestartEvery < 1 || output.Guards.Every < 1) { throw new InvalidInputException("Files are written, and guards look, every step or every few steps."); }
        _guards = new GuardWatch(output.Guards, cutoff, md);
        _statistics = output.StatisticsPath is null ? null : new AppendedFile(output.StatisticsPath, statisticsLength);
        try
        {
            _trajectory = output.TrajectoryPath is null ? null : new AppendedFile(output.TrajectoryPath, trajectoryLength);
        }
        catch
        {
            _statistics?.Dispose();
            throw;
        }
    }

    /// <summary>The atoms and how they move.</summary>
    public MolecularDynamics Dynamics => _md;

    /// <summary>Step from which the run was taken up; 0 for a new one.</summary>
    public long FirstStep { get; private init; }

    /// <summary>The latest restart file, or null.</summary>
    public string? RestartPath { get; private set; }

    /// <summary>Starts a run: overwrites its files and writes step 0.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The start.</param>
    /// <param name="options">How it goes.</param>
    /// <param name="output">What is written.</param>
    /// <exception cref="InvalidInputException">Options, structure or files cannot be used.</exception>
    public static DynamicsRun Start(IPotential potential, Structure structure, DynamicsOptions options, DynamicsOutput output)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(output);
        MolecularDynamics md = new(potential, structure, options);
        try
        {
            DynamicsRun run = new(md, potential.CutoffRadius, output, 0, 0);
            if (run._statistics is not null) { StatisticsTable.WriteHeading(run._statistics.Writer, md); }
            run.WriteRowAndFrame();
            return run;
        }
        catch
        {
            md.Dispose();
            throw;
        }
    }

    /// <summary>Takes a run up from a restart file.</summary>
    /// <param name="potential">The potential of the run.</param>
    /// <param name="restartPath">The file.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="output">Its files.</param>
    /// <exception cref="InvalidInputException">The file is no restart point of such a run, or files of the run are missing.</exception>
    public static DynamicsRun Resume(IPotential potential, string restartPath, DynamicsOptions options, DynamicsOutput output)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(output);
        Structure point = RestartFiles.Read(restartPath);
        StateBag bag = new(point.Info);
        long statistics = bag.Has("statistics_bytes") ? bag.Integers("statistics_bytes", 1)[0] : 0, trajectory = bag.Has("trajectory_bytes") ? bag.Integers("trajectory_bytes", 1)[0] : 0;
        MolecularDynamics md = MolecularDynamics.Resume(potential, point, options);
        try
        {
            return new DynamicsRun(md, potential.CutoffRadius, output, statistics, trajectory) { FirstStep = md.State.StepCount, RestartPath = restartPath };
        }
        catch
        {
            md.Dispose();
            throw;
        }
    }

    /// <summary>Runs until a number of steps is done, counted from the very start.</summary>
    /// <param name="steps">The number.</param>
    /// <param name="progress">Told after each step how many are done.</param>
    /// <param name="cancellationToken">Ends the run after the present step; the files are whole, and the last restart point stands.</param>
    /// <exception cref="DynamicsStoppedException">A guard stopped it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(long steps, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_md.State.StepCount < steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Step(cancellationToken);
                long done = _md.State.StepCount;
                WriteRowAndFrame();
                if (_output.RestartStem is not null && (done % _output.RestartEvery == 0 || done == steps)) { WriteRestart(); }
                progress?.Invoke(done);
            }

            if (_output.FinalPath is string final) { Write(final, _md.Snapshot()); }
        }
        finally
        {
            _statistics?.Flush(toDisk: false);
            _trajectory?.Flush(toDisk: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _statistics?.Dispose();
        _trajectory?.Dispose();
        _md.Dispose();
    }

    private static void Write(string path, Structure structure)
    {
        using StructureWriter writer = StructureWriter.Create(path, StructureFormat.ExtendedXyz);
        writer.Write(structure);
        writer.Complete();
    }

    private void Step(CancellationToken cancellationToken)
    {
        string? problem;
        try
        {
            _md.Step(cancellationToken);
            problem = _guards.Check(_md);
        }
        catch (InvalidInputException exception)
        {
            problem = $"the atoms cannot be evaluated any more ({exception.Message.TrimEnd('.')})";
        }

        if (problem is null) { return; }
        if (_output.LastGoodPath is string path) { Write(path, _guards.LastGood); }
        string kept = _output.LastGoodPath is null ? "" : $" The last good frame (step {_guards.LastGood.Info["step"].Integers[0]}) is in '{_output.LastGoodPath}'.";
        throw new DynamicsStoppedException(string.Create(CultureInfo.InvariantCulture, $"Stopped at step {_md.State.StepCount}: {problem}.{kept}"));
    }

    private void WriteRowAndFrame()
    {
        long step = _md.State.StepCount;
        if (_statistics is not null && step % _output.StatisticsEvery == 0) { StatisticsTable.WriteRow(_statistics.Writer, _md); }
        if (_trajectory is null || step < _output.TrajectoryStart || step % _output.TrajectoryEvery != 0) { return; }
        Structure frame = _md.Snapshot();
        if (_output.TrajectoryFormat == TrajectoryFormat.LammpsDump)
        {
            LammpsDump.Write(_trajectory.Writer, frame, _md.State.Masses);
            return;
        }

        using StructureWriter writer = new(_trajectory.Writer, StructureFormat.ExtendedXyz);
        writer.Write(frame);
    }

    private void WriteRestart()
    {
        Structure point = _md.Save();
        StateBag bag = new(point.Info);
        if (_statistics is not null) { bag.Set("statistics_bytes", _statistics.Flush(toDisk: true)); }
        if (_trajectory is not null) { bag.Set("trajectory_bytes", _trajectory.Flush(toDisk: true)); }
        RestartPath = RestartFiles.Write(_output.RestartStem!, point, _md.State.StepCount, _output.RestartsToKeep);
        _md.Renew();
    }
}

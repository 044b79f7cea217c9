using System.Diagnostics;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Adaptation;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Runs;

/// <summary>
/// The loop over epochs: steps, validation, the choice of the best model, stages, patience, checkpoints. A run that is stopped at any moment and goes on
/// from its latest checkpoint ends with the same bytes as one that was not, for the same number of threads.
/// </summary>
public sealed partial class TrainingRun : IDisposable
{
    /// <summary>Time between checkpoints at least; a run that is killed loses about this and the present epoch.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>Checkpoints take at most this share of the time.</summary>
    private const double CheckpointShare = 0.02;

    private readonly TrainingPlan _plan;
    private readonly OptimizationOptions _options;
    private readonly ITrainingObserver _observer;
    private readonly IBatchDifferentiator _differentiator;
    private readonly ParameterSet _parameters;
    private readonly IParameterization _trained;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly ExponentialMovingAverage? _ema;
    private readonly ILoss _lossOne;
    private readonly ILoss? _lossTwo;
    private readonly RunProgress _progress = new();
    private readonly RunFiles _files;
    private readonly string _fingerprint;
    private readonly FrameSet _frames;
    private readonly PredictionAdjoint _adjoint = new();
    private readonly double[] _parameterGradient;
    private readonly double[] _gradient;
    private readonly double[] _evaluated;
    private double[]? _bestOne;
    private double[]? _bestTwo;
    private ResultsWriter? _results;
    private long _lastCheckpoint;
    private TimeSpan _interval = ShortestInterval;
    private long _resumed;
    private double _secondsBefore;

    /// <summary>Makes a run ready.</summary>
    /// <param name="plan">Model, data and options.</param>
    /// <param name="observer">Is told how it goes.</param>
    public TrainingRun(TrainingPlan plan, ITrainingObserver observer)
        : this(plan, observer, parameters => DifferentiatorOf(plan, parameters))
    {
    }

    internal TrainingRun(TrainingPlan plan, ITrainingObserver observer, Func<ParameterSet, IBatchDifferentiator> createDifferentiator)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(observer);
        _plan = plan;
        _options = plan.Options.Optimization;
        _observer = observer;
        _parameters = new ParameterSet(plan.Model);
        _trained = plan.Options.FineTuning is { LowRank: { } adapters }
            ? new LowRankAdapters(_parameters, adapters.Rank, adapters.Alpha, plan.Options.Seed)
            : new DirectParameterization(_parameters);
        _optimizer = OptimizerOf(_options, _trained);
        Freeze();
        _differentiator = createDifferentiator(_parameters);
        _schedule = ScheduleOf(_options);
        _ema = _options.Ema ? new ExponentialMovingAverage(_trained.Values, _options.EmaDecay) : null;
        _lossOne = LossFactory.Create(plan.Options.Loss);
        _lossTwo = _options.StageTwo ? LossFactory.CreateStageTwo(plan.Options.Loss) : null;
        _files = new RunFiles(plan.Options);
        _fingerprint = DataFingerprint.Of(plan);
        _frames = plan.TrainingFrames;
        _parameterGradient = new double[_parameters.Count];
        _gradient = new double[_trained.Values.Length];
        _evaluated = new double[_trained.Values.Length];
    }

    /// <summary>The groups of parameters and how each is optimised; frozen ones are in none.</summary>
    public IReadOnlyList<OptimizerGroup> Groups => _optimizer.Groups;

    /// <summary>How many numbers are trained: parameters, or those of their adapters.</summary>
    public int TrainedCount => Groups.Sum(static g => g.Count);

    private ILoss Loss => _progress.IsStageTwo ? _lossTwo! : _lossOne;

    /// <summary>Trains to the end.</summary>
    /// <param name="cancellationToken">Stops after the present step, with a checkpoint.</param>
    /// <returns>The best model of each stage.</returns>
    /// <exception cref="InvalidInputException">Training diverged, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint is complete.</exception>
    public TrainingOutcome Run(CancellationToken cancellationToken = default)
    {
        _files.CreateFolders();
        if (_plan.Options.RestartLatest) { Resume(); }
        _secondsBefore = _progress.Seconds;
        _resumed = Stopwatch.GetTimestamp();
        _lastCheckpoint = _resumed;
        using ResultsWriter results = new(_files.Results, _progress.ResultsLength);
        _results = results;
        try
        {
            if (!_progress.IsInitiallyValidated)
            {
                Validate(null, cancellationToken);
                _progress.IsInitiallyValidated = true;
            }

            while (_progress.Epoch < _options.MaxEpochs && !_progress.IsOver) { RunEpoch(cancellationToken); }
        }
        catch (OperationCanceledException)
        {
            SaveCheckpoint();
            throw;
        }

        SaveCheckpoint();
        return Outcome();
    }

    /// <summary>Differentiates the first batch twice, to see how long a step takes.</summary>
    /// <param name="cancellationToken">Ends the trial early.</param>
    /// <returns>The time of a step that follows another.</returns>
    public TimeSpan TryStep(CancellationToken cancellationToken = default)
    {
        int[] order = DataSetReader.Shuffle(_frames.Count, _plan.Options.Seed, "epoch 0");
        TrainingBatch batch = new(_frames.Read(order.AsSpan(0, Math.Min(_options.BatchSize, order.Length))));
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 2; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            Differentiate(batch);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            if (time < best) { best = time; }
        }

        return best;
    }

    /// <summary>Errors of a model of this run on frames.</summary>
    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="frames">The frames, with neighbours or without.</param>
    /// <param name="loss">The loss; null: that of the present stage.</param>
    /// <param name="cancellationToken">Ends the evaluation early.</param>
    public ErrorMetrics Evaluate(ReadOnlySpan<double> parameters, FrameSet frames, ILoss? loss = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        loss ??= Loss;
        ErrorAccumulator errors = new();
        Properties wanted = loss.Reads;
        for (int first = 0; first < frames.Count; first += _options.ValidBatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrainingBatch batch = new(frames.ReadFrom(first, _options.ValidBatchSize));
            BatchPrediction prediction = _differentiator.Predict(batch, parameters, wanted);
            errors.Add(batch, prediction, wanted, loss.Evaluate(batch, prediction, null));
        }

        return errors.Complete();
    }

    /// <summary>Puts labels beside predictions of a model of this run.</summary>
    /// <param name="name">Name of the set of frames.</param>
    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="cancellationToken">Ends the comparison early.</param>
    public ParityData Compare(string name, ReadOnlySpan<double> parameters, FrameSet frames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ParityCollector collector = new(_plan, frames.Sum(static f => 3L * f.Structure.Count));
        for (int first = 0; first < frames.Count; first += _options.ValidBatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrainingBatch batch = new(frames.ReadFrom(first, _options.ValidBatchSize));
            collector.Add(batch, _differentiator.Predict(batch, parameters, Properties.Energy | Properties.Forces));
        }

        return collector.Complete(name);
    }

    /// <inheritdoc/>
    public void Dispose() => _differentiator.Dispose();

    private static IBatchDifferentiator DifferentiatorOf(TrainingPlan plan, ParameterSet parameters) => plan.Options.Precision == Precision.Float64
        ? new MaceDifferentiator<double>(parameters, plan.Options.Threads)
        : new MaceDifferentiator<float>(parameters, plan.Options.Threads);

    private static Optimizer OptimizerOf(OptimizationOptions options, IParameterization trained)
    {
        IReadOnlyList<OptimizerGroup> groups = ParameterGrouping.Create(trained.Places.Select(static p => p.Place), options.WeightDecay, options.LearningRateFactors, options.Freeze);
        if (groups.Count == 0) { throw new InvalidInputException("Nothing is left to train: freeze and lr_params_factors leave out every parameter."); }
        return options.Optimizer == "schedulefree"
            ? new ScheduleFreeOptimizer(groups, options.LearningRate, trained.Values, options.ScheduleFreeBeta1, options.ScheduleFreeBeta2)
            : new AdamOptimizer(groups, options.LearningRate, new AdamOptions { Beta1 = options.Beta, AmsGrad = options.AmsGrad, DecoupledDecay = options.Optimizer == "adamw" });
    }

    /// <summary>Freezes the parameters that no trained number acts on, so that their gradients are not computed.</summary>
    private void Freeze()
    {
        HashSet<ParameterRange> moved = [.. Groups.SelectMany(static g => g.Ranges)];
        HashSet<ParameterSlot> trained = [.. _trained.Places.Where(p => moved.Contains(p.Place.Range)).Select(static p => p.Slot)];
        _parameters.Freeze(slot => !trained.Contains(slot));
    }

    private static LearningRateSchedule ScheduleOf(OptimizationOptions options) => options.Optimizer == "schedulefree" ? new ConstantSchedule()
        : options.Scheduler == "ExponentialLR" ? new ExponentialSchedule(options.ExponentialFactor)
        : new PlateauSchedule(options.PlateauFactor, options.PlateauPatience);

    private void RunEpoch(CancellationToken cancellationToken)
    {
        BeginEpoch();
        if (_progress.IsPolishing) { Polish(cancellationToken); }
        else { TakeSteps(cancellationToken); }
        int epoch = _progress.Epoch;
        if (epoch % _options.EvaluationInterval == 0 || _progress.HasConverged) { Validate(epoch, cancellationToken); }
        _progress.IsOver |= _progress.HasConverged;
        _progress.Epoch++;
        _progress.Step = 0;
        _progress.HasBegun = false;
        _progress.LossSum = 0;
        SaveCheckpointInTime();
        if (_plan.Options.KeepCheckpoints) { WriteCheckpoint(_files.CheckpointAfter(_progress.Epoch)); }
    }

    /// <summary>An epoch of steps, a batch each.</summary>
    private void TakeSteps(CancellationToken cancellationToken)
    {
        int epoch = _progress.Epoch, steps = _plan.StepsPerEpoch;
        int[] order = DataSetReader.Shuffle(_frames.Count, _plan.Options.Seed, string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}"));
        while (_progress.Step < steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            int first = _progress.Step * _options.BatchSize;
            TrainingBatch batch = new(_frames.Read(order.AsSpan(first, Math.Min(_options.BatchSize, order.Length - first))));
            double loss = Differentiate(batch);
            double norm = GradientClipping.Clip(_gradient, _options.ClipGradient);
            if (!double.IsFinite(loss) || !double.IsFinite(norm)) { throw Diverged(batch, loss); }
            _optimizer.Step(_trained.Values, _gradient);
            _ema?.Update(_trained.Values);
            _progress.LossSum += loss;
            _progress.Step++;
            _results!.WriteStep(epoch, loss, Stopwatch.GetElapsedTime(start).TotalSeconds);
            _observer.StepTaken(epoch, _progress.Step, steps, loss);
        }
    }

    /// <summary>Sets the stage and the learning rate of an epoch, once.</summary>
    private void BeginEpoch()
    {
        if (_progress.HasBegun) { return; }
        if (_lossTwo is not null && _progress.Epoch >= _options.StageTwoStart)
        {
            if (!_progress.IsStageTwo)
            {
                _progress.IsStageTwo = true;
                _progress.LowestLoss = double.PositiveInfinity;
                _polish?.Forget();
                _observer.Note(string.Create(CultureInfo.InvariantCulture, $"Stage two begins at epoch {_progress.Epoch} with learning rate {_options.StageTwoLearningRate}."));
            }

            _optimizer.LearningRates.AsSpan().Fill(_options.StageTwoLearningRate);
        }
        else if (_progress.Epoch > 0) { _schedule.Step(_optimizer.LearningRates, _progress.ValidationLoss); }

        if (_options.Lbfgs && _progress.Epoch >= (_options.LbfgsStart ?? 0)) { BeginPolish(); }
        _progress.HasBegun = true;
    }

    private double Differentiate(TrainingBatch batch)
    {
        Expand(_trained.Values);
        Array.Clear(_parameterGradient);
        double loss = Accumulate(batch, 1);
        _trained.Pull(_trained.Values, _parameterGradient, _gradient);
        return loss;
    }

    /// <summary>The loss of a batch with the present parameters; adds a share of its gradient where it is finite.</summary>
    private double Accumulate(TrainingBatch batch, double share)
    {
        BatchPrediction prediction = _differentiator.Predict(batch, _parameters.Values, Loss.Reads);
        _adjoint.Reset(batch.GraphCount, batch.AtomCount);
        double loss = Loss.Evaluate(batch, prediction, _adjoint);
        if (!double.IsFinite(loss)) { return loss; }
        if (share != 1) { _adjoint.Scale(share); }
        _differentiator.Accumulate(_adjoint, _parameterGradient);
        return loss;
    }

    /// <summary>Sets the parameters of the network; where they are trained themselves they are what they are.</summary>
    private void Expand(ReadOnlySpan<double> values)
    {
        if (!values.Overlaps(_parameters.Values)) { _trained.Expand(values, _parameters.Values); }
    }

    /// <summary>The numbers to validate and to save: averaged where this was asked for, but not while L-BFGS looks for the minimum.</summary>
    private ReadOnlySpan<double> Evaluated()
    {
        if (_progress.IsPolishing) { return _trained.Values; }
        if (_ema is not null) { return _ema.Average; }
        _optimizer.CopyEvaluated(_trained.Values, _evaluated);
        return _evaluated;
    }

    /// <summary>The parameters of the network that follow from trained numbers.</summary>
    private double[] ParametersOf(ReadOnlySpan<double> values)
    {
        double[] parameters = new double[_parameters.Count];
        _trained.Expand(values, parameters);
        return parameters;
    }

    private void Validate(int? epoch, CancellationToken cancellationToken)
    {
        ReadOnlySpan<double> values = epoch is null ? _trained.Values : Evaluated();
        double[] parameters = ParametersOf(values);
        List<HeadMetrics> heads = [];
        List<double> seconds = [];
        foreach (HeadDataSet head in _plan.Heads)
        {
            long start = Stopwatch.GetTimestamp();
            heads.Add(new(head.Name, Evaluate(parameters, head.Valid, cancellationToken: cancellationToken)));
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        // Written when it is complete: a run that is stopped here validates again.
        for (int i = 0; i < heads.Count; i++) { _results!.WriteValidation(epoch, heads[i], seconds[i]); }

        // The last head decides, as in mace-torch.
        double loss = heads[^1].Metrics.Loss;
        if (!double.IsFinite(loss)) { throw Diverged(null, loss); }
        bool best = false;
        _progress.ValidationLoss = loss;
        if (epoch is int number) { best = Judge(number, loss, values); }
        double trained = _progress.Step == 0 ? double.NaN : _progress.LossSum / _progress.Step;
        (double rate, TimeSpan remaining) = Speed(epoch);
        _observer.Validated(new EpochReport(epoch, _progress.IsStageTwo ? 2 : 1, trained, heads, _optimizer.LearningRates.FirstOrDefault(), rate, remaining, best));
    }

    /// <summary>Keeps the parameters if they are the best so far; otherwise patience wears off.</summary>
    private bool Judge(int epoch, double loss, ReadOnlySpan<double> values)
    {
        if (loss < _progress.LowestLoss)
        {
            _progress.LowestLoss = loss;
            _progress.Waited = 0;
            if (_progress.IsStageTwo)
            {
                _bestTwo = values.ToArray();
                _progress.BestEpochOfStageTwo = epoch;
            }
            else
            {
                _bestOne = values.ToArray();
                _progress.BestEpoch = epoch;
            }

            return true;
        }

        if (++_progress.Waited < _options.Patience) { return false; }
        if (_lossTwo is not null && epoch < _options.StageTwoStart)
        {
            _observer.Note(string.Create(CultureInfo.InvariantCulture, $"Stage one ends after {_progress.Waited} validations without improvement."));

            // As in mace-torch, which counts on from the first epoch of stage two.
            _progress.Epoch = _options.StageTwoStart!.Value;
        }
        else if (_options.Lbfgs && !_progress.IsPolishing && epoch < _options.LbfgsStart)
        {
            _observer.Note(string.Create(CultureInfo.InvariantCulture, $"L-BFGS comes next, after {_progress.Waited} validations without improvement."));
            _progress.Epoch = _options.LbfgsStart!.Value - 1;
        }
        else
        {
            _observer.Note(string.Create(CultureInfo.InvariantCulture, $"Training ends after {_progress.Waited} validations without improvement."));
            _progress.IsOver = true;
        }

        return false;
    }

    private (double FramesPerSecond, TimeSpan Remaining) Speed(int? epoch)
    {
        double seconds = _secondsBefore + Stopwatch.GetElapsedTime(_resumed).TotalSeconds;
        if (epoch is not int number || seconds <= 0) { return (0, TimeSpan.Zero); }
        double epochs = number + 1, left = Math.Min(1e9, seconds / epochs * (_options.MaxEpochs - epochs));
        return (_plan.StepsPerEpoch * (double)Math.Min(_options.BatchSize, _frames.Count) * epochs / seconds, TimeSpan.FromSeconds(Math.Max(0, left)));
    }

    private InvalidInputException Diverged(TrainingBatch? batch, double loss)
    {
        string last = File.Exists(_files.Latest) ? $"the last good checkpoint is {_files.Latest}" : "there is no checkpoint yet";
        string where = string.Create(CultureInfo.InvariantCulture, $"Training diverged in epoch {_progress.Epoch}, step {_progress.Step}");
        if (batch is null) { return new InvalidInputException($"{where}: the validation loss is {loss.ToString(CultureInfo.InvariantCulture)}; {last}. A smaller lr or clip_grad may help."); }
        string culprit = "no frame alone is to blame";
        double worst = double.NegativeInfinity;
        foreach (LabelledStructure frame in batch.Structures)
        {
            TrainingBatch alone = new([frame]);
            double own = Loss.Evaluate(alone, _differentiator.Predict(alone, ParametersOf(_trained.Values), Loss.Reads), null);
            if (!double.IsFinite(own)) { own = double.PositiveInfinity; }
            if (own <= worst) { continue; }
            worst = own;
            culprit = $"the frame with the largest loss is {frame.Structure.Origin} ({(double.IsFinite(own) ? own.ToString("G4", CultureInfo.InvariantCulture) : "not finite")})";
        }

        return new InvalidInputException($"{where}: the loss or its gradient is not finite; {culprit}; {last}. A smaller lr or clip_grad may help.");
    }

    private TrainingOutcome Outcome()
    {
        List<TrainedStage> stages = [];
        if (_bestOne is not null) { Add(1, _progress.BestEpoch, _bestOne, _lossOne); }
        if (_bestTwo is not null) { Add(2, _progress.BestEpochOfStageTwo, _bestTwo, _lossTwo!); }
        if (stages.Count == 0) { Add(1, _progress.Epoch, Evaluated(), _lossOne); }
        return new TrainingOutcome(stages, TimeSpan.FromSeconds(_progress.Seconds));

        void Add(int stage, int epoch, ReadOnlySpan<double> values, ILoss loss)
        {
            double[] parameters = ParametersOf(values);
            stages.Add(new TrainedStage(stage, epoch, parameters, ModelOf(parameters), loss));
        }
    }

    private MaceModel ModelOf(ReadOnlySpan<double> parameters)
    {
        ParameterSet set = _parameters.Clone();
        parameters.CopyTo(set.Values);
        TrainingOptions options = _plan.Options;
        return set.ToModel() with
        {
            Provenance = _plan.Model.Provenance with
            {
                Name = options.Name,
                Source = "mace train",
                Description = string.Create(CultureInfo.InvariantCulture, $"Trained on {_frames.Count} frames, seed {options.Seed}.{(options.FineTuning is { } tuning ? $" Fine-tuned from {Path.GetFileName(tuning.FoundationModel)}." : "")}"),
            },
        };
    }
}

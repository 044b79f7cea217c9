using System.Globalization;
using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Runs;

/// <summary>A run whose model is linear in its parameters, E = Σ θ_i·cos(i·x) with x of the first atom: quick, and with known gradients.</summary>
internal sealed class ToyDifferentiator : IBatchDifferentiator
{
    private readonly BatchPrediction _prediction = new();
    private TrainingBatch? _batch;

    /// <summary>Called before every prediction.</summary>
    public Action? BeforePrediction { get; init; }

    public BatchPrediction Predict(TrainingBatch batch, ReadOnlySpan<double> parameters, Properties properties)
    {
        BeforePrediction?.Invoke();
        _batch = batch;
        _prediction.Reset(batch.GraphCount, batch.AtomCount);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            double x = batch.Structures[g].Structure.Positions[0].X;
            for (int i = 0; i < parameters.Length; i++) { _prediction.Energies[g] += parameters[i] * Math.Cos(i * x); }
        }

        return _prediction;
    }

    public void Accumulate(PredictionAdjoint adjoint, Span<double> gradient)
    {
        for (int g = 0; g < _batch!.GraphCount; g++)
        {
            double x = _batch.Structures[g].Structure.Positions[0].X;
            for (int i = 0; i < gradient.Length; i++) { gradient[i] += adjoint.Energies[g] * Math.Cos(i * x); }
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Notes what a run says.</summary>
internal sealed class RecordingObserver : ITrainingObserver
{
    public List<string> Notes { get; } = [];

    public List<EpochReport> Reports { get; } = [];

    public Action<int, int>? OnStep { get; init; }

    public void Note(string message) => Notes.Add(message);

    public void StepTaken(int epoch, int step, int steps, double loss) => OnStep?.Invoke(epoch, step);

    public void Validated(EpochReport report) => Reports.Add(report);
}

/// <summary>Options and data of toy runs.</summary>
internal static class ToyRun
{
    public static string Frames(int count)
    {
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            double x = i * 0.37;
            text.Append(CultureInfo.InvariantCulture, $"2\nProperties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy={Math.Sin(x) - 5}\nH {x} 0 0 0 0 0\nO {x} 0 1 0 0 0\n");
        }

        return text.ToString();
    }

    public static TrainingOptions Options(TemporaryRun run, Func<OptimizationOptions, OptimizationOptions>? change = null)
    {
        string file = run.PathOf("frames.xyz");
        if (!File.Exists(file)) { File.WriteAllText(file, Frames(40)); }
        OptimizationOptions optimization = new() { BatchSize = 5, MaxEpochs = 8, LearningRate = 0.05 };
        return new TrainingOptions
        {
            Name = "toy",
            WorkDirectory = run.Folder,
            Data = new DataOptions { TrainFiles = [file], E0s = "average" },
            Network = new NetworkOptions { ChannelCount = 2, MaxL = 0, MaxEll = 1, Correlation = 1, CutoffRadius = 2, RadialMlp = [4], MlpIrreps = "2x0e" },
            Optimization = change?.Invoke(optimization) ?? optimization,
            Loss = new LossOptions { Weights = new LossWeights { Forces = 0 }, StageTwoWeights = new LossWeights { Energy = 10, Forces = 0 } },
        };
    }

    /// <summary>Trains and gives the bytes of the model.</summary>
    public static byte[] Train(TrainingOptions options, RecordingObserver? observer = null, Action? beforePrediction = null, CancellationToken cancellationToken = default)
    {
        TrainingPlan plan = TrainingPlanner.Prepare(options, cancellationToken: CancellationToken.None);
        using TrainingRun run = new(plan, observer ?? new RecordingObserver(), _ => new ToyDifferentiator { BeforePrediction = beforePrediction });
        TrainingOutcome outcome = run.Run(cancellationToken);
        TrainingCompletion.WriteModels(plan, outcome);
        return File.ReadAllBytes(new RunFiles(options).Model);
    }
}

using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Runs;

public class TrainingRunTests
{
    public static TheoryData<string> Rules => ["adam", "adamw", "schedulefree", "adam lbfgs", "adamw lbfgs from the begin", "adam lora", "adam lora lbfgs"];

    /// <summary>A run that is stopped again and again, at steps and during validation, ends with the bytes of one that is not.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void AnInterruptedRunEndsWithTheSameBytes(string rule)
    {
        bool polish = rule.Contains("lbfgs", StringComparison.Ordinal);
        OptimizationOptions Change(OptimizationOptions o) => o with
        {
            Optimizer = rule.Split(' ')[0],
            Ema = rule != "schedulefree",
            StageTwo = true,
            StageTwoStart = 5,
            PlateauPatience = 0,
            EvaluationInterval = 2,
            Lbfgs = polish,
            LbfgsStart = polish && !rule.Contains("begin", StringComparison.Ordinal) ? 6 : null,
        };
        FineTuningOptions? tuning = null;
        using TemporaryRun whole = new(), broken = new();
        if (rule.Contains("lora", StringComparison.Ordinal))
        {
            ModelFile.Write(TrainingPlanner.Prepare(ToyRun.Options(whole)).Model, whole.PathOf("foundation.safetensors"));
            tuning = new FineTuningOptions { FoundationModel = whole.PathOf("foundation.safetensors"), LowRank = new LowRankOptions { IsUsed = true, Rank = 2 } };
        }

        byte[] expected = ToyRun.Train(ToyRun.Options(whole, Change) with { FineTuning = tuning });
        TrainingOptions options = ToyRun.Options(broken, Change) with { RestartLatest = true, FineTuning = tuning };
        Random random = new(17);
        byte[]? found = null;
        int interruptions = 0;
        while (found is null)
        {
            using CancellationTokenSource source = new();
            int left = random.Next(1, polish ? 60 : 12);
            try
            {
                found = ToyRun.Train(options, cancellationToken: source.Token, beforePrediction: () =>
                {
                    if (--left == 0) { source.Cancel(); }
                });
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }

            Assert.True(interruptions < 400);
        }

        Assert.True(interruptions > 5);
        Assert.Equal(expected, found);
        Assert.Equal(Results(whole), Results(broken));
    }

    /// <summary>What was written after the last checkpoint, when the process is killed, is forgotten.</summary>
    [Fact]
    public void AKilledRunGoesOnFromItsCheckpoint()
    {
        using TemporaryRun whole = new(), broken = new();
        byte[] expected = ToyRun.Train(ToyRun.Options(whole));
        TrainingOptions options = ToyRun.Options(broken) with { RestartLatest = true };
        RunFiles files = new(options);
        byte[]? checkpoint = null;
        Stop(options, atPrediction: 20);
        checkpoint = File.ReadAllBytes(files.Latest);
        Stop(options, atPrediction: 9);
        File.WriteAllBytes(files.Latest, checkpoint);
        File.WriteAllText(files.Latest + ".partial", "half of a checkpoint");
        Assert.Equal(expected, ToyRun.Train(options));
        Assert.Equal(Results(whole), Results(broken));
    }

    [Fact]
    public void ACheckpointOfOtherDataIsRefused()
    {
        using TemporaryRun run = new();
        ToyRun.Train(ToyRun.Options(run));
        File.WriteAllText(run.PathOf("frames.xyz"), ToyRun.Frames(41));
        string sentence = Assert.Throws<InvalidInputException>(() => ToyRun.Train(ToyRun.Options(run) with { RestartLatest = true })).Message;
        Assert.EndsWith("the checkpoint belongs to other data or another network; give the run another name, or leave restart_latest out to begin anew.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedCheckpointIsRefused()
    {
        using TemporaryRun run = new();
        TrainingOptions options = ToyRun.Options(run);
        ToyRun.Train(options);
        RunFiles files = new(options);
        byte[] bytes = File.ReadAllBytes(files.Latest);
        File.WriteAllBytes(files.Latest, bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidInputException>(() => ToyRun.Train(options with { RestartLatest = true }));
    }

    [Fact]
    public void LossesFallAndTheBestModelIsKept()
    {
        using TemporaryRun run = new();
        RecordingObserver observer = new();
        ToyRun.Train(ToyRun.Options(run), observer);
        Assert.Equal(9, observer.Reports.Count);
        Assert.Null(observer.Reports[0].Epoch);
        double last = observer.Reports[^1].Heads[0].Metrics.Loss;
        Assert.True(last < 0.5 * observer.Reports[0].Heads[0].Metrics.Loss);
        double lowest = observer.Reports.Skip(1).Min(static r => r.Heads[0].Metrics.Loss);
        Assert.Equal(lowest, observer.Reports.Last(static r => r.IsBest).Heads[0].Metrics.Loss);
    }

    /// <summary>Stage two begins at three quarters, with its own learning rate and a best model of its own.</summary>
    [Fact]
    public void StageTwoHasItsOwnRateAndLoss()
    {
        using TemporaryRun run = new();
        RecordingObserver observer = new();
        TrainingOptions options = ToyRun.Options(run, static o => o with { StageTwo = true, StageTwoStart = 6 });
        ToyRun.Train(options, observer);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 2, 2], observer.Reports.Select(static r => r.Stage));
        Assert.Equal(0.05, observer.Reports[6].LearningRate);
        Assert.Equal(1e-3, observer.Reports[7].LearningRate);
        Assert.True(observer.Reports[7].IsBest);
        Assert.True(File.Exists(new RunFiles(options).StageOneModel));
    }

    /// <summary>L-BFGS starts from the best model, lowers the loss of the training set more than the rule before it, and averages nothing.</summary>
    [Fact]
    public void LbfgsPolishesTheBestModel()
    {
        using TemporaryRun run = new();
        RecordingObserver observer = new();
        ToyRun.Train(ToyRun.Options(run, static o => o with { Ema = true, LbfgsStart = 5, Lbfgs = true }), observer);
        int best = observer.Reports.Take(6).Last(static r => r.IsBest).Epoch!.Value;
        Assert.Contains($"L-BFGS begins at epoch 5, from the model of epoch {best}: 20 iterations an epoch over all 36 frames; learning rate, averages, clipping and weight decay have no part in it.", observer.Notes);
        double[] training = [.. observer.Reports.Skip(1).Select(static r => r.TrainingLoss)];
        Assert.True(training[6] < 0.01 * training[4], $"{training[4]} to {training[6]}");
        for (int i = 6; i < training.Length; i++) { Assert.True(training[i] <= training[i - 1]); }
    }

    /// <summary>As with mace-torch: train, then go on from the checkpoint with L-BFGS, also where patience had ended the run.</summary>
    [Fact]
    public void LbfgsGoesOnFromAFinishedRun()
    {
        using TemporaryRun run = new();
        TrainingOptions options = ToyRun.Options(run, static o => o with { LearningRate = 0, Patience = 3, MaxEpochs = 12 });
        ToyRun.Train(options);
        RecordingObserver observer = new();
        ToyRun.Train(options with { RestartLatest = true, Optimization = options.Optimization with { Lbfgs = true } }, observer);
        Assert.Contains(observer.Notes, static n => n.StartsWith("L-BFGS begins at epoch 4, from the model of epoch 0", StringComparison.Ordinal));
        Assert.True(observer.Reports[^1].TrainingLoss < 0.1 * observer.Reports[0].TrainingLoss);
    }

    /// <summary>When L-BFGS has nothing to gain the run ends, after a validation.</summary>
    [Fact]
    public void ConvergenceEndsARun()
    {
        using TemporaryRun run = new();
        RecordingObserver observer = new();
        ToyRun.Train(ToyRun.Options(run, static o => o with { Lbfgs = true, MaxEpochs = 500, EvaluationInterval = 100 }), observer);
        Assert.Contains(observer.Notes, static n => n.StartsWith("L-BFGS has converged", StringComparison.Ordinal));
        Assert.InRange(observer.Reports[^1].Epoch!.Value, 1, 498);
    }

    /// <summary>What L-BFGS remembers belongs to the parameters that are not frozen.</summary>
    [Fact]
    public void AMemoryOfOtherParametersIsRefused()
    {
        using TemporaryRun run = new();
        TrainingOptions options = ToyRun.Options(run, static o => o with { Lbfgs = true, MaxEpochs = 1 });
        ToyRun.Train(options);
        string sentence = Assert.Throws<InvalidInputException>(() => ToyRun.Train(options with { RestartLatest = true, Optimization = options.Optimization with { MaxEpochs = 2, Freeze = 1 } })).Message;
        Assert.EndsWith("it was made with other options.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void FreezingEverythingIsRefused()
    {
        using TemporaryRun run = new();
        string sentence = Assert.Throws<InvalidInputException>(() => ToyRun.Train(ToyRun.Options(run, static o => o with { Freeze = 7 }))).Message;
        Assert.Equal("Nothing is left to train: freeze and lr_params_factors leave out every parameter.", sentence);
    }

    [Fact]
    public void PatienceEndsARun()
    {
        using TemporaryRun run = new();
        RecordingObserver observer = new();
        ToyRun.Train(ToyRun.Options(run, static o => o with { LearningRate = 0, Patience = 3, MaxEpochs = 100 }), observer);
        Assert.Equal(1 + 1 + 3, observer.Reports.Count);
        Assert.Contains("Training ends after 3 validations without improvement.", observer.Notes);
    }

    [Fact]
    public void DivergenceNamesTheFrame()
    {
        using TemporaryRun run = new();
        string text = ToyRun.Frames(40);
        int at = text.IndexOf("REF_energy", 400, StringComparison.Ordinal), end = text.IndexOf('\n', at);
        File.WriteAllText(run.PathOf("frames.xyz"), string.Concat(text.AsSpan(0, at), "REF_energy=1e200", text.AsSpan(end)));
        TrainingOptions options = ToyRun.Options(run) with { Data = new DataOptions { TrainFiles = [run.PathOf("frames.xyz")], ValidFiles = [run.PathOf("frames.xyz") + "@0"], E0s = "{1: 0, 8: 0}" } };
        string sentence = Assert.Throws<InvalidInputException>(() => ToyRun.Train(options)).Message;
        Assert.Matches("^Training diverged in epoch 0, step \\d+: the loss or its gradient is not finite; the frame with the largest loss is .*frames\\.xyz@\\d+ \\(not finite\\); there is no checkpoint yet\\.", sentence);
    }

    [Fact]
    public void ResultsHaveTheFieldsOfUpstream()
    {
        using TemporaryRun run = new();
        TrainingOptions options = ToyRun.Options(run);
        ToyRun.Train(options);
        JsonElement[] lines = [.. File.ReadAllLines(new RunFiles(options).Results).Select(static l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(9, lines.Count(static l => l.GetProperty("mode").GetString() == "eval"));
        Assert.Equal(8 * 7, lines.Count(static l => l.GetProperty("mode").GetString() == "opt"));

        // golden/solvents/mace01_run-123_train.txt, and the head, which later versions of mace-torch add.
        string[] expected = ["loss", "mae_e", "mae_e_per_atom", "rmse_e", "rmse_e_per_atom", "q95_e", "mae_f", "rel_mae_f", "rmse_f", "rel_rmse_f", "q95_f", "time", "mode", "epoch", "head"];
        Assert.Equal(expected.Order(), lines[0].EnumerateObject().Select(static p => p.Name).Order());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("epoch").ValueKind);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenToIsNamed()
    {
        using TemporaryRun run = new();
        string file = run.Write("a_file", "");
        TrainingOptions options = ToyRun.Options(run) with { CheckpointDirectory = Path.Combine(file, "checkpoints") };
        Assert.StartsWith($"The folder {Path.Combine(file, "checkpoints")} cannot be written to", Assert.Throws<InvalidInputException>(() => ToyRun.Train(options)).Message, StringComparison.Ordinal);
    }

    private static void Stop(TrainingOptions options, int atPrediction)
    {
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => ToyRun.Train(options, cancellationToken: source.Token, beforePrediction: () =>
        {
            if (--atPrediction == 0) { source.Cancel(); }
        }));
    }

    /// <summary>The results without times.</summary>
    private static string[] Results(TemporaryRun run) =>
        [.. File.ReadAllLines(Path.Combine(run.Folder, "results", "toy_run-123_train.txt")).Select(static l => System.Text.RegularExpressions.Regex.Replace(l, "\"time\":[^,]*", "time"))];
}

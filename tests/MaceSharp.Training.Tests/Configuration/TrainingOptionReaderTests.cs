using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Tests.Configuration;

public class TrainingOptionReaderTests
{
    /// <summary>The file of options of the published run, as it is.</summary>
    [GoldenFact]
    public void AFileOfMaceTorchIsReadAsItIs()
    {
        ReadTrainingOptions read = TrainingOptionReader.Read(GoldenData.PathOf("solvents", "config-02.yml"), []);
        TrainingOptions o = read.Options;
        Assert.Equal(("mace01", 2, 32, 0, 2, 4.0, 2), (o.Name, o.Network.InteractionCount, o.Network.ChannelCount, o.Network.MaxL, o.Network.Correlation, o.Network.CutoffRadius, o.Network.MaxEll));
        Assert.Equal(("data/solvent_xtb_train_200.xyz", "data/solvent_xtb_test.xyz", "average"), (o.Data.TrainFiles.Single(), o.Data.TestFiles.Single(), o.Data.E0s));
        Assert.Equal(("energy_xtb", "forces_xtb"), (o.Data.Keys.Energy, o.Data.Keys.Forces));
        Assert.Equal((10, 50, true, 36), (o.Optimization.BatchSize, o.Optimization.MaxEpochs, o.Optimization.StageTwo, o.Optimization.StageTwoStart));
        Assert.Equal(["device"], read.Ignored.Select(static i => i.Name));

        // What the log of that run says of the options that are not in the file.
        Assert.Equal((1.0, 100.0, 1000.0, 100.0), (o.Loss.Weights.Energy, o.Loss.Weights.Forces, o.Loss.StageTwoWeights.Energy, o.Loss.StageTwoWeights.Forces));
        Assert.Equal((0.01, 0.001, 5e-7, 10.0), (o.Optimization.LearningRate, o.Optimization.StageTwoLearningRate, o.Optimization.WeightDecay, o.Optimization.ClipGradient));
        Assert.Equal((0.8, 50, 0.9993, 2048), (o.Optimization.PlateauFactor, o.Optimization.PlateauPatience, o.Optimization.ExponentialFactor, o.Optimization.Patience));
        Assert.Equal(("mace01_run-123", Precision.Float64), (o.Tag, o.Precision));
    }

    [Fact]
    public void TheCommandLineWins()
    {
        using TemporaryRun run = new();
        string file = run.Write("run.yaml", "name: a\ntrain_file: x.xyz\nbatch_size: 4\nradial_MLP: [8, 8]\nconfig_type_weights: \"{'Default': 2.0}\"\nema: true\n");
        TrainingOptions o = TrainingOptionReader.Read(file, [new("batch_size", ["7"]), new("swa", []), new("start_swa", ["3"]), new("lr_params_factors", ["{\"readouts_lr_factor\": 0.5}"]), new("max_num_epochs", ["9"])]).Options;
        Assert.Equal(7, o.Optimization.BatchSize);
        Assert.Equal(new[] { 8, 8 }, o.Network.RadialMlp);
        Assert.Equal(2, o.Data.ConfigTypeWeights["Default"]);
        Assert.True(o.Optimization.Ema);
        Assert.Equal((true, 3), (o.Optimization.StageTwo, o.Optimization.StageTwoStart));
        Assert.Equal(0.5, o.Optimization.LearningRateFactors["readouts_lr_factor"]);
    }

    [Fact]
    public void HeadsInheritKeysButNotFiles()
    {
        using TemporaryRun run = new();
        string file = run.Write("run.yaml", "name: a\nenergy_key: E\nheads:\n  dft:\n    train_file: d.xyz\n    E0s: average\n  xtb:\n    train_file: [x.xyz, y.xyz]\n    energy_key: Ex\n    weight: 0.3\n");
        TrainingOptions o = TrainingOptionReader.Read(file, []).Options;
        Assert.Equal(["dft", "xtb"], o.Heads.Select(static h => h.Name));
        Assert.Equal(("E", "Ex"), (o.Heads[0].Data.Keys.Energy, o.Heads[1].Data.Keys.Energy));
        Assert.Equal(new[] { "x.xyz", "y.xyz" }, o.Heads[1].Data.TrainFiles);
        Assert.Equal((0.3, null), (o.Heads[1].Weight, o.Heads[1].Data.E0s));
    }

    [Theory]
    [InlineData("name: a\ntrain_file: x\nbatchsize: 3\n", "run.yaml line 3: there is no option 'batchsize'; did you mean 'batch_size'?")]
    [InlineData("name: a\ntrain_file: x\nr_max: five\n", "run.yaml line 3: r_max cannot be 'five'; it should be a number.")]
    [InlineData("name: a\ntrain_file: x\nmax_ell: -1\n", "run.yaml line 3: max_ell cannot be '-1'; it should be a whole number from 0 to 11.")]
    [InlineData("name: a\ntrain_file: x\nloss: mse\n", "run.yaml line 3: loss cannot be 'mse'; it should be one of ef, weighted, forces_only, stress, virials, huber, universal, l1l2energyforces, dipole, dipole_polar, energy_forces_dipole.")]
    [InlineData("name: ../a\ntrain_file: x\n", "run.yaml line 1: name cannot be '../a'; it should be a name of letters, digits, '_', '-', '.' and '+', because files are named after it.")]
    [InlineData("train_file: x\n", "The run needs a name, after which its files are called: name: my_run in the file of options, or --name my_run.")]
    [InlineData("name: a\n", "The run has no training data: give train_file, or heads with a train_file each.")]
    [InlineData("name: a\ntrain_file: x\nloss: dipole\n", "loss: dipole needs a model with a dipole, not MACE.")]
    [InlineData("name: a\ntrain_file: x\nmultiheads_finetuning: true\n", "multiheads_finetuning and pt_train_file need a foundation_model.")]
    [InlineData("- 1\n", "run.yaml is not a mapping of options to values, one 'option: value' a line.")]
    public void AnOptionThatCannotBeUsedIsNamed(string yaml, string sentence)
    {
        using TemporaryRun run = new();
        string file = run.Write("run.yaml", yaml);
        Assert.Equal(sentence, Assert.Throws<InvalidInputException>(() => TrainingOptionReader.Read(file, [])).Message.Replace(run.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryOptionHasADescription()
    {
        Assert.All(TrainingOptionReader.Known, static o => Assert.EndsWith(".", o.Description, StringComparison.Ordinal));
        Assert.Equal(TrainingOptionReader.Known.Count, TrainingOptionReader.Known.Select(static o => o.Name).Distinct().Count());
    }
}

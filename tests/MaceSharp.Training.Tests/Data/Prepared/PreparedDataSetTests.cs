using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Data.Prepared;

public class PreparedDataSetTests
{
    [Fact]
    public void FramesComeBackAsTheyWere()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run);
        using PreparedDataSet set = DataSetPreparer.Prepare(options);
        LabelReader reader = new(new TrainingKeys());
        LabelledStructure[] expected = [.. StructureReader.Read(options.Files[0]).Select(s => reader.Read(s))];
        Assert.Equal((62, 3.0), (set.FrameCount, set.Cutoff));
        Assert.True(set.ShardCount > 5);
        set.Verify();
        for (int i = 0; i < expected.Length; i++)
        {
            LabelledStructure a = expected[i], b = set.Frames[i];
            Structure s = a.Structure, t = b.Structure;
            Assert.Equal((s.Origin, s.Cell, s.Periodicity, s.Count), (t.Origin, t.Cell, t.Periodicity, t.Count));
            Assert.True(s.AtomicNumbers.SequenceEqual(t.AtomicNumbers) && s.Positions.SequenceEqual(t.Positions));
            Assert.Equal((a.Energy, a.Stress, a.Virials, a.Dipole, a.Polarizability), (b.Energy, b.Stress, b.Virials, b.Dipole, b.Polarizability));
            Assert.Equal((a.Weight, a.EnergyWeight, a.ForcesWeight, a.StressWeight), (b.Weight, b.EnergyWeight, b.ForcesWeight, b.StressWeight));
            Assert.Equal(a.Forces, b.Forces);
            Assert.Equal(a.Charges, b.Charges);
            Assert.Equal(LabelReader.ConfigTypeOf(s), LabelReader.ConfigTypeOf(t));
            Assert.Equal(s.Info.ContainsKey("total_charge"), t.Info.TryGetValue("total_charge", out DataArray? charge));
            if (charge is not null) { Assert.Equal(s.Info["total_charge"].Integers[0], charge.Integers[0]); }
            Assert.False(t.Info.ContainsKey("note"));
            NeighborPairs pairs = NeighborPairs.Find(s, 3);
            Assert.True(pairs.First.SequenceEqual(b.Pairs!.First) && pairs.Second.SequenceEqual(b.Pairs.Second) && pairs.Shifts.SequenceEqual(b.Pairs.Shifts));
        }
    }

    /// <summary>Weights of heads and kinds, the draw of the validation set, statistics, steps, everything: the same bytes.</summary>
    [Fact]
    public void TrainingOnPreparedDataGivesTheSameBytes()
    {
        using TemporaryRun run = new();
        PrepareOptions prepare = PreparedData.Options(run);
        PreparedData.Prepare(prepare);
        byte[] expected = Train(Options("a", prepare.Files[0]), out string results), found = Train(Options("b", prepare.Folder), out string preparedResults);
        Assert.Equal(results, preparedResults);
        Assert.True(expected.AsSpan().SequenceEqual(found), "The parameters differ.");

        // A run that began with one kind of data goes on with the other.
        TrainingOptions begun = Options("c", prepare.Files[0]) with { Optimization = new OptimizationOptions { BatchSize = 7, MaxEpochs = 1, ValidBatchSize = 4 } };
        Train(begun, out _);
        byte[] continued = Train(Options("c", prepare.Folder) with { RestartLatest = true }, out _);
        Assert.True(expected.AsSpan().SequenceEqual(continued), "The parameters differ after a change of the kind of data.");

        TrainingOptions Options(string name, string file) => new()
        {
            Name = name,
            Threads = 1,
            WorkDirectory = run.PathOf(name),
            Data = new DataOptions { TrainFiles = [file], TestFiles = [file], ConfigTypeWeights = System.Collections.Immutable.ImmutableDictionary<string, double>.Empty.Add("kind1", 0.3) },
            Network = new NetworkOptions { Model = "ScaleShiftMACE", ChannelCount = 4, MaxL = 0, MaxEll = 1, Correlation = 2, CutoffRadius = 3, RadialMlp = [8], MlpIrreps = "4x0e" },
            Optimization = new OptimizationOptions { BatchSize = 7, MaxEpochs = 3, ValidBatchSize = 4 },
            Loss = new LossOptions { Kind = "stress" },
            Report = false,
        };

        static byte[] Train(TrainingOptions options, out string results)
        {
            TrainingPlan plan = TrainingPlanner.Prepare(options);
            using TrainingRun training = new(plan, new Runs.RecordingObserver());
            TrainingOutcome outcome = training.Run();
            results = string.Join('\n', TrainingCompletion.Evaluate(plan, training, outcome).Stages.SelectMany(static r => r.TrainAndValid.Concat(r.Test)));
            return [.. System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(outcome.Final.Parameters)];
        }
    }

    [Fact]
    public void SeveralFilesKeepTheirIsolatedAtomsApart()
    {
        using TemporaryRun run = new();
        string first = run.Write("a.xyz", PreparedData.Frames(9)), second = run.Write("b.xyz", PreparedData.Frames(7, 5).Replace("-75.1", "-75.3", StringComparison.Ordinal));
        using PreparedDataSet set = DataSetPreparer.Prepare(new PrepareOptions { Files = [first, second + "@2:"], Folder = run.PathOf("set"), Cutoff = 3 });
        Assert.Equal([11, 7], set.Sources.Select(static s => s.Value));
        HeadDataSet direct = DataSetReader.Read("h", 0, new DataOptions { TrainFiles = [first, second + "@2:"] }, 1), prepared = DataSetReader.Read("h", 0, new DataOptions { TrainFiles = [set.Folder] }, 1);
        Assert.Equal(direct.IsolatedAtoms, prepared.IsolatedAtoms);
        Assert.Equal((-75.1 - 75.3) / 2, prepared.IsolatedAtoms[8]);
        Assert.Equal(direct.Train.Select(static f => f.Structure.Origin), prepared.Train.Select(static f => f.Structure.Origin));
        Assert.Equal(direct.Valid.Select(static f => f.Structure.Origin), prepared.Valid.Select(static f => f.Structure.Origin));
        HeadDataSet kept = DataSetReader.Read("h", 0, new DataOptions { TrainFiles = [set.Folder], KeepIsolatedAtoms = true, ValidFiles = [first] }, 1);
        Assert.Equal((18, 11), (kept.Train.Count, kept.Valid.Count));
    }

    [Fact]
    public void AnotherCutoffIsRefused()
    {
        using TemporaryRun run = new();
        PrepareOptions prepare = PreparedData.Options(run);
        PreparedData.Prepare(prepare);
        foreach (DataOptions data in new[]
        {
            new DataOptions { TrainFiles = [prepare.Folder] }, new DataOptions { TrainFiles = [prepare.Files[0]], ValidFiles = [prepare.Folder] }, new DataOptions { TrainFiles = [prepare.Files[0]], TestFiles = [prepare.Folder] },
        })
        {
            TrainingOptions options = new() { Name = "x", WorkDirectory = run.Folder, Data = data, Network = new NetworkOptions { CutoffRadius = 4.5, ChannelCount = 2, MaxL = 0 } };
            string sentence = Assert.Throws<InvalidInputException>(() => TrainingPlanner.Prepare(options)).Message;
            Assert.Equal($"The data set in {prepare.Folder} was prepared with the cutoff 3 Å, but the model has r_max 4.5; prepare it again with --r_max 4.5, or give r_max: 3.", sentence);
        }
    }

    [Fact]
    public void WhatIsNotADataSetIsNamed()
    {
        using TemporaryRun run = new();
        PrepareOptions prepare = PreparedData.Options(run, frames: 5);
        PreparedData.Prepare(prepare);
        DataOptions some = new() { TrainFiles = [prepare.Folder + "@::2"] };
        Assert.Contains("asks for some frames of a prepared data set, which is used as a whole", Assert.Throws<InvalidInputException>(() => DataSetReader.Read("h", 0, some, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("is a data set that was prepared already", Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(prepare with { Files = [prepare.Folder], Folder = run.PathOf("other") })).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(run.PathOf("empty"));
        DataOptions data = new() { TrainFiles = [run.PathOf("empty")] };
        Assert.Contains("is a folder; name a file of labelled frames, or a data set of mace data prepare", Assert.Throws<InvalidInputException>(() => DataSetReader.Read("h", 0, data, 1)).Message, StringComparison.Ordinal);
        File.WriteAllText(run.PathOf("empty/dataset.json"), "{}");
        Assert.Contains("is damaged; prepare the data set again", Assert.Throws<InvalidInputException>(() => DataSetReader.Read("h", 0, data, 1)).Message, StringComparison.Ordinal);
    }
}

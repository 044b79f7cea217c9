using MaceSharp.Atoms;

namespace MaceSharp.Training.Tests.Data.Prepared;

public class DataSetPreparerTests
{
    /// <summary>Whatever was complete when a preparation was killed, and whatever half of a file lies about: the same bytes in the end.</summary>
    [Fact]
    public void AnInterruptedPreparationEndsWithTheSameBytes()
    {
        using TemporaryRun run = new();
        PrepareOptions whole = PreparedData.Options(run);
        PreparedData.Prepare(whole);
        SortedDictionary<string, string> expected = PreparedData.Contents(whole.Folder);
        Assert.DoesNotContain(expected.Keys, static k => !k.StartsWith("shard-", StringComparison.Ordinal) && k != "dataset.json");
        byte[] unfinished = Unfinished(run, whole);
        for (int complete = 0; complete < expected.Count; complete += 2)
        {
            string folder = run.PathOf($"again{complete}");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, "unfinished.json"), unfinished);
            for (int i = 0; i < complete; i++) { File.Copy(Path.Combine(whole.Folder, ShardWriter.NameOf(i)), Path.Combine(folder, ShardWriter.NameOf(i))); }
            File.WriteAllText(Path.Combine(folder, ShardWriter.NameOf(complete) + ".partial"), "half");
            PreparedData.Prepare(whole with { Folder = folder });
            Assert.Equal(expected, PreparedData.Contents(folder));
        }
    }

    [Fact]
    public void ACancelledPreparationGoesOn()
    {
        using TemporaryRun run = new();
        PrepareOptions whole = PreparedData.Options(run, shardBytes: 1 << 17, frames: 3000), stopped = whole with { Folder = run.PathOf("stopped"), Threads = 2 };
        PreparedData.Prepare(whole);
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() => DataSetPreparer.Prepare(stopped, p => source.Cancel(), source.Token));
        Assert.Contains("is not complete; run the same mace data prepare again", Assert.Throws<InvalidInputException>(() => PreparedDataSet.Open(stopped.Folder)).Message, StringComparison.Ordinal);
        PreparedData.Prepare(stopped);
        Assert.Equal(PreparedData.Contents(whole.Folder), PreparedData.Contents(stopped.Folder));
        PreparedData.Prepare(stopped);
        Assert.Equal(PreparedData.Contents(whole.Folder), PreparedData.Contents(stopped.Folder));
    }

    /// <summary>A damaged file of an unfinished data set is written anew.</summary>
    [Fact]
    public void ADamagedBeginningIsRepaired()
    {
        using TemporaryRun run = new();
        PrepareOptions whole = PreparedData.Options(run);
        PreparedData.Prepare(whole);
        SortedDictionary<string, string> expected = PreparedData.Contents(whole.Folder);
        File.WriteAllBytes(Path.Combine(whole.Folder, "unfinished.json"), Unfinished(run, whole));
        File.Delete(Path.Combine(whole.Folder, "dataset.json"));
        string shard = Path.Combine(whole.Folder, ShardWriter.NameOf(1));
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[1000] ^= 4;
        File.WriteAllBytes(shard, bytes);
        PreparedData.Prepare(whole);
        Assert.Equal(expected, PreparedData.Contents(whole.Folder));
    }

    [Fact]
    public void AFolderOfAnotherPreparationIsLeftAlone()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run);
        PreparedData.Prepare(options);
        SortedDictionary<string, string> before = PreparedData.Contents(options.Folder);
        Check(options with { Cutoff = 4 }, "with r_max 3 Å instead of 4 Å");
        Check(options with { Keys = new TrainingKeys { Energy = "energy" } }, "with other keys of the labels");
        Check(options with { ShardBytes = 5000 }, "with files of another size");
        Check(options with { Files = [run.Write("other.xyz", PreparedData.Frames(3))] }, "from other files");
        File.AppendAllText(options.Files[0], PreparedData.Frames(1).Replace("IsolatedAtom", "x", StringComparison.Ordinal));
        Check(options, "had another content");
        Directory.CreateDirectory(run.PathOf("foreign"));
        run.Write("foreign/notes.txt", "mine");
        Assert.Contains("is not empty and does not hold a data set", Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(options with { Folder = run.PathOf("foreign") })).Message, StringComparison.Ordinal);
        Assert.Contains("is a file; name a folder", Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(options with { Folder = run.Write("file", "x") })).Message, StringComparison.Ordinal);

        void Check(PrepareOptions changed, string reason)
        {
            Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(changed)).Message, StringComparison.Ordinal);
            Assert.Equal(before, PreparedData.Contents(options.Folder));
        }
    }

    [Theory]
    [InlineData("2\nProperties=species:S:1:pos:R:3 energy=-1\nH 0 0 0\nH 0 0 1\n", "has no label")]
    [InlineData("2\nProperties=species:S:1:pos:R:3 REF_energy=-1\nH 0 0 0\nH 0 0 nan\n", "@0: The position of atom 2 is not finite")]
    [InlineData("2\nProperties=species:S:1:pos:R:3 REF_energy=-1\nX 0 0 0\nH 0 0 1\n", "ghost atom")]
    [InlineData("2\nProperties=species:S:1:pos:R:3 REF_energy=-1\nH 0 0 0\n", "frames.xyz")]
    [InlineData("0\nProperties=species:S:1:pos:R:3 REF_energy=-1\n", "no atoms")]
    public void BadDataAreNamed(string text, string sentence)
    {
        using TemporaryRun run = new();
        run.Write("frames.xyz", text);
        PrepareOptions options = PreparedData.Options(run);
        Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(options)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(options.Folder, "dataset.json")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void ACutoffMustMakeSense(double cutoff)
    {
        using TemporaryRun run = new();
        Assert.Contains("r_max cannot be", Assert.Throws<InvalidInputException>(() => DataSetPreparer.Prepare(PreparedData.Options(run) with { Cutoff = cutoff })).Message, StringComparison.Ordinal);
    }

    /// <summary>What is in the folder while the first file of frames is written.</summary>
    private static byte[] Unfinished(TemporaryRun run, PrepareOptions options)
    {
        using CancellationTokenSource source = new();
        string folder = run.PathOf("begun");
        Assert.ThrowsAny<OperationCanceledException>(() => DataSetPreparer.Prepare(options with { Folder = folder, ShardBytes = options.ShardBytes }, _ => source.Cancel(), source.Token));
        return File.ReadAllBytes(Path.Combine(folder, "unfinished.json"));
    }
}

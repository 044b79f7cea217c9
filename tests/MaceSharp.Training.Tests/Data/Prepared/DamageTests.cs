using System.Runtime.InteropServices;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Tests.Data.Prepared;

public class DamageTests
{
    /// <summary>The check value that catalogues of checksums give for CRC-32C.</summary>
    [Fact]
    public void TheChecksumIsThatOfTheStandard()
    {
        Assert.Equal(0xE306_9283u, Crc32C.Of("123456789"u8));

        // RFC 3720, B.4: 32 bytes of zeros, of ones, and ascending.
        Assert.Equal(0x8A91_36AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8_AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD_794Eu, Crc32C.Of(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray()));
        Crc32C sum = default;
        sum.Add("1234"u8);
        sum.Add("56789"u8);
        Assert.Equal(0xE306_9283u, sum.Value);
    }

    [Fact]
    public void LayoutsAreAsDocumented()
    {
        Assert.Equal(ShardHeader.Size, Marshal.SizeOf<ShardHeader>());
        Assert.Equal(ShardEntry.Size, Marshal.SizeOf<ShardEntry>());
        Assert.Equal(FrameNumbers.Size, Marshal.SizeOf<FrameNumbers>());
    }

    [Fact]
    public void EveryFlippedBitIsFound()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run, frames: 12);
        PreparedData.Prepare(options);
        Random random = new(3);
        foreach (string file in Directory.GetFiles(options.Folder))
        {
            byte[] bytes = File.ReadAllBytes(file);
            bool description = file.EndsWith(".json", StringComparison.Ordinal);
            for (int i = 0; i < bytes.Length; i += description || i < ShardHeader.Size ? 1 : 7)
            {
                byte[] damaged = [.. bytes];
                damaged[i] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, damaged);
                Exception? exception = Record.Exception(() =>
                {
                    using PreparedDataSet set = PreparedDataSet.Open(options.Folder);
                    set.Verify();
                });
                Assert.True(exception is InvalidInputException, $"Byte {i} of {Path.GetFileName(file)}: {exception}");
                Assert.Contains(file, exception.Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(file, bytes);
        }
    }

    /// <summary>Damage that opening does not see is seen when the frame is read, in the middle of a run too.</summary>
    [Fact]
    public void ADamagedFrameIsNamedWhenItIsRead()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run, shardBytes: 1 << 20);
        PreparedData.Prepare(options);
        string shard = Path.Combine(options.Folder, ShardWriter.NameOf(0));
        byte[] bytes = File.ReadAllBytes(shard);
        int place = ShardHeader.Size + (int)Offset(bytes, 17) + 300;
        bytes[place] ^= 64;
        File.WriteAllBytes(shard, bytes);
        HeadDataSet data = DataSetReader.Read("h", 0, new MaceSharp.Training.Configuration.DataOptions { TrainFiles = [options.Folder], KeepIsolatedAtoms = true, ValidFiles = [options.Files[0]] }, 1);
        Assert.NotNull(data.Train[16].Energy);
        Assert.Equal($"{shard} is damaged: frame 17 of the data set (number 17 in the file) does not fit its checksum; prepare the data set again.", Assert.Throws<InvalidInputException>(() => data.Train[17]).Message);

        static long Offset(byte[] bytes, int frame)
        {
            ShardHeader header = MemoryMarshal.Read<ShardHeader>(bytes);
            return (long)MemoryMarshal.Read<ShardEntry>(bytes.AsSpan((int)header.Table + (frame * ShardEntry.Size))).Offset - ShardHeader.Size;
        }
    }

    [Theory]
    [InlineData(0, "has only 0 bytes: it was cut short")]
    [InlineData(50, "has only 50 bytes: it was cut short")]
    [InlineData(88, "has 88 bytes instead of")]
    [InlineData(-1, "it was cut short")]
    [InlineData(-3000, "it was cut short")]
    public void ATruncatedFileIsNamed(int length, string sentence)
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run);
        PreparedData.Prepare(options);
        string shard = Path.Combine(options.Folder, ShardWriter.NameOf(2));
        byte[] bytes = File.ReadAllBytes(shard);
        File.WriteAllBytes(shard, bytes[..(length >= 0 ? length : bytes.Length + length)]);
        string message = Assert.Throws<InvalidInputException>(() => PreparedDataSet.Open(options.Folder)).Message;
        Assert.StartsWith(shard, message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        File.Delete(shard);
        Assert.Equal($"{shard} is missing; prepare the data set again.", Assert.Throws<InvalidInputException>(() => PreparedDataSet.Open(options.Folder)).Message);
    }

    /// <summary>Headers that a program might write on purpose: their checksums are right, what they say is not.</summary>
    [Fact]
    public void HostileHeadersAreRefused()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run, shardBytes: 1 << 20);
        PreparedData.Prepare(options);
        string shard = Path.Combine(options.Folder, ShardWriter.NameOf(0));
        byte[] bytes = File.ReadAllBytes(shard);
        Check(static (ref ShardHeader h) => h.Version = 2, "has version 2 of the format, which this mace does not read");
        Check(static (ref ShardHeader h) => h.FrameCount = uint.MaxValue, "its table of frames does not fit the file");
        Check(static (ref ShardHeader h) => h.FrameCount = 0, "its table of frames does not fit the file");
        Check(static (ref ShardHeader h) => h.FrameCount--, "its table of frames does not fit the file");
        Check(static (ref ShardHeader h) => h.Table = ulong.MaxValue - 7, "its table of frames does not fit the file");
        Check(static (ref ShardHeader h) => h.Length = ulong.MaxValue, "it was cut short");
        Check(static (ref ShardHeader h) => h.TableChecksum++, "its table of frames does not fit its checksum");
        Check(static (ref ShardHeader h) => h.ByteOrder = 0x0102_0304, "is damaged");
        Check(static (ref ShardHeader h) => h.Number = 1, "belongs to another data set");
        Check(static (ref ShardHeader h) => h.DataSet++, "belongs to another data set");
        Check(static (ref ShardHeader h) => h.Cutoff = 4, "belongs to another data set");
        Check(static (ref ShardHeader h) => h.Reserved = 4, "is not the file that dataset.json describes");

        void Check(Change change, string sentence)
        {
            byte[] hostile = [.. bytes];
            ref ShardHeader header = ref MemoryMarshal.AsRef<ShardHeader>(hostile.AsSpan());
            change(ref header);
            header.Checksum = header.ComputeChecksum();
            File.WriteAllBytes(shard, hostile);
            Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => PreparedDataSet.Open(options.Folder)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void HostileDescriptionsAreRefused()
    {
        using TemporaryRun run = new();
        PrepareOptions options = PreparedData.Options(run);
        PreparedData.Prepare(options);
        string path = Path.Combine(options.Folder, "dataset.json"), text = File.ReadAllText(path);
        Check("\"format_version\": 1", "\"format_version\": 2", "has version 2 of the format");
        Check("\"r_max\": 3", "\"r_max\": -3", "contradicts itself");
        Check("\"r_max\": 3", "\"r_max\": {}", "is damaged");
        Check("\"shard_bytes\": 4096", "\"shard_bytes\": 4096.5", "is damaged");
        Check("macesharp-dataset", "something-else", "is not one");
        Check("\"sha256\"", "\"sha257\"", "is damaged");
        Check("\"frames\": 62\n    }", "\"frames\": 63\n    }", "contradicts itself");
        Check("\"frames\": 62\n    }", "\"frames\": 99999999999\n    }", "is damaged");
        Check("\"shards\": [", "\"shards\": [ {}, ", "is damaged");
        Check("\"r_max\": 3", "\"r_max\": 3.5", "belongs to another data set");

        void Check(string old, string now, string sentence)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            byte[] bytes = Encoding.UTF8.GetBytes(text.Replace(old, now, StringComparison.Ordinal));
            int place = bytes.AsSpan().LastIndexOf("\"checksum\": \""u8) + 13;
            Encoding.ASCII.GetBytes("00000000").CopyTo(bytes, place);
            Encoding.ASCII.GetBytes(Crc32C.Of(bytes).ToString("x8", System.Globalization.CultureInfo.InvariantCulture)).CopyTo(bytes, place);
            File.WriteAllBytes(path, bytes);
            Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => PreparedDataSet.Open(options.Folder)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Records with changed bytes either make no sense or make a frame whose indices are in range; nothing else happens.</summary>
    [Fact]
    public void HostileRecordsDoNoHarm()
    {
        using TemporaryRun run = new();
        LabelReader reader = new(new TrainingKeys());
        Random random = new(11);
        int refused = 0, taken = 0;
        foreach (Structure structure in StructureReader.Read(PreparedData.Options(run).Files[0]).Take(12))
        {
            byte[] record = FrameRecord.Encode(reader.Read(structure), NeighborPairs.Find(structure, 3), 0, 5);
            Assert.NotNull(FrameRecord.Decode(record, 3, ["x"]));
            Assert.Null(FrameRecord.Decode(record, 3, []));
            for (int i = 0; i < record.Length; i++) { Try(record[..i]); }
            for (int i = 0; i < 3000; i++)
            {
                byte[] changed = [.. record];
                for (int k = random.Next(1, 4); k > 0; k--) { changed[random.Next(4) == 0 ? random.Next(40) : random.Next(changed.Length)] = (byte)random.Next(256); }
                Try(changed);
            }
        }

        Assert.True(refused > 1000 && taken > 1000, $"{refused} {taken}");

        void Try(byte[] bytes)
        {
            if (FrameRecord.Decode(bytes, 3, ["x"]) is not { } frame)
            {
                refused++;
                return;
            }

            taken++;
            int atoms = frame.Structure.Count;
            foreach (int i in frame.Pairs!.First) { Assert.InRange(i, 0, atoms - 1); }
            foreach (int i in frame.Pairs.Second) { Assert.InRange(i, 0, atoms - 1); }
            foreach (int z in frame.Structure.AtomicNumbers) { Assert.InRange(z, 1, Elements.MaxAtomicNumber); }
        }
    }

    private delegate void Change(ref ShardHeader header);
}

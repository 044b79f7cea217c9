using System.Buffers.Binary;
using System.IO.Compression;
using MaceSharp.Architecture;
using MaceSharp.Serialization;
using MaceSharp.Serialization.Pickle;
using MaceSharp.Serialization.Torch;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Serialization;

/// <summary>Archives and tensors that lie about themselves end in a sentence.</summary>
public sealed class HostileArchiveTests
{
    private static readonly byte[] None = PickleWriter.Of(static w => w.Op('N'));

    [Theory]
    [InlineData(0L, new long[] { 1_000_000, 1_000_000 }, new long[] { 1_000_000, 1 }, 4L, "beyond its storage")]
    [InlineData(0L, new long[] { 1_000_000_000_000 }, new long[] { 1 }, 1_000_000_000_000L, "impossible extent")]
    [InlineData(0L, new long[] { 1_000_000, 1_000_000 }, new long[] { 1_000_000, 1 }, 1_000_000_000_000L, "beyond its storage")]
    [InlineData(0L, new long[] { 1_000_000_000 }, new long[] { 1 }, 1_000_000_000L, "archive holds 32 bytes")]
    [InlineData(0L, new long[] { 1_000_000_000 }, new long[] { 0 }, 4L, "beyond its storage")]
    [InlineData(3L, new long[] { 4 }, new long[] { -1 }, 4L, "negative or missing stride")]
    [InlineData(0L, new long[] { 2 }, new long[] { long.MaxValue }, 4L, "beyond its storage")]
    [InlineData(0L, new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, 4L, "beyond its storage")]
    [InlineData(1L, new long[] { 4 }, new long[] { 1 }, 4L, "beyond its storage")]
    [InlineData(-1L, new long[] { 1 }, new long[] { 1 }, 4L, "negative offset")]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 }, 4L, "beyond its storage")]
    [InlineData(0L, new long[] { -1 }, new long[] { 1 }, 4L, "impossible extent")]
    [InlineData(0L, new long[] { 1 }, new long[] { 1, 1 }, 4L, "axes but 2 strides")]
    [InlineData(0L, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 4L, "more than 16 axes")]
    [InlineData(0L, new long[] { 4 }, new long[] { 1 }, 4L, "4 elements where one number belongs")]
    public void A_tensor_that_does_not_fit_its_storage_is_refused(long offset, long[] size, long[] stride, long storage, string words)
    {
        byte[] pickle = PickleWriter.Of(w => w.Module(
            "mace.modules.models",
            "MACE",
            ("_modules", static m => m.Dictionary(("interactions", static i => i.EmptyModuleList()), ("products", static p => p.EmptyModuleList()))),
            ("_parameters", static p => p.Op('}')),
            ("_buffers", b => b.Dictionary(("num_interactions", t => t.Tensor(offset, size, stride, storage))))));
        ModelBytes.AssertRefused(ModelBytes.Torch(pickle, ("m/data/0", new byte[32])), words);
    }

    [Theory]
    [InlineData("ComplexFloatStorage")]
    [InlineData("QInt8Storage")]
    public void A_storage_of_an_unknown_type_is_refused(string type) =>
        ModelBytes.AssertRefused(ModelBytes.Torch(PickleWriter.Of(w => w.Tensor(0, [1], [1], 1, storage: type))), $"torch.{type}");

    [Fact]
    public void Views_are_copied_out_of_their_storage()
    {
        byte[] storage = new byte[12 * 8];
        for (int i = 0; i < 12; i++) { BinaryPrimitives.WriteDoubleLittleEndian(storage.AsSpan(8 * i), i); }
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], View(0, [3, 4], [4, 1], 12).Values);
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], View(0, [4, 3], [1, 4], 12).Values); // transposed
        Assert.Equal([5, 7, 9, 11], View(5, [2, 2], [4, 2], 12).Values); // every second column of the last two rows
        Assert.Equal([3, 3, 3], View(3, [3], [0], 12).Values); // expanded
        Assert.Equal([7], View(7, [], [], 12).Values);
        Assert.Empty(View(0, [0, 5], [5, 1], 12).Values);

        NamedTensor View(long offset, long[] size, long[] stride, long count) =>
            TorchTensor.Parse(PickleReader.Read(PickleWriter.Of(w => w.Tensor(offset, size, stride, count))), "x").Materialize(storage);
    }

    [Fact]
    public void Narrow_numbers_are_widened()
    {
        Assert.Equal([1.5, -2], Element("HalfStorage", [0x00, 0x3e, 0x00, 0xc0]));
        Assert.Equal([1.5, -2], Element("BFloat16Storage", [0xc0, 0x3f, 0x00, 0xc0]));
        Assert.Equal([1.5, -2], Element("FloatStorage", [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]));
        Assert.Equal([1, -2], Element("IntStorage", [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]));
        Assert.Equal([1, -2], Element("ShortStorage", [1, 0, 0xfe, 0xff]));
        Assert.Equal([1, -2], Element("CharStorage", [1, 0xfe]));
        Assert.Equal([1, 254], Element("ByteStorage", [1, 0xfe]));
        Assert.Equal([1, 0], Element("BoolStorage", [1, 0]));

        static double[] Element(string type, byte[] bytes) =>
            TorchTensor.Parse(PickleReader.Read(PickleWriter.Of(w => w.Tensor(0, [2], [1], 2, storage: type))), "x").Materialize(bytes).Values;
    }

    [Fact]
    public void Modules_that_hold_themselves_are_refused()
    {
        // A module list whose only member is itself, as the layers of a model.
        byte[] pickle = PickleWriter.Of(static w => w.Module(
            "mace.modules.models",
            "MACE",
            ("_modules", static m => m.Dictionary(
                ("interactions", static i => i.Global("torch.nn.modules.container", "ModuleList").Op(')').Raw(0x81).Put(9)
                    .Dictionary(("_modules", static s => s.Dictionary(("0", static x => x.Get(9)), ("1", static x => x.Get(9))))).Op('b')),
                ("products", static p => p.Get(9))))));
        TorchModule module = TorchModule.From(PickleReader.Read(pickle), string.Empty)!;
        Assert.Contains("nest without end", Assert.ThrowsAny<Atoms.InvalidInputException>(() => module.Tensors().Count()).Message, StringComparison.Ordinal);
        ModelBytes.AssertRefused(ModelBytes.Torch(pickle), "num_interactions");
    }

    [Fact]
    public void A_bomb_is_not_unpacked()
    {
        // 200 MB of zeros pack to 200 kB.
        byte[] bomb = ModelBytes.Zip(CompressionLevel.SmallestSize, ("m/data.pkl", new byte[200_000_000]));
        Assert.True(bomb.Length < 1_000_000);
        ModelBytes.AssertRefused(bomb, "more than the");
    }

    [Fact]
    public void A_deflated_archive_of_a_good_model_is_read()
    {
        byte[] file = ModelBytes.Zip(CompressionLevel.Fastest, ("m/data.pkl", PickleWriter.Of(static w => w.Tensor(0, [1], [1], 1))));
        ModelBytes.AssertRefused(file, "a single tensor");
    }

    [Fact]
    public void Entries_of_one_name_are_refused() => ModelBytes.AssertRefused(ModelBytes.Zip(("m/data.pkl", None), ("m/data.pkl", None)), "two entries named");

    [Fact]
    public void Several_pickles_are_refused() => ModelBytes.AssertRefused(ModelBytes.Zip(("a/data.pkl", None), ("b/data.pkl", None)), "several pickles");

    [Fact]
    public void Sizes_that_lie_are_refused()
    {
        byte[] file = ModelBytes.Zip(("m/data.pkl", None));
        int directory = file.AsSpan().LastIndexOf("PK\x01\x02"u8);
        ModelBytes.AssertRefused(Patched(file, directory + 24, 0x7fffffff), "cannot hold"); // unpacked size
        ModelBytes.AssertRefused(Patched(Patched(file, directory + 24, 0x7ffffff0), directory + 20, 0x7ffffff0), "cannot hold"); // both sizes
        ModelBytes.AssertRefused(Patched(file, directory + 42, 0x7fffffff), "cannot hold"); // place
        ModelBytes.AssertRefused(Patched(file, directory + 16, 0x12345678), "checksum"); // CRC-32
        int end = file.AsSpan().LastIndexOf("PK\x05\x06"u8);
        ModelBytes.AssertRefused(Patched(file, end + 16, 0x7ffffff0), "outside the file");
        ModelBytes.AssertRefused(Patched(file, end + 12, 0x7ffffff0), "outside the file");
        ModelBytes.AssertRefused(Patched(file, end + 8, 0x7ffe7ffe), "directory is damaged");
    }

    [Fact]
    public void Big_endian_numbers_are_refused() => ModelBytes.AssertRefused(ModelBytes.Torch(None, ("m/byteorder", "big"u8.ToArray())), "big-endian");

    [GoldenTheory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void A_truncated_model_is_refused(double fraction)
    {
        byte[] file = File.ReadAllBytes(GoldenData.PathOf("models", "e2_one_interaction.model"));
        ModelBytes.AssertRefused(file[..(int)(file.Length * fraction)], "ends early");
    }

    [GoldenFact]
    public void A_truncated_pickle_is_refused()
    {
        (string Name, byte[] Data)[] entries = ModelBytes.Unzip(GoldenData.PathOf("models", "e2_one_interaction.model"));
        int index = Array.FindIndex(entries, static e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal));
        entries[index].Data = entries[index].Data[..^1000];
        ModelBytes.AssertRefused(ModelBytes.Zip(entries), "the pickle ends early");
    }

    [GoldenTheory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_refused_by_name(double value)
    {
        const string name = "interactions.0.linear_up.weight";
        (string Name, byte[] Data)[] entries = ModelBytes.Unzip(GoldenData.PathOf("models", "e2_one_interaction.model"));
        byte[] pickle = Array.Find(entries, static e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal)).Data;
        object tensor = TorchModule.From(PickleReader.Read(pickle), string.Empty)!.Tensors().First(static t => t.Path == name).Value;
        string key = TorchTensor.Parse(tensor, name).StorageKey;
        byte[] storage = Array.Find(entries, e => e.Name.EndsWith("/data/" + key, StringComparison.Ordinal)).Data;
        BinaryPrimitives.WriteDoubleLittleEndian(storage.AsSpan(16), value);
        ModelBytes.AssertRefused(ModelBytes.Zip(entries), $"'{name}' has a value that is not finite");
    }

    [GoldenFact]
    public void A_changed_activation_constant_is_refused()
    {
        (string Name, byte[] Data)[] entries = ModelBytes.Unzip(GoldenData.PathOf("models", "e2_one_interaction.model"));
        byte[] pickle = Array.Find(entries, static e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal)).Data;
        byte[] constant = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(constant, 1.6791767923989418);
        int at = pickle.AsSpan().IndexOf(constant);
        Assert.True(at > 0);
        pickle[at + 4] ^= 1; // by 10⁻⁹
        ModelBytes.AssertRefused(ModelBytes.Zip(entries), "another normalisation constant");
    }

    [GoldenTheory]
    [InlineData("mace.modules.models\nScaleShiftMACE", "mace.modules.models\nScaleShiftMACX", "ScaleShiftMACX")]
    [InlineData("RealAgnosticResidualInteractionBlock", "RealAgnosticResidualInteractionBlocX", "RealAgnosticResidualInteractionBlocX")]
    [InlineData("mace.modules.radial\nBesselBasis", "mace.modules.radial\nBesselBasiX", "BesselBasiX")]
    [InlineData("mace.modules.radial\nPolynomialCutoff", "mace.modules.radial\nPolynomialCutofX", "PolynomialCutofX")]
    [InlineData("mace.modules.blocks\nLinearReadoutBlock", "mace.modules.blocks\nLinearReadoutBlocX", "LinearReadoutBlocX")]
    public void Unknown_blocks_are_named(string known, string unknown, string words)
    {
        (string Name, byte[] Data)[] entries = ModelBytes.Unzip(GoldenData.PathOf("models", "e2_one_interaction.model"));
        byte[] pickle = Array.Find(entries, static e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal)).Data;
        int at = pickle.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(known));
        Assert.True(at > 0);
        System.Text.Encoding.ASCII.GetBytes(unknown).CopyTo(pickle, at);
        ModelBytes.AssertRefused(ModelBytes.Zip(entries), words);
    }

    private static byte[] Patched(byte[] file, int offset, uint value)
    {
        byte[] copy = [.. file];
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(offset), value);
        return copy;
    }
}

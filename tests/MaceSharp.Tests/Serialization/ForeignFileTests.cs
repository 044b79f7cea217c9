using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Serialization;

namespace MaceSharp.Tests.Serialization;

/// <summary>A file that is something else is named as what it is.</summary>
public sealed class ForeignFileTests
{
    private static readonly byte[] None = PickleWriter.Of(static w => w.Op('N'));

    public static TheoryData<string, byte[], string> Files => new()
    {
        { "empty", [], "the file is empty" },
        { "html", "\n<!DOCTYPE html><html><head><title>404</title>"u8.ToArray(), "an HTML page" },
        { "html without doctype", "<HTML><body>Sign in</body></HTML>"u8.ToArray(), "an HTML page" },
        { "xml", "<?xml version=\"1.0\"?><Error/>"u8.ToArray(), "an XML or HTML document" },
        { "git-lfs pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"u8.ToArray(), "a git-LFS pointer" },
        { "json", "{\"a\": 1}"u8.ToArray(), "the file is JSON" },
        { "symmetrix", "{\"num_elements\": 2, \"num_channels\": 64, \"r_cut\": 5.0, \"radial_spline_h\": 0.01}"u8.ToArray(), "symmetrix" },
        { "onnx", [0x08, 0x08, 0x12, 0x07, .. "pytorch\x1a\x05"u8, .. "2.1.0"u8], "an ONNX model" },
        { "hdf5", [0x89, .. "HDF\r\n\x1a\n"u8, 0, 0], "an HDF5 file" },
        { "numpy", [0x93, .. "NUMPY\x01\0"u8], "a NumPy array" },
        { "gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "gzip" },
        { "legacy torch", [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'], "PyTorch format before 1.6" },
        { "bare pickle", None, "a bare pickle" },
        { "tar", Tar(), "a tar archive" },
        { "xyz", "3\nwater\nO 0 0 0\nH 0 0 1\nH 0 1 0\n"u8.ToArray(), "the file is text" },
        { "noise", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "the file is not a model" },
        { "empty zip", ModelBytes.Zip(), "an empty zip archive" },
        { "zip of something else", ModelBytes.Zip(("word/document.xml", [1, 2, 3])), "a zip archive of something else" },
        { "TorchScript", ModelBytes.Torch(None, ("m/constants.pkl", None), ("m/code/__torch__.py", [1])), "a compiled TorchScript model" },
        { "LAMMPS", ModelBytes.Torch(None, ("m/constants.pkl", None), ("m/code/__torch__/mace/calculators/lammps_mace.py", [1])), "a LAMMPS export" },
        { "ML-IAP", ModelBytes.Torch(PickleWriter.Of(static w => w.Module("mace.calculators.lammps_mliap_mace", "LAMMPS_MLIAP_MACE", ("_modules", static m => m.Op('}'))))), "a LAMMPS export" },
        { "state dict", ModelBytes.Torch(PickleWriter.Of(static w => w.Dictionary(("a.weight", static t => t.Tensor(0, [1], [1], 1))))), "a bare state dict" },
        { "checkpoint", ModelBytes.Torch(PickleWriter.Of(static w => w.Dictionary(("model", static m => m.Op('}')), ("optimizer", static m => m.Op('}')), ("epoch", static e => e.Integer(3))))), "a training checkpoint" },
        { "dictionary", ModelBytes.Torch(PickleWriter.Of(static w => w.Dictionary(("a", static e => e.Integer(3))))), "a dictionary" },
        { "tensor", ModelBytes.Torch(PickleWriter.Of(static w => w.Tensor(0, [1], [1], 1))), "a single tensor" },
        { "another network", ModelBytes.Torch(PickleWriter.Of(static w => w.Module("torch.nn.modules.linear", "Linear", ("_modules", static m => m.Op('}'))))), "torch.nn.modules.linear.Linear" },
        { "safetensors of something else", Safetensors("{\"__metadata__\":{\"format\":\"pt\"}}"), "a safetensors file of something else" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_foreign_file_is_named(string what, byte[] file, string words)
    {
        Assert.NotEmpty(what);
        ModelBytes.AssertRefused(file, words);
    }

    [Fact]
    public void A_directory_is_named()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        try
        {
            Assert.Contains("this is a directory", Message(() => ModelFile.Read(folder)), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "none.model");
        Assert.Equal($"{path}: there is no such file.", Message(() => ModelFile.Read(path)));
    }

    private static string Message(Action action)
    {
        string message = Assert.ThrowsAny<InvalidInputException>(action).Message;
        ModelBytes.AssertSentence(message);
        return message;
    }

    private static byte[] Tar()
    {
        byte[] tar = new byte[512];
        "model.pkl"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));
        return tar;
    }

    private static byte[] Safetensors(string header) => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header)];
}

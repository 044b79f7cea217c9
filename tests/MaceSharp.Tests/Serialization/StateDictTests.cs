using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Serialization;

namespace MaceSharp.Tests.Serialization;

/// <summary>State dictionaries for PyTorch.</summary>
public class StateDictTests
{
    private static MaceModel Model() => ModelBuilder.Create(new HyperParameters
    {
        Kind = ModelKind.ScaleShiftMace,
        AtomicNumbers = [1, 8],
        CutoffRadius = 4,
        RadialBasisCount = 6,
        MaxEll = 2,
        HiddenIrreps = Irreps.Parse("4x0e+4x1o"),
        MlpIrreps = Irreps.Parse("4x0e"),
        Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual],
        AverageNeighborCounts = [3, 3],
        Correlations = [2, 2],
    });

    /// <summary>What PyTorch's reader needs: no compression, the version, numbers aligned to 64 bytes, and the numbers themselves.</summary>
    [Fact]
    public void TheArchiveIsOneOfPyTorch()
    {
        MaceModel model = Model();
        using MemoryStream stream = new();
        ModelExport.WriteTorchStateDict(model, stream);
        byte[] bytes = stream.ToArray();
        using ZipArchive archive = new(new MemoryStream(bytes));
        Assert.Equal("3\n", Encoding.UTF8.GetString(Read(archive, "archive/version")));
        string pickle = Encoding.Latin1.GetString(Read(archive, "archive/data.pkl"));
        string[] names = ["atomic_numbers", "r_max", "num_interactions", .. ParameterLayout.Of(model.HyperParameters).Select(static s => s.Name)];
        Assert.Equal(names.Length + 2, archive.Entries.Count);
        int place = 0;
        for (int i = 0; i < names.Length; i++)
        {
            int found = pickle.IndexOf(names[i] + "c", place, StringComparison.Ordinal);
            Assert.True(found > place, names[i]);
            place = found;
            byte[] content = Read(archive, FormattableString.Invariant($"archive/data/{i}"));
            if (model.Tensors.TryGetValue(names[i], out NamedTensor? tensor)) { Assert.Equal(tensor.Values, MemoryMarshal.Cast<byte, double>(content).ToArray()); }
            if (content.Length > 32) { Assert.Equal(0, bytes.AsSpan().IndexOf(content) % 64); }
        }

        Assert.Equal([1L, 8L], MemoryMarshal.Cast<byte, long>(Read(archive, "archive/data/0")).ToArray());
    }

    /// <summary>PyTorch itself reads it with everything but data forbidden.</summary>
    [TorchFact]
    public void PyTorchReadsItWithWeightsOnly()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream stream = File.Create(path)) { ModelExport.WriteTorchStateDict(Model(), stream); }
            string output = TorchFactAttribute.Run("""
                import sys, torch
                d = torch.load(sys.argv[1], weights_only=True)
                t = d['products.0.symmetric_contractions.contractions.0.U_matrix_2']
                print(type(d).__name__, len(d), tuple(t.shape), t.dtype, d['atomic_numbers'].tolist(), d['r_max'].item(), repr(d['node_embedding.linear.weight'].sum().item()))
                """, path);
            MaceModel model = Model();
            string shape = string.Join(", ", model["products.0.symmetric_contractions.contractions.0.U_matrix_2"].Shape);
            double sum = model["node_embedding.linear.weight"].Values.Sum();
            int count = ParameterLayout.Of(model.HyperParameters).Length + 3;
            Assert.StartsWith(FormattableString.Invariant($"OrderedDict {count} ({shape}) torch.float64 [1, 8] 4.0 "), output, StringComparison.Ordinal);
            Assert.Equal(sum, double.Parse(output.Trim().Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture), 12);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Read(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.GetEntry(name)!;
        Assert.Equal(entry.Length, entry.CompressedLength);
        using Stream stream = entry.Open();
        using MemoryStream memory = new();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}

/// <summary>A test that needs Debian's python3-torch; skipped with a reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    private const string Python = "/usr/bin/python3";

    public TorchFactAttribute()
    {
        if (!File.Exists("/usr/lib/python3/dist-packages/torch/__init__.py")) { Skip = "Debian's python3-torch is not installed."; }
    }

    /// <summary>Runs a script and gives what it prints.</summary>
    public static string Run(string script, string argument)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", script, argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.Result);
    }
}

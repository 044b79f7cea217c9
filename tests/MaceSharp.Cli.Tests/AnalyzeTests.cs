using System.Globalization;
using System.Text;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace analyze</c>.</summary>
public sealed class AnalyzeTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void All_analyses_go_together_in_one_pass()
    {
        string input = _mace.Write("run.xyz", Oscillator(2000, withTime: true));
        Outcome outcome = _mace.Run("analyze", input, "--rdf", "4", "--msd", "--vdos", "--bonds", "--ir", "--charges", "H=0.4,Cl=-0.4", "--resolution", "40", "--json", "-p", _mace.PathOf("out"), "--cite");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement root = json.RootElement;
        Assert.Equal(2000, root.GetProperty("frames").GetInt32());
        Assert.Equal(1, root.GetProperty("frame_time").GetDouble(), 1e-9);
        Assert.Equal(1.28, root.GetProperty("bonds").GetProperty("H-Cl").GetProperty("mean").GetDouble(), 0.01);

        // The molecule vibrates at 2886 cm⁻¹.
        Assert.InRange(root.GetProperty("infrared_bands").EnumerateArray().Select(static b => b.GetDouble()).MinBy(static b => Math.Abs(b - 2886)), 2846, 2926);
        foreach (string name in new[] { "rdf", "msd", "vdos", "bonds", "ir" })
        {
            foreach (string ending in new[] { "dat", "svg", "html" }) { Assert.True(new FileInfo(_mace.PathOf($"out-{name}.{ending}")).Length > 100, $"{name}.{ending}"); }
        }

        Assert.Contains("Ramírez", root.GetProperty("citations").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Averages_need_no_option()
    {
        Outcome outcome = _mace.Run("analyze", _mace.Write("run.xyz", Oscillator(50, withTime: false)));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches("density +0\\.484", outcome.Output);
        Assert.Single(Directory.GetFiles(_mace.Folder));
    }

    [Theory]
    [InlineData("--frame-time", "run.xyz", "--msd")]
    [InlineData("--resolution ", "run.xyz", "--vdos", "--frame-time", "1", "--resolution", "1")]
    [InlineData("no 'dipole'", "run.xyz", "--ir", "--frame-time", "1", "--resolution", "500")]
    [InlineData("say nothing of H", "run.xyz", "--ir", "--frame-time", "1", "--charges", "Cl=1", "--resolution", "500")]
    [InlineData("--charges belongs to --ir", "run.xyz", "--charges", "Cl=1")]
    [InlineData("--bins belongs to --rdf", "run.xyz", "--bins", "5")]
    [InlineData("--rdf cannot be '-3'", "run.xyz", "--rdf", "-3")]
    [InlineData("needs a density", "molecule.xyz", "--rdf", "5")]
    [InlineData("no velocities", "molecule.xyz", "--vdos", "--frame-time", "1", "--resolution", "500")]
    [InlineData("does not exist", "missing.xyz")]
    public void What_cannot_be_analysed_is_one_sentence(string part, params string[] args)
    {
        _mace.Write("run.xyz", Oscillator(100, withTime: false));
        _mace.Write("molecule.xyz", string.Concat(Enumerable.Repeat("2\n\nH 0 0 0\nH 0 0 0.74\n", 100)));
        Outcome outcome = _mace.Run(["analyze", _mace.PathOf(args[0]), .. args[1..], "-p", _mace.PathOf("out")]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_mace.Folder, "out*"));
    }

    /// <summary>Hydrogen chloride that vibrates at 2886 cm⁻¹ in a cube of 5 Å, a frame a femtosecond.</summary>
    private static string Oscillator(int frames, bool withTime)
    {
        double mh = Elements.Mass(1), mc = Elements.Mass(17), omega = 2 * Math.PI * Units.SpeedOfLightMetrePerSecond * 1e-13 * 2886;
        StringBuilder text = new();
        for (int frame = 0; frame < frames; frame++)
        {
            double x = 0.05 * Math.Sin(omega * frame), v = 0.05 * omega * Math.Cos(omega * frame) / Units.Femtosecond, h = mc / (mh + mc), c = -mh / (mh + mc);
            text.Append(CultureInfo.InvariantCulture, $"2\nLattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:3:momenta:R:3 pbc=\"T T T\"{(withTime ? string.Create(CultureInfo.InvariantCulture, $" time={(double)frame:F1}") : "")}\n");
            text.Append(CultureInfo.InvariantCulture, $"H {1.28 + (h * x):R} 0 0 {mh * h * v:R} 0 0\nCl {c * x:R} 0 0 {mc * c * v:R} 0 0\n");
        }

        return text.ToString();
    }
}

using System.Text.Json;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace eos</c>, <c>elastic</c>, <c>phonons</c>, <c>vibrations</c> and <c>ir</c>: what they print and write holds together; what cannot be used is refused with a sentence.</summary>
public sealed class PropertyCommandTests : IDisposable
{
    private const string Argon = """
        4
        Lattice="5.26 0 0 0 5.26 0 0 0 5.26" Properties=species:S:1:pos:R:3 pbc="T T T"
        Ar 0 0 0
        Ar 0 2.63 2.63
        Ar 2.63 0 2.63
        Ar 2.63 2.63 0

        """;

    private const string Cluster = """
        4
        Properties=species:S:1:pos:R:3 pbc="F F F"
        Ar 0.0 0.0 0.0
        Ar 3.8 0.1 0.0
        Ar 1.9 3.3 0.0
        Ar 1.9 1.1 3.1

        """;

    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void AnEquationOfStateIsFittedAndWritten()
    {
        JsonElement summary = RunJson("eos", _mace.Write("argon.xyz", Argon), "--potential", "lj:argon", "--min-volume", "0.94", "--max-volume", "1.06", "--minimize-all");
        Assert.Equal(7, summary.GetProperty("volumes").GetArrayLength());
        double volume = summary.GetProperty("volume_0").GetDouble(), modulus = summary.GetProperty("bulk_modulus_gpa").GetDouble();
        Assert.InRange(volume, 138, 152);
        Assert.InRange(modulus, 1.5, 4);
        Wrote(summary, "out-eos-raw.dat", "out-eos.json", "out-eos.extxyz", "out-eos.svg", "out-eos.html");
        Assert.Contains("<svg", _mace.Read("out-eos.svg"), StringComparison.Ordinal);

        // Elastic constants of the same potential have the same bulk modulus where there is no stress.
        JsonElement elastic = RunJson("elastic", _mace.PathOf("argon.xyz"), "--potential", "lj:argon", "--minimize", "cell");
        Assert.Equal(modulus, elastic.GetProperty("bulk_modulus_hill_gpa").GetDouble(), 0.02 * modulus);
        Assert.True(elastic.GetProperty("stable").GetBoolean());
        Assert.Equal("m-3m", elastic.GetProperty("point_group").GetString());
        Assert.Equal("Fm-3m", elastic.GetProperty("space_group").GetString());
        Assert.InRange(elastic.GetProperty("debye_temperature").GetDouble(), 60, 110);
        Wrote(elastic, "out-relaxed.extxyz", "out-elastic.dat", "out-elastic.json", "out-elastic.svg", "out-elastic.html");
    }

    [Theory]
    [InlineData("eos")]
    [InlineData("elastic")]
    [InlineData("phonons")]
    [InlineData("vibrations")]
    [InlineData("relax")]
    [InlineData("md", "--steps", "1")]
    [InlineData("neb")]
    [InlineData("analyze", "--rdf", "2")]
    public void NothingIsComputedThatCannotBeWritten(string command, params string[] options)
    {
        string input = _mace.Write("argon.xyz", Argon);
        string[] inputs = command == "neb" ? [input, _mace.Write("other.xyz", Argon.Replace("2.63 2.63 0", "2.63 2.63 0.5", StringComparison.Ordinal))] : [input];
        _mace.Models.BeforeEvaluation = static _ => throw new InvalidOperationException("evaluated");
        Outcome outcome = _mace.Run([command, .. inputs, .. options, "-p", Path.Combine(input, "sub", "out")]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Matches("cannot be (made|written)", outcome.ErrorLine);
    }

    [Theory]
    [InlineData("eos")]
    [InlineData("elastic")]
    [InlineData("phonons")]
    [InlineData("vibrations")]
    [InlineData("relax")]
    [InlineData("md", "--steps", "1")]
    public void WhatMakesNoSenseIsNamedWithItsFile(string command, params string[] options)
    {
        foreach ((string text, string part) in new[] { (Argon.Replace("Ar 0 2.63 2.63", "Ar 0 nan 2.63", StringComparison.Ordinal), "The position of atom 2 is not finite"), (Argon.Replace("0 5.26 0", "0 0 0", StringComparison.Ordinal), "that vector is zero") })
        {
            Outcome outcome = _mace.Run([command, _mace.Write("bad.xyz", text), "--potential", "lj:argon", .. options, "-p", _mace.PathOf("out")]);
            Assert.Equal(2, outcome.ExitCode);
            Assert.Contains("bad.xyz@0: ", outcome.ErrorLine, StringComparison.Ordinal);
            Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(_mace.Folder, "out*"));
        }
    }

    [Fact]
    public void PhononsOfArgonAreWrittenWithBandsStatesAndFilesForPhonopy()
    {
        string input = _mace.Write("argon.xyz", Argon);
        JsonElement summary = RunJson("phonons", input, "--potential", "lj:argon", "--supercell", "2", "--mesh", "6", "--pdos", "--points", "11", "--temp-max", "300", "--temp-step", "100");
        Assert.Equal(1, summary.GetProperty("primitive_atoms").GetInt32());
        Assert.Equal(32, summary.GetProperty("supercell_atoms").GetInt32());
        Assert.InRange(summary.GetProperty("lowest_frequency_thz").GetDouble(), -0.01, 0.01);

        // Three harmonic modes near the classical limit.
        Assert.Equal(3 * 8.617e-5, summary.GetProperty("heat_capacity").GetDouble(), 0.03 * 3 * 8.617e-5);
        Wrote(summary, "out-phonopy_params.yaml", "out-FORCE_SETS", "out-bands.dat", "out-dos.dat", "out-thermal.dat", "out-phonons.json", "out-phonons.svg", "out-thermal.svg", "out-phonons.html");
        Assert.Contains("# X", _mace.Read("out-bands.dat"), StringComparison.Ordinal);
        Assert.Contains("Setyawan", summary.GetProperty("path_convention").GetString(), StringComparison.Ordinal);
        Outcome text = Run("phonons", input, "--potential", "lj:argon", "--supercell", "2x2x2", "--mesh", "0", "--path", "none", "--cite");
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("Parlinski", text.Output, StringComparison.Ordinal);
        Assert.Contains("supercell 2x2x2", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void VibrationsAndSpectrumOfAClusterAreWritten()
    {
        string input = _mace.Write("cluster.xyz", Cluster);
        JsonElement summary = RunJson("vibrations", input, "--potential", "lj:epsilon=0.0104,sigma=3.4,rc=20", "--minimize", "atoms", "--fmax", "1e-6");
        double[] wavenumbers = [.. summary.GetProperty("wavenumbers").EnumerateArray().Select(static w => w.GetDouble())];

        // As ASE's Vibrations gives them for this cluster (ASE 3.22.1).
        double[] expected = [18.709, 18.710, 26.458, 26.459, 26.460, 37.419];
        for (int i = 0; i < 6; i++) { Assert.Equal(expected[i], wavenumbers[i], 0.01); }
        Assert.Equal(12, summary.GetProperty("symmetry_number").GetInt32());
        Wrote(summary, "out-relaxed.extxyz", "out-vibrations.dat", "out-modes.extxyz", "out-vibrations.json", "out-vibrations.svg", "out-vibrations.html");

        string measured = _mace.Write("measured.csv", "wavenumber,absorbance\n10,0\n18,0.2\n19,0.9\n20,0.1\n26,0.5\n30,0.1\n36,0.6\n37,1\n40,0\n");
        JsonElement spectrum = RunJson("ir", _mace.PathOf("out-relaxed.extxyz"), "--potential", "lj:epsilon=0.0104,sigma=3.4,rc=20", "--charges", "Ar=0.1", "--broadening", "2", "--measured", measured);

        // Charges of one sign on equal atoms make no dipole that vibrates.
        Assert.All(spectrum.GetProperty("intensities_km_per_mol").EnumerateArray(), static a => Assert.InRange(a.GetDouble(), -1e-9, 1e-9));
        Assert.Equal(3, spectrum.GetProperty("peaks").GetArrayLength());
        Wrote(spectrum, "out-ir-lines.dat", "out-ir.dat", "out-ir.json", "out-modes.extxyz", "out-ir.svg", "out-ir.html");
    }

    [Fact]
    public void ADryRunSaysTheCostAndWritesNothing()
    {
        string input = _mace.Write("argon.xyz", Argon);
        foreach (string command in new[] { "eos", "elastic", "phonons", "vibrations" })
        {
            Outcome outcome = Run(command, input, "--potential", "lj:argon", "--dry-run");
            Assert.Equal(0, outcome.ExitCode);
            Assert.Contains("nothing was written", outcome.Output, StringComparison.Ordinal);
        }

        Assert.Equal(["argon.xyz"], Directory.GetFiles(_mace.Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("eos cluster.xyz", "three directions")]
    [InlineData("elastic cluster.xyz", "three directions")]
    [InlineData("phonons cluster.xyz", "mace vibrations")]
    [InlineData("eos argon.xyz --min-volume 1.1 --max-volume 1.0", "no range")]
    [InlineData("eos argon.xyz --min-volume 1.3 --max-volume 1.5", "no minimum")]
    [InlineData("eos argon.xyz --n-volumes 3", "--n-volumes")]
    [InlineData("elastic argon.xyz --strain 0.5", "--strain")]
    [InlineData("phonons argon.xyz --supercell 2x2", "2x2")]
    [InlineData("phonons argon.xyz --supercell 0", "--supercell")]
    [InlineData("phonons argon.xyz --mesh a", "--mesh")]
    [InlineData("phonons argon.xyz --supercell 1 --path GQ", "does not have")]
    [InlineData("phonons argon.xyz --supercell 1 --born missing", "missing")]
    [InlineData("phonons argon.xyz --supercell 1 --born cluster.xyz", "not a number")]
    [InlineData("phonons argon.xyz --temp-min 500 --temp-max 100", "Temperatures")]
    [InlineData("vibrations cluster.xyz --minimize cell", "three directions")]
    [InlineData("ir cluster.xyz", "no dipoles")]
    [InlineData("ir cluster.xyz --charges H=1", "nothing of Ar")]
    [InlineData("ir cluster.xyz --charges q", "array")]
    [InlineData("ir cluster.xyz --charges Ar=1 --born x", "exclude")]
    [InlineData("ir cluster.xyz --charges Ar=1 --measured argon.xyz", "argon.xyz")]
    [InlineData("ir cluster.xyz --charges Ar=1 --from 100 --to 50", "--from")]
    public void WhatCannotBeUsedIsRefusedWithASentence(string line, string word)
    {
        _mace.Write("argon.xyz", Argon);
        _mace.Write("cluster.xyz", Cluster);
        string[] words = [.. line.Split(' ').Select(w => w is "argon.xyz" or "cluster.xyz" or "missing" ? _mace.PathOf(w) : w)];
        Outcome outcome = Run([.. words, "--potential", "lj:argon"]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(word, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    private Outcome Run(params string[] arguments) => _mace.Run([.. arguments, "--file-prefix", _mace.PathOf("out")]);

    private JsonElement RunJson(params string[] arguments)
    {
        Outcome outcome = Run([.. arguments, "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }

    private void Wrote(JsonElement summary, params string[] names)
    {
        string[] files = [.. summary.GetProperty("files").EnumerateArray().Select(static f => Path.GetFileName(f.GetString()!))];
        Assert.Equal(names.Order(), files.Order());
        Assert.All(names, name => Assert.True(new FileInfo(_mace.PathOf(name)).Length > 0));
    }
}

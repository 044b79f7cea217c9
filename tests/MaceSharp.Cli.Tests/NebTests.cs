using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace neb</c>.</summary>
public sealed class NebTests : IDisposable
{
    private const string First = "3\nProperties=species:S:1:pos:R:3\nO 0 0 0\nO 3.4 0 0\nH 1.7 1.5 0.1\n";
    private const string Last = "3\nProperties=species:S:1:pos:R:3\nO 0 0 0\nO 3.4 0 0\nH 1.7 -1.5 -0.1\n";
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void A_barrier_is_found_and_written()
    {
        Outcome outcome = _mace.Run("neb", _mace.Write("first.xyz", First), _mace.Write("last.xyz", Last), "--images", "5", "--fix", "1-2", "--fmax", "0.001", "--steps", "500", "-p", _mace.PathOf("hop"), "--json", "--cite");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement summary = json.RootElement;
        Assert.True(summary.GetProperty("converged").GetBoolean());
        Assert.Equal(5, summary.GetProperty("energies").GetArrayLength());
        Assert.InRange(summary.GetProperty("barrier").GetDouble(), 1e-4, 10);
        Assert.Contains("Henkelman", summary.GetProperty("citations").ToString(), StringComparison.Ordinal);
        IReadOnlyList<Structure> band = StructureFile.ReadAll(_mace.PathOf("hop-neb.extxyz"));
        Assert.Equal(summary.GetProperty("energies")[2].GetDouble(), band[2].Info["energy"].Reals[0], 1e-9);
        Assert.All(new[] { "hop-neb.svg", "hop-neb.html", "hop-neb-profile.dat" }, name => Assert.True(new FileInfo(_mace.PathOf(name)).Length > 100));

        // Going on from the path needs no step.
        Outcome again = _mace.Run("neb", _mace.PathOf("hop-neb.extxyz"), "--fix", "1-2", "--fmax", "0.002", "-p", _mace.PathOf("more"), "--json");
        using JsonDocument more = JsonDocument.Parse(again.Output);
        Assert.InRange(more.RootElement.GetProperty("steps").GetInt32(), 0, 3);
    }

    [Fact]
    public void What_is_not_converged_says_so()
    {
        Outcome outcome = _mace.Run("neb", _mace.Write("first.xyz", First), _mace.Write("last.xyz", Last), "--images", "3", "--fmax", "1e-5", "--steps", "1", "-p", _mace.PathOf("hop"));
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("not converged after 1 step", outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_mace.PathOf("hop-neb.extxyz")));
    }

    [Fact]
    public void A_dry_run_writes_nothing()
    {
        Outcome outcome = _mace.Run("neb", _mace.Write("first.xyz", First), _mace.Write("last.xyz", Last), "--dry-run", "-p", _mace.PathOf("hop"));
        Assert.Contains("nothing was written", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_mace.Folder).Length);
    }

    [Theory]
    [InlineData("name two files", "first.xyz")]
    [InlineData("are the same structure", "first.xyz", "first.xyz")]
    [InlineData("nan.xyz@0: The position of atom 1 is not finite", "nan.xyz", "first.xyz")]
    [InlineData("Atom 1 is H", "first.xyz", "other.xyz")]
    [InlineData("no atom 12", "first.xyz", "last.xyz", "--fix", "1,12")]
    [InlineData("--fix cannot be 'x'", "first.xyz", "last.xyz", "--fix", "x")]
    [InlineData("--images cannot be '2'", "first.xyz", "last.xyz", "--images", "2")]
    [InlineData("3 images are given", "first.xyz", "last.xyz", "first.xyz", "--images", "5")]
    public void What_is_no_path_is_one_sentence(string part, params string[] args)
    {
        _mace.Write("first.xyz", First);
        _mace.Write("last.xyz", Last);
        _mace.Write("other.xyz", First.Replace("O 0 0 0", "H 0 0 0", StringComparison.Ordinal));
        _mace.Write("nan.xyz", First.Replace("O 0 0 0", "O nan 0 0", StringComparison.Ordinal));
        Outcome outcome = _mace.Run(["neb", .. args.Select(a => a.EndsWith(".xyz", StringComparison.Ordinal) ? _mace.PathOf(a) : a), "-p", _mace.PathOf("out")]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_mace.Folder, "out*"));
    }
}

using System.Text.Json;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace symmetry</c>.</summary>
public sealed class SymmetryTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void The_space_group_of_every_frame_is_told()
    {
        string crystals = _mace.PathOf("crystals.xyz");
        byte[] salt = _mace.Run("build", "crystal", "NaCl", "--prototype", "rocksalt", "-a", "5.64").Output is string text ? System.Text.Encoding.UTF8.GetBytes(text) : [];
        byte[] silicon = System.Text.Encoding.UTF8.GetBytes(_mace.Run("build", "crystal", "Si", "--prototype", "diamond", "-a", "5.43", "--cell", "cubic").Output);
        File.WriteAllBytes(crystals, [.. salt, .. silicon]);
        Outcome told = _mace.Run("symmetry", crystals);
        Assert.Equal(0, told.ExitCode);
        Assert.Contains("space group Fm-3m (225), point group m-3m, cubic", told.Output, StringComparison.Ordinal);
        Assert.Contains("space group Fd-3m (227)", told.Output, StringComparison.Ordinal);
        Assert.Contains("Hall symbol F 4d 2 3 -1d; conventional cell 5.4300 5.4300 5.4300 Å", told.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(_mace.Run("symmetry", crystals, "--json").Output);
        Assert.Equal([225, 227], json.RootElement.EnumerateArray().Select(static c => c.GetProperty("space_group_number").GetInt32()));
        Assert.Equal(4, json.RootElement[1].GetProperty("primitive_cells").GetInt32());
    }

    [Fact]
    public void What_has_no_space_group_is_refused()
    {
        string molecule = _mace.Write("m.xyz", "1\n\nHe 0 0 0\n"), twins = _mace.Write("t.xyz", "2\nLattice=\"3 0 0 0 3 0 0 0 3\"\nHe 0 0 0\nHe 0 0 0.0001\n");
        Outcome open = _mace.Run("symmetry", molecule), close = _mace.Run("symmetry", twins);
        Assert.Equal(2, open.ExitCode);
        Assert.Contains("periodic in three directions", open.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(2, close.ExitCode);
        Assert.Contains("coincides with another", close.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(2, _mace.Run("symmetry").ExitCode);
        Assert.Equal(2, _mace.Run("symmetry", molecule, "--symmetry-tolerance", "0").ExitCode);
    }
}

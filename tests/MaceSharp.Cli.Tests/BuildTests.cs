using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace build</c>.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void Commands_go_together_in_a_pipe()
    {
        Outcome crystal = _mace.Run("build", "crystal", "NaCl", "--prototype", "rocksalt", "-a", "5.64", "--cell", "cubic");
        Assert.Equal("Cl4Na4, 8 atoms, cell 5.640 5.640 5.640 Å, 2.164 g/cm³: standard output (extxyz)", crystal.ErrorLine);
        Outcome supercell = _mace.RunWith(crystal.Output, default, "build", "supercell", "-", "--repeat", "2", "1", "1", "-q");
        Assert.Empty(supercell.Error);
        Outcome slab = _mace.RunWith(supercell.Output, default, "build", "slab", "-", "--miller", "0", "0", "-1", "--layers", "2", "--vacuum", "5", "-o", _mace.PathOf("slab.xyz"));
        Assert.True(slab.ExitCode == 0, slab.Error);
        Structure read = StructureFile.Read(_mace.PathOf("slab.xyz"));
        Assert.Equal(32, read.Count);
        Assert.Equal("T T F", read.Periodicity.ToString());
        Assert.Equal((1.5 * 5.64) + 10, read.Cell.Row2.Z, 1e-9);
    }

    [Fact]
    public void Liquids_and_solutions_are_built()
    {
        string water = _mace.PathOf("water.xyz"), solution = _mace.PathOf("solution.xyz");
        Assert.Equal(0, _mace.Run("build", "pack", "water:20", "methanol:3", "--density", "0.9", "-o", water).ExitCode);
        Assert.Equal(60 + 18, StructureFile.Read(water).Count);
        Outcome molecule = _mace.Run("build", "molecule", "ethanol");
        Outcome solvated = _mace.RunWith(molecule.Output, default, "build", "solvate", "-", "--padding", "4", "-o", solution);
        Assert.True(solvated.ExitCode == 0, solvated.Error);
        Structure read = StructureFile.Read(solution);
        Assert.Equal(6, read.AtomicNumbers[0]);
        Assert.InRange((read.Count - 9) / 3, 30, 60);
        Assert.True(read.Periodicity.IsFull);
    }

    [Fact]
    public void Rattled_copies_strains_and_vacancies()
    {
        string crystal = _mace.Write("in.xyz", Samples.Crystal);
        int count = StructureFile.Read(crystal).Count;
        Assert.Equal(0, _mace.Run("build", "rattle", crystal, "--copies", "3", "--seed", "7", "-o", _mace.PathOf("r.xyz")).ExitCode);
        IReadOnlyList<Structure> rattled = StructureFile.ReadAll(_mace.PathOf("r.xyz"));
        Assert.Equal(3, rattled.Count);
        Assert.NotEqual(rattled[0].Positions[0], rattled[1].Positions[0]);
        Assert.Equal(0, _mace.Run("build", "strain", crystal, "--strain", "0.1", "-o", _mace.PathOf("s.xyz")).ExitCode);
        Assert.Equal(1.331, StructureFile.Read(_mace.PathOf("s.xyz")).Volume / StructureFile.Read(crystal).Volume, 1e-9);
        Assert.Equal(0, _mace.Run("build", "vacancy", crystal, "--remove", "1", "-o", _mace.PathOf("v.xyz")).ExitCode);
        Assert.Equal(count - 1, StructureFile.Read(_mace.PathOf("v.xyz")).Count);
    }

    [Fact]
    public void Molecules_are_listed() => Assert.Contains("water, H2O\n", _mace.Run("build", "molecule", "--list").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("--repeat takes 3 numbers, not 2", "supercell", "IN", "--repeat", "2", "2")]
    [InlineData("'x' is not a whole number", "supercell", "IN", "--repeat", "2", "2", "x")]
    [InlineData("either --repeat", "supercell", "IN")]
    [InlineData("in.xyz@0: ", "supercell", "IN", "--repeat", "0", "1", "1")]
    [InlineData("--strain takes 1 or 6", "strain", "IN", "--strain", "1", "2")]
    [InlineData("--remove cannot be 'Zz:1'", "vacancy", "IN", "--remove", "Zz:1")]
    [InlineData("there is no atom 99", "vacancy", "IN", "--remove", "99")]
    [InlineData("--remove cannot be '0'", "vacancy", "IN", "--remove", "0")]
    [InlineData("--remove cannot be '4-2'", "vacancy", "IN", "--remove", "4-2")]
    [InlineData("--miller", "slab", "IN")]
    [InlineData("cannot all be zero", "slab", "IN", "--miller", "0", "0", "0")]
    [InlineData("exclude each other", "slab", "IN", "--miller", "1", "0", "0", "--vacuum", "3", "--periodic")]
    [InlineData("does not say how many", "pack", "water")]
    [InlineData("either --density or --box", "pack", "water:2")]
    [InlineData("There is no molecule 'nowater'", "pack", "nowater:2", "--density", "1")]
    [InlineData("cannot be kept", "pack", "water:30", "--box", "5")]
    [InlineData("keeps its cell", "solvate", "IN", "--padding", "3")]
    [InlineData("How dense is benzene?", "solvate", "IN", "--solvent", "benzene")]
    [InlineData("is not a structure type", "crystal", "Cu", "-t", "abc", "-a", "3")]
    [InlineData("'-a'", "crystal", "Cu", "-t", "fcc")]
    [InlineData("Name a molecule", "molecule")]
    [InlineData("does not exist", "rattle", "missing.xyz")]
    public void What_cannot_be_built_is_one_sentence(string part, params string[] args)
    {
        string input = _mace.Write("in.xyz", Samples.Crystal);
        Outcome outcome = _mace.Run(["build", .. args.Select(a => a == "IN" ? input : a), "-o", _mace.PathOf("out.xyz")]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.False(File.Exists(_mace.PathOf("out.xyz")));
    }
}

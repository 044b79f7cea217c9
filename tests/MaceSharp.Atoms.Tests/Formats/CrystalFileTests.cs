namespace MaceSharp.Atoms.Tests.Formats;

/// <summary>The crystal formats through the file interface: recognised by name, and by content under a name that says nothing.</summary>
public sealed class CrystalFileTests
{
    [Theory]
    [InlineData("crystal.cif", StructureFormat.Cif)]
    [InlineData("POSCAR_solid", StructureFormat.Vasp)]
    [InlineData("crystal.vasp", StructureFormat.Vasp)]
    [InlineData("crystal.data", StructureFormat.LammpsData)]
    public void FilesAreWrittenAndRead(string name, StructureFormat format)
    {
        using TemporaryFolder folder = new();
        string path = folder[name], unnamed = folder["unnamed"];
        Structure quartz = Crystal.ReadCif(KnownCrystals.Quartz);
        File.WriteAllText(path, "to be replaced");
        StructureFile.Write(path, quartz);
        File.Copy(path, unnamed);
        foreach (string file in new[] { path, path + "@-1", unnamed })
        {
            Structure read = StructureFile.Read(file);
            Assert.Equal(Crystal.Density(quartz), Crystal.Density(read), 1e-12);
            Assert.Equal(1.605, Crystal.Distances(read, 0, 8)[0], 0.001);
        }

        File.WriteAllText(path, "");
        Assert.StartsWith(path, Assert.Throws<InvalidInputException>(() => StructureFile.Read(path, format)).Message, StringComparison.Ordinal);
    }
}

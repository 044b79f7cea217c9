using System.Text;

namespace MaceSharp.Atoms.Tests;

public class StructureWriterTests
{
    private static readonly Structure Hydrogen = new([1], [new(1, 2, 3)]);

    [Fact]
    public void A_file_appears_when_it_is_complete_and_replaces_the_old_one()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("out.xyz", "old");
        using (StructureWriter writer = StructureWriter.Create(path))
        {
            writer.Write(Hydrogen);
            Assert.Equal("old", File.ReadAllText(path));
            writer.Complete();
            Assert.Single(StructureFile.ReadAll(path));
            Assert.Throws<InvalidOperationException>(() => writer.Write(Hydrogen));
        }

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Single(StructureFile.ReadAll(path));
    }

    [Fact]
    public void A_file_that_is_not_completed_leaves_the_old_one()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("out.xyz", "old");
        using (StructureWriter writer = StructureWriter.Create(path)) { writer.Write(Hydrogen); }
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Throws<InvalidDataException>(() => StructureFile.Write(path, Failing()));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        static IEnumerable<Structure> Failing()
        {
            yield return Hydrogen;
            throw new InvalidDataException();
        }
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        using TemporaryFolder folder = new();
        string target = folder.Write("target.xyz", "old");
        File.CreateSymbolicLink(folder["link.xyz"], target);
        StructureFile.Write(folder["link.xyz"], Hydrogen);
        Assert.Equal(target, File.ResolveLinkTarget(folder["link.xyz"], returnFinalTarget: true)!.FullName);
        Assert.Single(StructureFile.ReadAll(target));
    }

    [Fact]
    public void A_device_is_written_in_place()
    {
        if (!File.Exists("/dev/null")) { return; }
        StructureFile.Write("/dev/null", Hydrogen, StructureFormat.ExtendedXyz);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public void Frames_go_to_a_stream_without_mark_and_as_they_come()
    {
        using MemoryStream stream = new();
        using StructureWriter writer = new(stream);
        writer.Write(Hydrogen);
        writer.Flush();
        Assert.Equal("1\nProperties=species:S:1:pos:R:3 pbc=\"F F F\"\nH  1.0 2.0 3.0\n"u8.ToArray(), stream.ToArray());
        writer.Write(Hydrogen);
        writer.Complete();
        Assert.Equal(2, writer.Count);
        Assert.True(stream.CanWrite);
        stream.Position = 0;
        Assert.Equal(2, StructureReader.Read(stream).Count());
    }

    [Fact]
    public void Plain_files_hold_symbols_positions_and_the_comment()
    {
        Structure structure = Hydrogen.Clone();
        structure.Info["comment"] = DataArray.Of("a = b");
        structure.Arrays["forces"] = DataArray.Of([1.0, 2, 3], 1, 3);
        using StringWriter text = new();
        using StructureWriter writer = new(text, StructureFormat.Xyz);
        writer.Write(structure);
        writer.Write(Hydrogen);
        Assert.Equal("1\na = b\nH  1.0 2.0 3.0\n1\n\nH  1.0 2.0 3.0\n", text.ToString());
    }

    public static TheoryData<string, Action<Structure>> Unwritable => new()
    {
        { "'pbc' of a structure", static s => s.Info["pbc"] = DataArray.Of(true) },
        { "'Lattice' of a structure", static s => s.Info["Lattice"] = DataArray.Of(true) },
        { "cannot be a key", static s => s.Info[""] = DataArray.Of(true) },
        { "cannot be a key", static s => s.Info["a\nb"] = DataArray.Of(true) },
        { "The array 'pos'", static s => s.Arrays["pos"] = DataArray.Of([1.0]) },
        { "The array 'a:b'", static s => s.Arrays["a:b"] = DataArray.Of([1.0]) },
        { "has 2 rows for 1 atoms", static s => s.Arrays["x"] = DataArray.Of([1.0, 2]) },
        { "has no axis", static s => s.Arrays["x"] = DataArray.Of(1.0) },
        { "has no columns", static s => s.Arrays["x"] = DataArray.Of(Array.Empty<double>(), 1, 0) },
        { "holds the text 'two words'", static s => s.Arrays["x"] = DataArray.Of(["two words"]) },
        { "holds the text ''", static s => s.Arrays["x"] = DataArray.Of([""]) },
    };

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void What_the_format_cannot_hold_is_refused_before_anything_is_written(string expected, Action<Structure> spoil)
    {
        Structure structure = Hydrogen.Clone();
        spoil(structure);
        using StringWriter text = new();
        using StructureWriter writer = new(text);
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => writer.Write(structure)).Message, StringComparison.Ordinal);
        Assert.Equal("", text.ToString());
    }

    [Fact]
    public void Paths_that_cannot_be_written_are_named()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("is a directory", Refusal(folder.Path), StringComparison.Ordinal);
        Assert.Contains("cannot be written", Refusal(folder["none/out.xyz"]), StringComparison.Ordinal);
        Assert.Contains("does not tell a structure format", Refusal(folder["out.txt"]), StringComparison.Ordinal);

        static string Refusal(string path) => Assert.Throws<InvalidInputException>(() => StructureWriter.Create(path)).Message;
    }

    [Fact]
    public void One_frame_formats_refuse_a_second_and_whole_files_ask_for_one()
    {
        using TemporaryFolder folder = new();
        StructureFile.Write(folder["two.xyz"], [Hydrogen, Hydrogen]);
        Assert.Contains("more than one frame", Assert.Throws<InvalidInputException>(() => StructureFile.Read(folder["two.xyz"])).Message, StringComparison.Ordinal);
        Assert.Contains("no frame", Assert.Throws<InvalidInputException>(() => StructureFile.Read(folder["two.xyz"] + "@5:")).Message, StringComparison.Ordinal);
        Assert.Equal(1, StructureFile.Read(folder["two.xyz"] + "@-1").Count);
    }

    [Theory]
    [InlineData("a.xyz", StructureFormat.ExtendedXyz)]
    [InlineData("b/A.EXTXYZ", StructureFormat.ExtendedXyz)]
    [InlineData("x.cif", StructureFormat.Cif)]
    [InlineData("POSCAR", StructureFormat.Vasp)]
    [InlineData("dir/CONTCAR_relaxed", StructureFormat.Vasp)]
    [InlineData("x.vasp", StructureFormat.Vasp)]
    [InlineData("data.water", StructureFormat.LammpsData)]
    [InlineData("water.data", StructureFormat.LammpsData)]
    [InlineData("water.lmp", StructureFormat.LammpsData)]
    public void Names_tell_formats(string path, StructureFormat expected)
    {
        Assert.True(StructureFormats.TryFromFileName(path, out StructureFormat format));
        Assert.Equal(expected, format);
    }

    [Theory]
    [InlineData("2\ncomment\nH 0 0 0\nH 0 0 1\n", StructureFormat.ExtendedXyz)]
    [InlineData("\n  1\n\n1 0 0 0\n", StructureFormat.ExtendedXyz)]
    [InlineData("# comment\n\ndata_water\n_cell_length_a 5\n", StructureFormat.Cif)]
    [InlineData("Si\n1.0\n5 0 0\n0 5 0\n0 0 5\nSi\n2\nDirect\n", StructureFormat.Vasp)]
    [InlineData("8\r\n1.0\r\n5 0 0\r\n0 5 0\r\n0 0 5\r\nSi\r\n2\r\nDirect\r\n", StructureFormat.Vasp)]
    [InlineData("LAMMPS data file\n\n2 atoms\n1 atom types\n0 5 xlo xhi\n", StructureFormat.LammpsData)]
    public void Content_tells_formats(string text, StructureFormat expected)
    {
        Assert.True(StructureFormats.TryFromContent(text, out StructureFormat format));
        Assert.Equal(expected, format);
    }

    [Fact]
    public void Content_that_tells_nothing_is_an_error_that_lists_the_formats()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("notes.txt", "<!DOCTYPE html><html></html>");
        Assert.Contains("extxyz, xyz, cif, vasp, lammps-data", Assert.Throws<InvalidInputException>(() => StructureReader.Read(path).Count()).Message, StringComparison.Ordinal);
        string compressed = folder.Write("a.xyz.gz", "");
        using (System.IO.Compression.GZipStream gzip = new(File.Create(compressed), System.IO.Compression.CompressionLevel.Fastest)) { gzip.Write("1\n\nH 0 0 0\n"u8); }
        Assert.Contains("is compressed with gzip", Assert.Throws<InvalidInputException>(() => StructureReader.Read(compressed).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("is a binary file", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder.Write("b", "a\0b")).Count()).Message, StringComparison.Ordinal);
        string xyz = folder.Write("frames", "1\n\nH 0 0 0\n1\n\nO 0 0 0\n");
        Assert.Equal(8, StructureFile.Read(xyz + "@-1").AtomicNumbers[0]);
        Assert.Equal(StructureFormat.Vasp, StructureFormats.Parse("VASP"));
        Assert.Contains("the formats are", Assert.Throws<InvalidInputException>(() => StructureFormats.Parse("pdb")).Message, StringComparison.Ordinal);
        foreach (StructureFormat format in Enum.GetValues<StructureFormat>()) { Assert.Equal(format, StructureFormats.Parse(StructureFormats.NameOf(format))); }
    }

    [Fact]
    public void Where_a_structure_came_from_is_kept_by_copies()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes("1\n\nH 0 0 0\n1\n\nO 0 0 0\n"));
        Structure last = StructureReader.Read(stream, "pipe", FrameSlice.At(-1)).Single();
        Assert.Equal("pipe@1", last.Clone().Origin);
        Assert.Null(Hydrogen.Origin);
    }
}

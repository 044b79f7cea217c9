using System.Collections.Immutable;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Tests.Data;

public class LabelReaderTests
{
    [Fact]
    public void LabelsAndWeightsStandUnderTheKeysOfUpstream()
    {
        Structure structure = Read("""
            2
            Lattice="3 0 0 0 3 0 0 0 3" Properties=species:S:1:pos:R:3:REF_forces:R:3:REF_charges:R:1 REF_energy=-1.5 REF_stress="1 2 3 4 5 6" REF_virials="1 2 3 4 5 6 7 8 9" dipole="0.1 0.2 0.3" config_type=liquid config_weight=2 config_forces_weight=0.5 pbc="T T T"
            H 0 0 0 1 2 3 0.1
            O 1 0 0 4 5 6 -0.1
            """);
        LabelledStructure frame = new LabelReader(new TrainingKeys(), ImmutableDictionary<string, double>.Empty.Add("liquid", 3)).Read(structure, head: 1, headWeight: 5);
        Assert.Equal(-1.5, frame.Energy);
        Assert.Equal([new(1, 2, 3), new(4, 5, 6)], frame.Forces!);
        Assert.Equal(new Matrix3(1, 6, 5, 6, 2, 4, 5, 4, 3), frame.Stress);
        Assert.Equal(new Matrix3(1, 2, 3, 4, 5, 6, 7, 8, 9), frame.Virials);
        Assert.Equal(new Vector3D(0.1, 0.2, 0.3), frame.Dipole);
        Assert.Equal([0.1, -0.1], frame.Charges!);
        Assert.Equal((30, 1, 0.5, 1), (frame.Weight, frame.EnergyWeight, frame.ForcesWeight, frame.Head));
    }

    [Fact]
    public void AMissingLabelIsNull()
    {
        LabelledStructure frame = new LabelReader(new TrainingKeys()).Read(Read("1\nProperties=species:S:1:pos:R:3 energy=3\nH 0 0 0\n"));
        Assert.Null(frame.Energy);
        Assert.Null(frame.Forces);
        Assert.Null(frame.Stress);
    }

    [Theory]
    [InlineData("REF_energy=nan", "'REF_energy' has a number that is not finite")]
    [InlineData("REF_energy=\"1 2\"", "'REF_energy' is not an energy: one number, in eV")]
    [InlineData("REF_stress=\"1 2 3\"", "'REF_stress' is not a stress: six numbers (xx yy zz yz xz xy) or nine, in eV/Å³")]
    [InlineData("dipole=\"1 2\"", "'dipole' is not a dipole: three numbers")]
    [InlineData("config_weight=-1", "'config_weight' is negative; a weight is at least 0")]
    public void ALabelThatCannotBeUsedIsNamed(string entry, string sentence)
    {
        Structure structure = Read($"1\nProperties=species:S:1:pos:R:3 {entry}\nH 0 0 0\n");
        structure.Origin = "x.xyz@7";
        Assert.Equal($"x.xyz@7: {sentence}.", Assert.Throws<InvalidInputException>(() => new LabelReader(new TrainingKeys()).Read(structure)).Message);
    }

    [Fact]
    public void ForcesThatAreNotFiniteNameTheAtom()
    {
        Structure structure = Read("2\nProperties=species:S:1:pos:R:3:REF_forces:R:3\nH 0 0 0 0 0 0\nH 1 0 0 0 inf 0\n");
        structure.Origin = "x.xyz@0";
        Assert.Equal("x.xyz@0: 'REF_forces' of atom 2 is not finite.", Assert.Throws<InvalidInputException>(() => new LabelReader(new TrainingKeys()).Read(structure)).Message);
    }

    [Fact]
    public void AFileWithoutLabelsSaysWhatItHas()
    {
        using TemporaryRun run = new();
        string file = run.Write("a.xyz", "1\nProperties=species:S:1:pos:R:3:forces_xtb:R:3 energy_xtb=-1.0\nH 0 0 0 0 0 0\n");
        InvalidInputException exception = Assert.Throws<InvalidInputException>(() => DataSetReader.Read("Default", 0, new DataOptions { TrainFiles = [file] }, 1));
        Assert.Equal($"{file} has no label: there is no 'REF_energy', 'REF_forces', 'REF_stress', 'REF_virials' or 'dipole' in any frame; its frames have energy_xtb, forces_xtb; say which are labels with energy_key, forces_key, stress_key, ….", exception.Message);
    }

    private static Structure Read(string text) => StructureReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))).Single();
}

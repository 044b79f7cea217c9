using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests;

public class ExtendedXyzRoundTripTests
{
    public static TheoryData<string> RealFiles =>
    [
        "golden/solvents/solvent_xtb_train_200.xyz",
        "golden/solvents/solvent_xtb_test.xyz",
        "golden/3bpa/iso_atoms.xyz",
        "golden/3bpa/train_300K.xyz",
        "golden/3bpa/train_mixedT.xyz",
        "golden/trained/solvent_xtb_test_first20.extxyz",
        "golden/training/a_mace_8x0e_batch.extxyz",
        "golden/training/a_mace_8x0e_batch_large_forces.extxyz",
        "golden/training/b_ss_16x0e_16x1o_batch.extxyz",
        "golden/training/b_ss_16x0e_16x1o_batch_large_forces.extxyz",
        "golden/training/d_density_agnesi_zbl_batch.extxyz",
        "golden/training/d_density_agnesi_zbl_batch_large_forces.extxyz",
        "starter/gfn2_chno_test.extxyz",
        "starter/gfn2_chno_train.extxyz",
    ];

    [Fact]
    public void What_is_written_is_read_to_the_last_bit()
    {
        Random random = new(11);
        for (int i = 0; i < 500; i++)
        {
            Structure[] expected = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomStructures.Create(random))];
            using StringWriter text = new();
            using StructureWriter writer = new(text);
            foreach (Structure structure in expected) { writer.Write(structure); }
            writer.Complete();
            Structure[] actual = [.. StructureReader.Read(new StringReader(text.ToString()), $"case {i}", default, StructureFormat.ExtendedXyz)];
            Assert.Equal(expected.Length, actual.Length);
            for (int j = 0; j < expected.Length; j++) { StructureAssert.Identical(expected[j], actual[j]); }
        }
    }

    [GoldenTheory]
    [MemberData(nameof(RealFiles))]
    public void Real_files_survive_reading_and_writing(string name)
    {
        using TemporaryFolder folder = new();
        string original = Path.Combine(GoldenData.SharedRoot, name);
        IReadOnlyList<Structure> first = StructureFile.ReadAll(original);
        StructureFile.Write(folder["copy.xyz"], first);
        IReadOnlyList<Structure> second = StructureFile.ReadAll(folder["copy.xyz"]);
        Assert.Equal(first.Count, second.Count);
        for (int i = 0; i < first.Count; i++) { StructureAssert.Identical(first[i], second[i]); }
        StructureFile.Write(folder["again.xyz"], second);
        Assert.Equal(File.ReadAllBytes(folder["copy.xyz"]), File.ReadAllBytes(folder["again.xyz"]));
    }

    [GoldenFact]
    public void Real_files_hold_what_they_are_known_to_hold()
    {
        // Counted with grep and read off with a pager.
        IReadOnlyList<Structure> test = StructureFile.ReadAll(GoldenData.PathOf("solvents", "solvent_xtb_test.xyz"));
        Assert.Equal(1000, test.Count);
        Assert.Equal(48, test[0].Count);
        Assert.Equal(-2360.9910213663366, test[0].Info["energy_xtb"].Reals[0]);
        Assert.Equal("DMC(4)", test[0].Info["Comp"].Texts[0]);
        Assert.Equal(4, test[0].Info["Nmols"].Integers[0]);
        Assert.Equal(-2.52461496, test[0].Arrays["forces_xtb"].Reals[2]);
        Assert.Equal(Periodicity.None, test[0].Periodicity);
        Structure molecule = StructureFile.Read(GoldenData.PathOf("3bpa", "train_300K.xyz") + "@0");
        Assert.Equal([209.44, 80.54, 59.96], molecule.Info["dihedrals"].Reals.ToArray());
        Assert.Equal(new Matrix3(50, 0, 0, 0, 50, 0, 0, 0, 50), molecule.Cell);
        Assert.Equal(Periodicity.None, molecule.Periodicity);
        Assert.Equal(203, StructureReader.CountFrames(GoldenData.PathOf("solvents", "solvent_xtb_train_200.xyz")));
    }

    [Fact]
    public void The_text_is_that_of_ASE_with_shortest_numbers()
    {
        Structure structure = new([14, 8], [new(0, 0, 0.1), new(1.0 / 3, -2, 1e-7)], new(5, 0, 0, 0, 5, 0, 0, 0, 5), new(true, true, false));
        structure.Info["energy"] = DataArray.Of(-1.5);
        structure.Info["name"] = DataArray.Of("two words");
        structure.Info["n"] = DataArray.Of(3);
        structure.Info["ok"] = DataArray.Of(true);
        structure.Info["dipole"] = DataArray.Of([0.0, 0.5, 1]);
        structure.Info["matrix"] = DataArray.Of([1L, 2, 3, 4], 2, 2);
        structure.Info["code"] = DataArray.Of("007");
        structure.Info["stress"] = StressLabel.Of(new(1, 2, 3, 4, 5, 6, 7, 8, 9));
        structure.Arrays["forces"] = DataArray.Of([1.0, 2, 3, 4, 5, 6.25], 2, 3);
        structure.Arrays["tags"] = DataArray.Of([1L, -2]);
        structure.Arrays["mask"] = DataArray.Of([true, false]);
        using StringWriter text = new();
        using StructureWriter writer = new(text);
        writer.Write(structure);
        Assert.Equal(
            "2\nLattice=\"5.0 0.0 0.0 0.0 5.0 0.0 0.0 0.0 5.0\" Properties=species:S:1:pos:R:3:forces:R:3:tags:I:1:mask:L:1 energy=-1.5 name=\"two words\" n=3 ok=T "
            + "dipole=\"0.0 0.5 1.0\" matrix=\"_JSON [[1, 2], [3, 4]]\" code=\"_JSON \\\"007\\\"\" stress=\"1.0 4.0 7.0 2.0 5.0 8.0 3.0 6.0 9.0\" pbc=\"T T F\"\n"
            + "Si 0.0 0.0 0.1 1.0 2.0 3.0 1 T\nO  0.3333333333333333 -2.0 1E-07 4.0 5.0 6.25 -2 F\n",
            text.ToString());
    }

    [Fact]
    public void JSON_objects_pass_through()
    {
        const string comment = "meta=\"_JSON {\\\"a\\\": [1, {\\\"b\\\": \\\"c d\\\"}]}\" list=\"_JSON [1, \\\"x\\\", null]\"";
        Structure structure = Assert.Single(StructureReader.Read(new StringReader($"1\n{comment}\nH 0 0 0\n")));
        Assert.Equal("_JSON {\"a\": [1, {\"b\": \"c d\"}]}", structure.Info["meta"].Texts[0]);
        using StringWriter text = new();
        using StructureWriter writer = new(text);
        writer.Write(structure);
        Assert.Contains(comment, text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stress_in_Voigt_order_is_written_as_matrix_because_ASE_reads_nothing_else()
    {
        Structure structure = new([1], [default]);
        structure.Info["stress"] = DataArray.Of([1.0, 2, 3, 4, 5, 6]);
        structure.Info["REF_stress"] = DataArray.Of([1.0, 2, 3, 4, 5, 6]);
        using StringWriter text = new();
        using StructureWriter writer = new(text);
        writer.Write(structure);
        Assert.Contains(" stress=\"1.0 6.0 5.0 6.0 2.0 4.0 5.0 4.0 3.0\" REF_stress=\"1.0 2.0 3.0 4.0 5.0 6.0\"", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stress_labels_are_nine_numbers_by_rows_or_six_in_Voigt_order()
    {
        Matrix3 rows = new(1, 2, 3, 4, 5, 6, 7, 8, 9);
        Matrix3 voigt = new(1, 6, 5, 6, 2, 4, 5, 4, 3);
        Assert.True(StressLabel.TryRead(DataArray.Of([1.0, 2, 3, 4, 5, 6, 7, 8, 9]), out Matrix3 read));
        Assert.Equal(rows, read);
        Assert.True(StressLabel.TryRead(StressLabel.Of(rows), out read));
        Assert.Equal(rows, read);
        Assert.True(StressLabel.TryRead(DataArray.Of([1L, 2, 3, 4, 5, 6]), out read));
        Assert.Equal(voigt, read);
        Assert.False(StressLabel.TryRead(DataArray.Of([1.0, 2, 3]), out _));
        Assert.False(StressLabel.TryRead(DataArray.Of([1.0, 2, 3, 4, 5, 6], 2, 3), out _));
        Assert.False(StressLabel.TryRead(DataArray.Of("1 2 3 4 5 6"), out _));
        Assert.False(StressLabel.TryRead(DataArray.Of([true, true, true, true, true, true]), out _));
    }
}

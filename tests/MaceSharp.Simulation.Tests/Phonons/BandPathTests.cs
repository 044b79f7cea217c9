using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests;

public sealed class BandPathTests
{
    /// <summary>Crystals with the lattice, path and distances of the special points from Γ (Å⁻¹ without 2π) that ASE 3.22 gives for their primitive cells (by spglib 2.0.2).</summary>
    private static readonly IReadOnlyList<Structure> Known = StructureFile.ReadAll(Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Data", "band-paths.xyz"));

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Known.Count)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Standard_paths_are_those_of_ASE(int which)
    {
        Structure crystal = Known[which];
        PhononCell cell = new(crystal, (1, 1, 1));
        StandardLattice lattice = StandardLattice.Of(cell.Symmetry);
        Assert.Equal(crystal.Info["lattice_name"].Texts[0], lattice.Name);
        Assert.Equal(crystal.Info["path"].Texts[0], lattice.Path);
        Matrix3 reciprocal = cell.Primitive.Cell.Inverse().Transposed;
        foreach (string entry in crystal.Info["band_points"].Texts[0].Split(' '))
        {
            string[] parts = entry.Split('=');
            double expected = double.Parse(parts[1], CultureInfo.InvariantCulture);
            Assert.Equal(expected, (lattice.Point(parts[0], cell.Primitive.Cell).Q * reciprocal).Norm, 2e-4);
        }
    }

    [Fact]
    public void Points_of_symmetry_have_more_symmetry_than_their_surroundings()
    {
        // Of fcc: W is left invariant by more rotations than a point beside it (D2d, 8 operations, against at most C2v).
        PhononCell cell = new(Crystals.FaceCentredCubicCell(18, 5.26), (1, 1, 1));
        foreach ((string label, int order) in new[] { ("Γ", 48), ("X", 16), ("L", 12), ("W", 8), ("K", 4), ("U", 4) })
        {
            Vector3D q = StandardLattice.Of(cell.Symmetry).Point(label, cell.Primitive.Cell).Q;
            Matrix3 reciprocal = cell.Primitive.Cell.Inverse().Transposed;
            int kept = cell.Symmetry.CrystalRotations.Count(r =>
            {
                Vector3D d = (q * reciprocal * r * cell.Primitive.Cell.Transposed) - q;
                return SiteIndex.Nearest(d).Norm < 1e-6;
            });
            Assert.Equal(order, kept);
        }
    }

    [Fact]
    public void Paths_can_be_given_by_names_and_by_numbers()
    {
        PhononCell cell = new(Crystals.FaceCentredCubic(18, 5.26), (1, 1, 1));
        BandPath named = BandPath.Parse("GX,UL", cell);
        Assert.Equal(["Γ", "X"], named.Stretches[0].Select(static p => p.Label));
        Assert.Equal(["U", "L"], named.Stretches[1].Select(static p => p.Label));
        BandPath given = BandPath.Parse("G 0 0 0, X 1/2 0 0.5 | L 0.5 0.5 0.5, G 0 0 0", cell);
        Assert.Equal(0.5, given.Stretches[0][1].Q.X);
        IReadOnlyList<BandSample> samples = given.Sample(cell.Primitive.Cell, 21);
        Assert.Equal("Γ", samples[0].Label);
        Assert.Equal(0, samples[0].Place);
        Assert.Equal(samples.Count(static s => s.Stretch == 0) - 1, samples.ToList().FindIndex(static s => s.Label == "X"));
        foreach (string bad in new[] { "GQ", "G", "G 0 0, X 1 1 1", "G 0 0 0, X a b c", "", "G 0 0 0 | X 0 0 1" })
        {
            Assert.Throws<InvalidInputException>(() => BandPath.Parse(bad, cell));
        }
    }
}

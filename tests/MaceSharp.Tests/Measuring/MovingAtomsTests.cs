using MaceSharp.Atoms;
using MaceSharp.Measuring;

namespace MaceSharp.Tests.Measuring;

public sealed class MovingAtomsTests
{
    [Fact]
    public void Atoms_stay_near_their_places_and_never_come_back()
    {
        Structure water = WaterBox.Create(4);
        Vector3D[] places = water.Positions.ToArray();
        MovingAtoms atoms = new(water);
        HashSet<Vector3D> seen = [];
        for (int step = 0; step < 100; step++)
        {
            atoms.Step();
            Assert.True(seen.Add(water.Positions[5]));
            for (int i = 0; i < places.Length; i++) { Assert.True((water.Positions[i] - places[i]).Norm <= 0.02 + 1e-12); }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_list_with_a_skin_lasts_as_many_steps_as_asked(int period)
    {
        const double Skin = 0.8;
        Structure water = WaterBox.Create(4);
        MovingAtoms atoms = new(water, period, Skin);
        Vector3D[] listed = water.Positions.ToArray();
        List<int> built = [];
        for (int step = 1; step <= 40; step++)
        {
            atoms.Step();
            if (!water.Positions.ToArray().Zip(listed).Any(static p => (p.First - p.Second).Norm > Skin / 2)) { continue; }
            built.Add(step);
            listed = water.Positions.ToArray();
        }

        Assert.Equal(Enumerable.Range(1, 40 / period).Select(k => k * period), built);
    }
}

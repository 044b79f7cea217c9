using MaceSharp.Atoms;

namespace MaceSharp.Training.Tests.Data;

public class FrameSetTests
{
    [Fact]
    public void SetsAreJoinedAndSelected()
    {
        FrameSet a = [Frame(0), Frame(1), Frame(2)], b = FrameSet.Of([Frame(3), Frame(4)]);
        FrameSet joined = FrameSet.Join(a, FrameSet.Empty, b.Select(1, 0), a.Select(2));
        Assert.Equal([0, 1, 2, 4, 3, 2], Energies(joined));
        Assert.Equal([3, 0, 2], Energies(joined.Select(4, 0, 5)));
        Assert.Equal([2, 4], joined.ReadFrom(2, 2).Select(static f => f.Energy!.Value));
        Assert.Equal([2], joined.ReadFrom(5, 9).Select(static f => f.Energy!.Value));
        Assert.Equal([4, 4], joined.Read(3, 3).Select(static f => f.Energy!.Value));
        Assert.Empty(joined.Select());
        Assert.Empty(FrameSet.Join());
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.Select(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.Select(-1));
    }

    [Fact]
    public void GroupsKeepTheOrder()
    {
        FrameSet frames = [Frame(5), Frame(2), Frame(7), Frame(4), Frame(9)];
        var groups = frames.GroupBy(static f => f.Energy > 8 ? null : f.Energy % 2 == 0 ? "even" : "odd");
        Assert.Equal(["odd", "even"], groups.Select(static g => g.Key));
        Assert.Equal([5, 7], Energies(groups[0].Value));
        Assert.Equal([2, 4], Energies(groups[1].Value));
    }

    [Fact]
    public void NeighborsAreFoundForWantedFramesOnly()
    {
        FrameSet frames = FrameSet.Join([Frame(0), Frame(1)], [Frame(2), Frame(3)]).Select(3, 0).WithNeighbors(2);
        Assert.Equal([3, 0], Energies(frames));
        Assert.All(frames, static f => Assert.Equal((1, 2.0), (f.Pairs!.Count, f.Pairs.Cutoff)));
    }

    private static double[] Energies(FrameSet frames) => [.. frames.Select(static f => f.Energy!.Value)];

    private static LabelledStructure Frame(double energy) => new() { Structure = new Structure([1, 1], [default, new Vector3D(0, 0, 1)]), Energy = energy };
}

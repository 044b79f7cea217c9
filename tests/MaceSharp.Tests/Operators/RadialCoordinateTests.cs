using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

public sealed class RadialCoordinateTests
{
    private static readonly RadialCoordinate Coordinate = new(2);

    [Fact]
    public void Coordinates_come_back_as_distances()
    {
        for (double r = 0.01; r < 20; r *= 1.1) { Assert.Equal(r, Coordinate.ToDistance(Coordinate.Of(r)), 1e-13 * r * (r + 2)); }
        Assert.Equal(0, Coordinate.Of(0));
        Assert.Equal(0.5, Coordinate.Of(2));
    }

    [Fact]
    public void The_slope_is_the_derivative()
    {
        const double H = 1e-3;
        for (double r = 0.3; r < 12; r += 0.37)
        {
            double difference = ((8 * (Coordinate.Of(r + H) - Coordinate.Of(r - H))) - Coordinate.Of(r + (2 * H)) + Coordinate.Of(r - (2 * H))) / (12 * H);
            Assert.Equal(difference, Coordinate.Slope(r), 1e-12);
        }
    }
}

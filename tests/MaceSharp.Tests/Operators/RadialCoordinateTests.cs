using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

public sealed class RadialCoordinateTests
{
    private static readonly RadialCoordinate _coordinate = new(2);

    [Fact]
    public void Coordinates_come_back_as_distances()
    {
        for (double r = 0.01; r < 20; r *= 1.1) { Assert.Equal(r, _coordinate.ToDistance(_coordinate.Of(r)), 1e-13 * r * (r + 2)); }
        Assert.Equal(0, _coordinate.Of(0));
        Assert.Equal(0.5, _coordinate.Of(2));
    }

    [Fact]
    public void The_slope_is_the_derivative()
    {
        const double H = 1e-3;
        for (double r = 0.3; r < 12; r += 0.37)
        {
            double difference = ((8 * (_coordinate.Of(r + H) - _coordinate.Of(r - H))) - _coordinate.Of(r + (2 * H)) + _coordinate.Of(r - (2 * H))) / (12 * H);
            Assert.Equal(difference, _coordinate.Slope(r), 1e-12);
        }
    }
}

namespace MaceSharp.Operators;

/// <summary>
/// The coordinate u = r/(r + a) in which radial tables are uniform: fine where atoms are close and radial functions steep, coarse near the cutoff.
/// On a grid uniform in r the error of a radial network falls by four to five orders of magnitude from 0.5 Å to the cutoff; in u, with the right a, it is about the same everywhere, with a quarter of the nodes.
/// </summary>
/// <param name="Scale">The length a, Å, beyond which the grid coarsens.</param>
internal readonly record struct RadialCoordinate(double Scale)
{
    /// <summary>The coordinate of a distance (Å).</summary>
    public double Of(double distance) => distance / (distance + Scale);

    /// <summary>du/dr at a distance, 1/Å.</summary>
    public double Slope(double distance) => Scale / ((distance + Scale) * (distance + Scale));

    /// <summary>The distance (Å) of a coordinate.</summary>
    public double ToDistance(double coordinate) => Scale * coordinate / (1 - coordinate);
}

using System.Collections.Immutable;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A relaxed band of images.</summary>
public sealed record NebResult
{
    /// <summary>The images with their <c>energy</c> and <c>forces</c> (those of the potential, not of the band), ends included.</summary>
    public required ImmutableArray<Structure> Images { get; init; }

    /// <summary>Energy of each image, eV.</summary>
    public required ImmutableArray<double> Energies { get; init; }

    /// <summary>Length of the path up to each image, Å: the Euclidean distances of the images in all coordinates together, added up.</summary>
    public required ImmutableArray<double> Coordinates { get; init; }

    /// <summary>dE/ds at each image, eV/Å: minus the forces along the tangent.</summary>
    public required ImmutableArray<double> Slopes { get; init; }

    /// <summary>Whether the largest projected force went below the bound.</summary>
    public required bool IsConverged { get; init; }

    /// <summary>Number of steps that were made.</summary>
    public required int Steps { get; init; }

    /// <summary>Number of evaluations of the potential.</summary>
    public required long Evaluations { get; init; }

    /// <summary>Largest projected force of the last step, eV/Å.</summary>
    public required double MaximalForce { get; init; }

    /// <summary>Whether the highest image climbed in the end.</summary>
    public required bool Climbed { get; init; }

    /// <summary>Index of the highest image.</summary>
    public int HighestImage => Enumerable.Range(0, Energies.Length).MaxBy(i => Energies[i]);

    /// <summary>Energy of the highest image above the first, eV. After climbing the energy barrier.</summary>
    public double Barrier => Energies[HighestImage] - Energies[0];

    /// <summary>Energy of the highest image above the last, eV.</summary>
    public double ReverseBarrier => Energies[HighestImage] - Energies[^1];

    /// <summary>Energy of the last image above the first, eV.</summary>
    public double ReactionEnergy => Energies[^1] - Energies[0];

    /// <summary>The energy between the images: a cubic through energies and slopes of the two images around (G. Henkelman and H. Jónsson, J. Chem. Phys. 113, 9978 (2000), appendix).</summary>
    /// <param name="coordinate">Length of the path, Å; beyond the ends the energy of the end.</param>
    /// <returns>The energy, eV.</returns>
    public double EnergyAt(double coordinate)
    {
        if (coordinate <= Coordinates[0]) { return Energies[0]; }
        for (int i = 1; i < Coordinates.Length; i++)
        {
            double length = Coordinates[i] - Coordinates[i - 1];
            if (coordinate > Coordinates[i] || length <= 0) { continue; }
            double t = (coordinate - Coordinates[i - 1]) / length, u = 1 - t;
            return (Energies[i - 1] * (1 + (2 * t)) * u * u) + (length * Slopes[i - 1] * t * u * u) + (Energies[i] * t * t * (3 - (2 * t))) - (length * Slopes[i] * t * t * u);
        }

        return Energies[^1];
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Elastic constants and how sure they are.</summary>
public sealed record ElasticityResult
{
    /// <summary>The constants, in the Cartesian axes of the structure.</summary>
    public required ElasticTensor Tensor { get; init; }

    /// <summary>Standard error of each constant, eV/Å³, row-major [6, 6]: the scatter around the fits and the asymmetry of the matrix before it was made symmetric.</summary>
    public required IReadOnlyList<double> Errors { get; init; }

    /// <summary>Stress of the crystal without strain, eV/Å³. The constants are those of a crystal without stress as far as this is small against them.</summary>
    public required Matrix3 ResidualStress { get; init; }

    /// <summary>The point group that was used.</summary>
    public required PointGroup PointGroup { get; init; }

    /// <summary>The type of the space group; null where none was found within the tolerance.</summary>
    public SpaceGroupType? SpaceGroup { get; init; }

    /// <summary>The strains that were applied: Voigt index 0 to 5.</summary>
    public required IReadOnlyList<int> Strains { get; init; }

    /// <summary>Strain and stress (Voigt, eV/Å³) of every calculation, the unstrained one first.</summary>
    public required IReadOnlyList<StressStrainPoint> Points { get; init; }
}

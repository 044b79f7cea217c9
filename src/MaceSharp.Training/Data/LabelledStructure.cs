using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>A structure with what is known about it: labels, their weights, and the head that learns from it. Immutable; the structure must not be changed while it is trained on.</summary>
/// <remarks>A label that is missing is null and counts with weight zero, whatever its weight says.</remarks>
public sealed record LabelledStructure
{
    /// <summary>The atoms.</summary>
    public required Structure Structure { get; init; }

    /// <summary>Index of the head in the model's <c>heads</c>.</summary>
    public int Head { get; init; }

    /// <summary>Total energy, eV.</summary>
    public double? Energy { get; init; }

    /// <summary>Force on each atom, eV/Å.</summary>
    public IReadOnlyList<Vector3D>? Forces { get; init; }

    /// <summary>Stress (1/V)·∂E/∂ε, eV/Å³, positive under tension.</summary>
    public Matrix3? Stress { get; init; }

    /// <summary>Virial −∂E/∂ε, eV.</summary>
    public Matrix3? Virials { get; init; }

    /// <summary>Dipole moment, in the unit of the model: Debye, or e·Å for a dielectric model, as in mace-torch.</summary>
    public Vector3D? Dipole { get; init; }

    /// <summary>Polarizability, in the unit of the model's data.</summary>
    public Matrix3? Polarizability { get; init; }

    /// <summary>Partial charge of each atom, e.</summary>
    public IReadOnlyList<double>? Charges { get; init; }

    /// <summary>Weight of the whole structure (<c>config_weight</c> times that of its <c>config_type</c>).</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Weight of the energy (<c>config_energy_weight</c>).</summary>
    public double EnergyWeight { get; init; } = 1;

    /// <summary>Weight of the forces (<c>config_forces_weight</c>).</summary>
    public double ForcesWeight { get; init; } = 1;

    /// <summary>Weight of the stress (<c>config_stress_weight</c>).</summary>
    public double StressWeight { get; init; } = 1;

    /// <summary>Weight of the virials (<c>config_virials_weight</c>).</summary>
    public double VirialsWeight { get; init; } = 1;

    /// <summary>Weight of the dipole (<c>config_dipole_weight</c>).</summary>
    public double DipoleWeight { get; init; } = 1;

    /// <summary>Weight of the polarizability (<c>config_polarizability_weight</c>).</summary>
    public double PolarizabilityWeight { get; init; } = 1;

    /// <summary>Weight of the charges (<c>config_charges_weight</c>).</summary>
    public double ChargesWeight { get; init; } = 1;

    /// <summary>Pairs of atoms within the cutoff, when they are known already (a prepared data set); null: found when first needed and kept.</summary>
    public NeighborPairs? Pairs { get; init; }
}

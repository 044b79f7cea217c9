namespace MaceSharp.Atoms;

/// <summary>What a potential is asked to compute.</summary>
[Flags]
public enum Properties
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Total energy, eV.</summary>
    Energy = 1 << 0,

    /// <summary>Forces −∂E/∂r, eV/Å.</summary>
    Forces = 1 << 1,

    /// <summary>Stress σ = (1/V) ∂E/∂ε, eV/Å³, positive under tension; only for structures periodic in three directions.</summary>
    Stress = 1 << 2,

    /// <summary>Virial −∂E/∂ε, eV; for every structure.</summary>
    Virial = 1 << 3,

    /// <summary>Energy of each atom, eV.</summary>
    AtomicEnergies = 1 << 4,

    /// <summary>Virial of each atom, eV; they sum to the virial.</summary>
    AtomicVirials = 1 << 5,

    /// <summary>Dipole moment, e·Å.</summary>
    Dipole = 1 << 6,

    /// <summary>Dipole of each atom, e·Å.</summary>
    AtomicDipoles = 1 << 7,

    /// <summary>Partial charge of each atom, e.</summary>
    Charges = 1 << 8,

    /// <summary>Polarizability tensor, in the unit of the model's training data.</summary>
    Polarizability = 1 << 9,

    /// <summary>Rotation-invariant features of each atom (those of degree 0; where a model has odd ones, 0o, they change sign under reflection).</summary>
    Descriptors = 1 << 10,

    /// <summary>All features of each atom, equivariant ones included.</summary>
    FullDescriptors = 1 << 11,
}

namespace MaceSharp.Training;

/// <summary>Under which keys labels stand in files; the defaults are mace-torch's.</summary>
public sealed record TrainingKeys
{
    /// <summary>Total energy, eV (<c>energy_key</c>).</summary>
    public string Energy { get; init; } = "REF_energy";

    /// <summary>Forces, eV/Å (<c>forces_key</c>).</summary>
    public string Forces { get; init; } = "REF_forces";

    /// <summary>Stress, eV/Å³, positive under tension (<c>stress_key</c>).</summary>
    public string Stress { get; init; } = "REF_stress";

    /// <summary>Virials −V·stress, eV (<c>virials_key</c>).</summary>
    public string Virials { get; init; } = "REF_virials";

    /// <summary>Dipole (<c>dipole_key</c>).</summary>
    public string Dipole { get; init; } = "dipole";

    /// <summary>Polarizability (<c>polarizability_key</c>).</summary>
    public string Polarizability { get; init; } = "polarizability";

    /// <summary>Head (<c>head_key</c>).</summary>
    public string Head { get; init; } = "head";

    /// <summary>Partial charges, e (<c>charges_key</c>).</summary>
    public string Charges { get; init; } = "REF_charges";

    /// <summary>Total charge, e (<c>total_charge_key</c>).</summary>
    public string TotalCharge { get; init; } = "total_charge";

    /// <summary>Spin multiplicity (<c>total_spin_key</c>).</summary>
    public string TotalSpin { get; init; } = "total_spin";
}

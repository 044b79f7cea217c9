using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>A frame whose structure carries the results, and the few numbers that tables and summaries show.</summary>
internal sealed class EvaluatedFrame
{
    /// <summary>The structure; it carries the results under the names of the request.</summary>
    public required Structure Structure { get; init; }

    /// <summary>Whether it is marked as the isolated atom of a training set (<c>config_type=IsolatedAtom</c>), which no error counts.</summary>
    public bool IsIsolatedAtom { get; init; }

    /// <summary>Energy counted from the reference asked for, eV.</summary>
    public double? Energy { get; init; }

    /// <summary>Energy minus the E0 of the model, the energies of the isolated atoms that it was given, eV: negative for a bound structure.</summary>
    public double? EnergyOfFormationFromAtoms { get; init; }

    /// <summary>Largest length of a force, eV/Å.</summary>
    public double? LargestForce { get; init; }

    /// <summary>Index of the atom with the largest force.</summary>
    public int LargestForceAtom { get; init; }

    /// <summary>Pressure −tr σ/3, eV/Å³.</summary>
    public double? Pressure { get; init; }

    /// <summary>Length of the dipole moment, e·Å.</summary>
    public double? Dipole { get; init; }

    /// <summary>Polarizability, in the unit of the training data.</summary>
    public Matrix3? Polarizability { get; init; }

    /// <summary>Whether the charges of the atoms are a result; else those of the structure came with it.</summary>
    public bool HasCharges { get; init; }

    /// <summary>Standard deviation of the energy over the committee, eV.</summary>
    public double? EnergyDeviation { get; init; }

    /// <summary>Largest standard deviation of a force over the committee (root of the summed variances of the components), eV/Å.</summary>
    public double? LargestForceDeviation { get; init; }

    /// <summary>Errors against the labels of the frame.</summary>
    public ErrorStatistics Errors { get; init; }
}

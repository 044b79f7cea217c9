namespace MaceSharp.Golden.Tests;

/// <summary>The largest errors of one model over all its structures and heads; NaN where there is no reference.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Description">What it is.</param>
/// <param name="Results">Number of structures times heads.</param>
internal sealed record AccuracyRow(string Name, string Description, int Results)
{
    /// <summary>Energy in float64, eV per atom.</summary>
    public double Energy { get; init; } = double.NaN;

    /// <summary>Forces in float64, relative to the largest component or to 1 eV/Å.</summary>
    public double Forces { get; init; } = double.NaN;

    /// <summary>Virial in float64, relative to its largest element or to 1 eV.</summary>
    public double Virial { get; init; } = double.NaN;

    /// <summary>Hessian, relative to its largest element.</summary>
    public double Hessian { get; init; } = double.NaN;

    /// <summary>Dipole and polarizability in float64, relative to the largest component or to 1.</summary>
    public double Dipole { get; init; } = double.NaN;

    /// <summary>Energy in float32, eV per atom.</summary>
    public double SingleEnergy { get; init; } = double.NaN;

    /// <summary>Forces in float32, relative to the largest component or to 1 eV/Å.</summary>
    public double SingleForces { get; init; } = double.NaN;

    /// <summary>Dipole and polarizability in float32, relative to the largest component or to 1.</summary>
    public double SingleDipole { get; init; } = double.NaN;

    /// <summary>The errors in the order of the columns of <see cref="AccuracyTable"/>.</summary>
    public IReadOnlyList<double> Errors => [Energy, Forces, Virial, Hessian, Dipole, SingleEnergy, SingleForces, SingleDipole];

    /// <summary>The bounds of the errors, in the same order. Without the rounding of the total energy, which is allowed besides.</summary>
    public IReadOnlyList<double> Bounds => [1e-9, 1e-8, 1e-8, 1e-6, 1e-8, Golden.Tests.Bounds.SingleEnergy(Name, 1), 2e-5, 2e-5];
}

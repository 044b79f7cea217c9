namespace MaceSharp.Golden.Tests;

/// <summary>The largest errors of one model over all its structures and heads, by column.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Description">What it is.</param>
/// <param name="Results">Number of structures times heads.</param>
internal sealed record AccuracyRow(string Name, string Description, int Results)
{
    private readonly Dictionary<AccuracyColumn, double> _errors = [];

    /// <summary>The largest error; NaN when there is no reference.</summary>
    public double this[AccuracyColumn column] => _errors.GetValueOrDefault(column, double.NaN);

    /// <summary>Notes an error.</summary>
    public void Add(AccuracyColumn column, double error)
    {
        Assert.True(double.IsFinite(error), $"{Name}: {column} is not finite.");
        _errors[column] = Math.Max(error, _errors.GetValueOrDefault(column));
    }

    /// <summary>Bound of an error, without the rounding of the total energy that is allowed besides; infinite where the network is tabulated, which has no bound of its own.</summary>
    public double BoundOf(AccuracyColumn column) => column switch
    {
        AccuracyColumn.Energy => 1e-9,
        AccuracyColumn.Hessian => 1e-6,
        AccuracyColumn.SingleEnergy => Bounds.SingleEnergy(Name, 1),
        AccuracyColumn.SingleForces or AccuracyColumn.SingleDipole => 2e-5,
        AccuracyColumn.TabulatedEnergy or AccuracyColumn.TabulatedForces or AccuracyColumn.TabulatedDipole => double.PositiveInfinity,
        _ => 1e-8,
    };
}

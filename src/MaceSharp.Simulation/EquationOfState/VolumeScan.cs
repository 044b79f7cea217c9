using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Energies of a crystal over a range of volumes.</summary>
public static class VolumeScan
{
    /// <summary>Scales cell and atoms evenly to each volume and evaluates the energy.</summary>
    /// <param name="structure">The crystal; unchanged.</param>
    /// <param name="evaluator">Computes the energies.</param>
    /// <param name="smallest">The smallest volume relative to the crystal's own.</param>
    /// <param name="largest">The largest volume relative to the crystal's own.</param>
    /// <param name="count">Number of volumes, evenly spaced.</param>
    /// <param name="relax">Relaxes a scaled crystal at its volume; null to leave it.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The structure is not periodic in three directions, or the range cannot be used.</exception>
    public static IReadOnlyList<VolumePoint> Run(Structure structure, IPotentialEvaluator evaluator, double smallest = 0.95, double largest = 1.05, int count = 7, Action<Structure>? relax = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(evaluator);
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException("An equation of state needs a structure that is periodic in three directions."); }
        if (!(smallest > 0 && smallest < largest && double.IsFinite(largest))) { throw new InvalidInputException($"The relative volumes {smallest} to {largest} are no range; give for example 0.95 to 1.05."); }
        if (count < 4) { throw new InvalidInputException($"An equation of state has four parameters; {count} volumes are too few, give at least 4, better 7."); }
        List<VolumePoint> points = [];
        PotentialResult result = new();
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double factor = Math.Cbrt(smallest + ((largest - smallest) * i / (count - 1)));
            Structure scaled = structure.Clone();
            scaled.Cell = factor * structure.Cell;
            foreach (ref Vector3D position in scaled.Positions) { position *= factor; }
            relax?.Invoke(scaled);
            evaluator.Evaluate(scaled, Properties.Energy, result, cancellationToken);
            points.Add(new VolumePoint(scaled.Volume, result.Energy ?? throw new InvalidInputException("The potential has no energy."), scaled));
            progress?.Report(i + 1);
        }

        return points;
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Running sums of differences between results and labels of one kind.</summary>
internal struct DifferenceSum
{
    private double _sumOfSquares;
    private double _sumOfMagnitudes;

    /// <summary>Number of differences.</summary>
    public long Count { get; private set; }

    /// <summary>Number of frames they come from.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Root mean square of the differences.</summary>
    public readonly double RootMeanSquare => Math.Sqrt(_sumOfSquares / Count);

    /// <summary>Mean magnitude of the differences.</summary>
    public readonly double MeanMagnitude => _sumOfMagnitudes / Count;

    /// <summary>Adds one difference.</summary>
    public void Add(double difference)
    {
        _sumOfSquares += difference * difference;
        _sumOfMagnitudes += Math.Abs(difference);
        Count++;
    }

    /// <summary>Marks the differences added since as those of one frame.</summary>
    public void EndFrame() => FrameCount++;

    /// <summary>Adds the sums of another frame or frames.</summary>
    public void Add(in DifferenceSum other)
    {
        _sumOfSquares += other._sumOfSquares;
        _sumOfMagnitudes += other._sumOfMagnitudes;
        Count += other.Count;
        FrameCount += other.FrameCount;
    }
}

/// <summary>Errors of energies per atom (eV), force components (eV/Å) and stress components (eV/Å³) against labels.</summary>
internal struct ErrorStatistics
{
    /// <summary>Energy per atom, eV.</summary>
    public DifferenceSum Energy;

    /// <summary>Components of the forces, eV/Å.</summary>
    public DifferenceSum Forces;

    /// <summary>The nine components of the stress, eV/Å³.</summary>
    public DifferenceSum Stress;

    /// <summary>Compares one frame.</summary>
    /// <param name="labels">What another method found.</param>
    /// <param name="totalEnergy">Total energy of the model, eV.</param>
    /// <param name="result">Forces and stress of the model.</param>
    public static ErrorStatistics Of(Labels labels, double? totalEnergy, PotentialResult result)
    {
        ErrorStatistics errors = default;
        if (labels.Energy is double label && totalEnergy is double energy && result.AtomCount > 0)
        {
            errors.Energy.Add((energy - label) / result.AtomCount);
            errors.Energy.EndFrame();
        }

        ReadOnlySpan<Vector3D> forces = result.Forces;
        if (labels.Forces is not null && !forces.IsEmpty)
        {
            for (int i = 0; i < forces.Length; i++)
            {
                Vector3D d = forces[i] - labels.Forces[i];
                errors.Forces.Add(d.X);
                errors.Forces.Add(d.Y);
                errors.Forces.Add(d.Z);
            }

            errors.Forces.EndFrame();
        }

        if (labels.Stress is Matrix3 stressLabel && result.Stress is Matrix3 stress)
        {
            foreach (double d in (stress - stressLabel).ToArray()) { errors.Stress.Add(d); }
            errors.Stress.EndFrame();
        }

        return errors;
    }

    /// <summary>Adds the errors of another frame or frames.</summary>
    public void Add(in ErrorStatistics other)
    {
        Energy.Add(other.Energy);
        Forces.Add(other.Forces);
        Stress.Add(other.Stress);
    }
}

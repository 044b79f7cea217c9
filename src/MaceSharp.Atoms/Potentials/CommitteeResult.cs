using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>
/// Mean, population variance (1/n Σ (x − x̄)², as mace-torch's calculator gives it) and members of a <see cref="Committee"/>.
/// The caller owns it and may hand it in again; what was not asked for is null or empty.
/// </summary>
public sealed class CommitteeResult
{
    private double[] _atomicEnergyVariances = [];
    private Vector3D[] _forceVariances = [];

    /// <summary>Mean over the members.</summary>
    public PotentialResult Mean { get; } = new();

    /// <summary>Results of the members, in the order of <see cref="Committee.Members"/>.</summary>
    public ImmutableArray<PotentialResult> Members { get; private set; } = [];

    /// <summary>Variance of the energy, eV².</summary>
    public double? EnergyVariance { get; private set; }

    /// <summary>Variance of each element of the stress, (eV/Å³)².</summary>
    public Matrix3? StressVariance { get; private set; }

    /// <summary>Variance of the energy of each atom, eV².</summary>
    public ReadOnlySpan<double> AtomicEnergyVariances => _atomicEnergyVariances.AsSpan(0, Mean.AtomicEnergies.Length);

    /// <summary>Variance of each component of the force on each atom, (eV/Å)².</summary>
    public ReadOnlySpan<Vector3D> ForceVariances => _forceVariances.AsSpan(0, Mean.Forces.Length);

    /// <summary>Prepares for a number of members.</summary>
    internal void Reset(int memberCount)
    {
        if (Members.Length != memberCount)
        {
            Members = [.. Enumerable.Range(0, memberCount).Select(static _ => new PotentialResult())];
        }
    }

    /// <summary>Computes mean and variances from the members, after their evaluation or after they were changed.</summary>
    public void Summarize()
    {
        WriteMean(Mean);
        int count = Members.Length;
        EnergyVariance = null;
        if (Mean.Energy is double energy)
        {
            double sum = 0;
            foreach (PotentialResult member in Members) { sum += Square(member.Energy!.Value - energy); }
            EnergyVariance = sum / count;
        }

        StressVariance = null;
        if (Mean.Stress is Matrix3 stress)
        {
            Matrix3 sum = default;
            foreach (PotentialResult member in Members)
            {
                Matrix3 d = member.Stress!.Value - stress;
                sum += new Matrix3(Square(d.Row0), Square(d.Row1), Square(d.Row2));
            }

            StressVariance = (1.0 / count) * sum;
        }

        Resize(ref _atomicEnergyVariances, Mean.AtomicEnergies.Length);
        Resize(ref _forceVariances, Mean.Forces.Length);
        foreach (PotentialResult member in Members)
        {
            AddSquares(member.AtomicEnergies, Mean.AtomicEnergies, _atomicEnergyVariances);
            AddSquares(Numbers(member.Forces), Numbers(Mean.Forces), Numbers(_forceVariances));
        }

        Divide(_atomicEnergyVariances.AsSpan(0, Mean.AtomicEnergies.Length), count);
        Divide(Numbers(_forceVariances.AsSpan(0, Mean.Forces.Length)), count);
    }

    /// <summary>Writes the mean over the members into a result.</summary>
    internal void WriteMean(PotentialResult mean)
    {
        PotentialResult first = Members[0];
        mean.Reset(first.Computed, first.AtomCount);
        mean.Energy = Average(static m => m.Energy);
        mean.InteractionEnergy = Average(static m => m.InteractionEnergy);
        mean.EmbeddingEnergy = Average(static m => m.EmbeddingEnergy);
        mean.Stress = Average(static m => m.Stress);
        mean.Virial = Average(static m => m.Virial);
        mean.Polarizability = Average(static m => m.Polarizability);
        mean.Dipole = Average(static m => m.Dipole is Vector3D d ? new Matrix3(d, default, default) : null)?.Row0;
        foreach (PotentialResult member in Members)
        {
            Add(member.AtomicEnergies, mean.AtomicEnergies);
            Add(member.Charges, mean.Charges);
            Add(Numbers(member.Forces), Numbers(mean.Forces));
            Add(Numbers(member.AtomicDipoles), Numbers(mean.AtomicDipoles));
            Add(Numbers(member.AtomicVirials), Numbers(mean.AtomicVirials));
        }

        int count = Members.Length;
        Divide(mean.AtomicEnergies, count);
        Divide(mean.Charges, count);
        Divide(Numbers(mean.Forces), count);
        Divide(Numbers(mean.AtomicDipoles), count);
        Divide(Numbers(mean.AtomicVirials), count);
    }

    private double? Average(Func<PotentialResult, double?> value)
    {
        double sum = 0;
        foreach (PotentialResult member in Members)
        {
            if (value(member) is not double number) { return null; }
            sum += number;
        }

        return sum / Members.Length;
    }

    private Matrix3? Average(Func<PotentialResult, Matrix3?> value)
    {
        Matrix3 sum = default;
        foreach (PotentialResult member in Members)
        {
            if (value(member) is not Matrix3 matrix) { return null; }
            sum += matrix;
        }

        return (1.0 / Members.Length) * sum;
    }

    private static Span<double> Numbers(Span<Vector3D> vectors) => MemoryMarshal.Cast<Vector3D, double>(vectors);

    private static Span<double> Numbers(Span<Matrix3> matrices) => MemoryMarshal.Cast<Matrix3, double>(matrices);

    private static void Add(ReadOnlySpan<double> values, Span<double> sum)
    {
        for (int i = 0; i < values.Length; i++) { sum[i] += values[i]; }
    }

    private static void AddSquares(ReadOnlySpan<double> values, ReadOnlySpan<double> mean, Span<double> sum)
    {
        for (int i = 0; i < values.Length; i++) { sum[i] += Square(values[i] - mean[i]); }
    }

    private static void Divide(Span<double> values, int count)
    {
        foreach (ref double value in values) { value /= count; }
    }

    private static double Square(double x) => x * x;

    private static Vector3D Square(Vector3D v) => new(v.X * v.X, v.Y * v.Y, v.Z * v.Z);

    private static void Resize<T>(ref T[] array, int count)
    {
        if (array.Length < count) { array = new T[count]; }
        Array.Clear(array, 0, count);
    }
}

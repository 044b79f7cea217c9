using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// Whether forces and stresses are the derivatives of the energies. For two frames of the same atoms that differ little, trapezoids give
/// ΔE ≈ −½(F₁+F₂)·Δr + ½(V₁σ₁+V₂σ₂):ε, Δr being what the strain ε of the cell does not explain. A least-squares fit of ΔE to the two terms has slopes near 1
/// where units and signs are right.
/// </summary>
/// <param name="PairCount">Number of pairs of frames that were compared.</param>
/// <param name="ForceSlope">Slope of the term of the forces; null without pairs.</param>
/// <param name="StressPairCount">Number of pairs with a change of the cell and stresses.</param>
/// <param name="StressSlope">Slope of the term of the stress; null without pairs.</param>
public readonly record struct LabelConsistency(int PairCount, double? ForceSlope, int StressPairCount, double? StressSlope)
{
    /// <summary>Fewer pairs say nothing.</summary>
    internal const int FewestPairs = 5;

    /// <summary>Largest displacement of an atom between two frames that are compared, Å.</summary>
    private const double LargestStep = 0.5;

    private const int LargestGroup = 400;

    /// <summary>A frame is compared with this many of those before it.</summary>
    private const int Reach = 30;

    /// <summary>Compares frames of the same atoms, each with the nearest of those before it.</summary>
    /// <param name="frames">The frames.</param>
    internal static LabelConsistency Of(FrameSet frames)
    {
        int pairs = 0, stressPairs = 0;
        double xx = 0, xy = 0, ff = 0, fs = 0, ss = 0, fe = 0, se = 0;
        foreach ((_, FrameSet group) in frames.GroupBy(AtomsOf))
        {
            Queue<LabelledStructure> before = new();
            foreach (LabelledStructure frame in group.Take(LargestGroup))
            {
                (LabelledStructure? near, double distance) = Nearest(before, frame);
                if (before.Count == Reach) { before.Dequeue(); }
                before.Enqueue(frame);
                if (near is null || distance < 1e-6) { continue; }
                (double force, double stress, bool strained) = Terms(near, frame);
                double energy = frame.Energy!.Value - near.Energy!.Value;
                if (strained)
                {
                    if (near.Stress is null || frame.Stress is null) { continue; }
                    stressPairs++;
                    (ff, fs, ss, fe, se) = (ff + (force * force), fs + (force * stress), ss + (stress * stress), fe + (force * energy), se + (stress * energy));
                }
                else
                {
                    pairs++;
                    xx += force * force;
                    xy += force * energy;
                }
            }
        }

        double determinant = (ff * ss) - (fs * fs);
        double? forceSlope = xx > 0 ? xy / xx : null;
        double? stressSlope = determinant > 1e-12 * ff * ss && ss > 0 ? ((ff * se) - (fs * fe)) / determinant : ss > 0 && ff <= 1e-12 * ss ? se / ss : null;
        return new(pairs, forceSlope, stressPairs, stressSlope);
    }

    /// <summary>Frames with the same atoms in the same order have the same key; those that cannot be compared have none.</summary>
    private static string? AtomsOf(LabelledStructure frame) =>
        frame.Energy is null || frame.Forces is null ? null : Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(frame.Structure.AtomicNumbers)));

    private static (LabelledStructure? Near, double Distance) Nearest(IEnumerable<LabelledStructure> before, LabelledStructure frame)
    {
        LabelledStructure? best = null;
        double least = LargestStep;
        foreach (LabelledStructure other in before)
        {
            double distance = Distance(other.Structure, frame.Structure, least);
            if (distance >= least) { continue; }
            least = distance;
            best = other;
        }

        return (best, least);
    }

    /// <summary>The largest displacement of an atom besides the strain of the cell; anything beyond a limit counts as the limit.</summary>
    private static double Distance(Structure a, Structure b, double limit)
    {
        if (a.Periodicity != b.Periodicity) { return limit; }
        Matrix3 strain = Strain(a, b);
        double largest = 0;
        for (int i = 0; i < a.Count && largest < limit; i++) { largest = Math.Max(largest, (b.Positions[i] - a.Positions[i] - (a.Positions[i] * strain)).Norm); }
        double size = strain.Row0.NormSquared + strain.Row1.NormSquared + strain.Row2.NormSquared;
        return size > 0.01 ? limit : Math.Max(largest, Math.Sqrt(size));
    }

    /// <summary>The map less the identity that takes the cell of one to that of the other; zero without periodicity.</summary>
    private static Matrix3 Strain(Structure a, Structure b) =>
        a.Periodicity.IsFull && a.Cell != b.Cell ? (a.Cell.Inverse() * b.Cell) - Matrix3.Identity : default;

    private static (double Force, double Stress, bool IsStrained) Terms(LabelledStructure a, LabelledStructure b)
    {
        Matrix3 strain = Strain(a.Structure, b.Structure);
        double force = 0;
        for (int i = 0; i < a.Structure.Count; i++)
        {
            Vector3D step = b.Structure.Positions[i] - a.Structure.Positions[i] - (a.Structure.Positions[i] * strain);
            force -= 0.5 * Vector3D.Dot(a.Forces![i] + b.Forces![i], step);
        }

        if (strain == default) { return (force, 0, false); }
        Matrix3 mean = (0.5 * a.Structure.Volume * (a.Stress ?? default)) + (0.5 * b.Structure.Volume * (b.Stress ?? default)), symmetric = strain.Symmetrized;
        return (force, Vector3D.Dot(mean.Row0, symmetric.Row0) + Vector3D.Dot(mean.Row1, symmetric.Row1) + Vector3D.Dot(mean.Row2, symmetric.Row2), true);
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// A harmonic crystal or molecule: springs ½ k (r − r₀)² between the pairs that are within a cutoff in a reference structure, where every spring is at rest (r₀ is the distance there).
/// The pairs never change. Elastic constants of simple lattices are known in closed form (M. Born and K. Huang, Dynamical Theory of Crystal Lattices, 1954). Immutable and thread-safe.
/// </summary>
public sealed class SpringNetwork : IPotential
{
    private readonly Spring[] _springs;
    private readonly int _atoms;

    /// <summary>Creates the network.</summary>
    /// <param name="reference">The structure at rest.</param>
    /// <param name="springConstant">k of every spring, eV/Å².</param>
    /// <param name="cutoff">Pairs closer than this have a spring, Å.</param>
    /// <exception cref="ArgumentOutOfRangeException">The spring constant or cutoff is not positive and finite.</exception>
    /// <exception cref="InvalidInputException">The structure is unsound or atoms coincide.</exception>
    public SpringNetwork(Structure reference, double springConstant, double cutoff)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (!(springConstant > 0) || !double.IsFinite(springConstant)) { throw new ArgumentOutOfRangeException(nameof(springConstant), springConstant, "A spring constant is positive and finite."); }
        (SpringConstant, CutoffRadius, _atoms) = (springConstant, cutoff, reference.Count);
        NeighborList list = new();
        list.Build(reference.Positions, reference.Cell, reference.Periodicity, cutoff);
        List<Spring> springs = [];
        for (int i = 0; i < reference.Count; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), packed = list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                int j = senders[e];
                (int A, int B, int C) wi = list.WrapCount(i), wj = list.WrapCount(j), s = NeighborList.Unpack(packed[e]);
                Vector3D image = new(wj.A - wi.A - s.A, wj.B - wi.B - s.B, wj.C - wi.C - s.C);
                if (j > i || (j == i && !IsPositive(image))) { continue; }
                double length = (reference.Positions[j] - reference.Positions[i] + (image * reference.Cell)).Norm;
                if (length == 0) { throw PotentialChecks.Coincide(i, j); }
                springs.Add(new(i, j, image, length));
            }
        }

        _springs = [.. springs];
    }

    /// <summary>k, eV/Å².</summary>
    public double SpringConstant { get; }

    /// <summary>Number of springs.</summary>
    public int SpringCount => _springs.Length;

    /// <inheritdoc/>
    public double CutoffRadius { get; }

    /// <inheritdoc/>
    public Properties Supported => Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial;

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new Evaluator(this);

    /// <summary>Of an image and its opposite one only is taken.</summary>
    private static bool IsPositive(Vector3D image) => image.X != 0 ? image.X > 0 : image.Y != 0 ? image.Y > 0 : image.Z > 0;

    private readonly record struct Spring(int I, int J, Vector3D Image, double Length);

    private sealed class Evaluator(SpringNetwork network) : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(structure);
            ArgumentNullException.ThrowIfNull(result);
            PotentialChecks.Check(structure, properties, network.Supported, "A network of springs");
            if (structure.Count != network._atoms) { throw new InvalidInputException($"This network of springs was made for {network._atoms} atoms; the structure has {structure.Count}."); }
            result.Reset(properties, structure.Count);
            Span<Vector3D> forces = result.Forces;
            ReadOnlySpan<Vector3D> at = structure.Positions;
            Matrix3 cell = structure.Cell, strain = default;
            double total = 0, k = network.SpringConstant;
            foreach (Spring spring in network._springs)
            {
                Vector3D d = at[spring.J] - at[spring.I] + (spring.Image * cell);
                double r = d.Norm, stretch = r - spring.Length;
                total += 0.5 * k * stretch * stretch;
                if (r == 0) { throw PotentialChecks.Coincide(spring.I, spring.J); }
                Vector3D force = (k * stretch / r) * d;
                strain += Matrix3.Outer(force, d);
                if (forces.IsEmpty) { continue; }
                forces[spring.I] += force;
                forces[spring.J] -= force;
            }

            result.Energy = result.InteractionEnergy = total;
            PotentialChecks.SetStrainDerivative(result, properties, strain, structure);
        }

        public void Dispose()
        {
        }
    }
}

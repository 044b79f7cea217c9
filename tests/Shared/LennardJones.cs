using MaceSharp.Atoms;

namespace MaceSharp.TestSupport;

/// <summary>
/// A Lennard-Jones potential that any test can check by hand: 4ε[(σ/r)¹² − (σ/r)⁶] shifted to zero at the cutoff, plus E0 = −Z eV an atom.
/// Sums over images by brute force and shares nothing with the product but the interface.
/// </summary>
internal sealed class LennardJones(double epsilon = 0.01, double sigma = 2.0, double cutoff = 5.0) : IPotential
{
    /// <inheritdoc/>
    public double CutoffRadius => cutoff;

    /// <inheritdoc/>
    public Properties Supported => Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials | Properties.Descriptors;

    /// <summary>The isolated-atom energy of an element, eV.</summary>
    public static double AtomicEnergy(int atomicNumber) => -atomicNumber;

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new Evaluator(this);

    private double Pair(double r)
    {
        double s6 = Math.Pow(sigma / r, 6);
        return 4 * epsilon * ((s6 * s6) - s6);
    }

    private double PairDerivative(double r)
    {
        double s6 = Math.Pow(sigma / r, 6);
        return 4 * epsilon * ((-12 * s6 * s6) + (6 * s6)) / r;
    }

    private sealed class Evaluator(LennardJones potential) : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            if ((properties & ~potential.Supported) != 0) { throw new InvalidInputException($"Lennard-Jones does not compute {properties & ~potential.Supported}."); }
            structure.Validate();
            foreach (int z in structure.AtomicNumbers)
            {
                if (z > 20) { throw new InvalidInputException($"Element {z} is unknown to the model."); }
            }

            if ((properties & Properties.Stress) != 0 && !structure.Periodicity.IsFull) { throw new InvalidInputException("No stress."); }
            result.Reset(properties, structure.Count, 2);
            int[] images = new int[3];
            for (int axis = 0; axis < 3; axis++)
            {
                if (!structure.Periodicity[axis]) { continue; }
                Vector3D area = Vector3D.Cross(structure.Cell[(axis + 1) % 3], structure.Cell[(axis + 2) % 3]);
                images[axis] = 1 + (int)Math.Ceiling(potential.CutoffRadius * area.Norm / structure.Volume);
            }

            double shift = potential.Pair(potential.CutoffRadius);
            double e0 = 0, interaction = 0;
            Matrix3 strain = default;
            for (int i = 0; i < structure.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                double own = 0;
                Vector3D force = default;
                Matrix3 virial = default;
                for (int j = 0; j < structure.Count; j++)
                {
                    for (int a = -images[0]; a <= images[0]; a++)
                    {
                        for (int b = -images[1]; b <= images[1]; b++)
                        {
                            for (int c = -images[2]; c <= images[2]; c++)
                            {
                                if (i == j && a == 0 && b == 0 && c == 0) { continue; }
                                Vector3D d = structure.Positions[j] - structure.Positions[i] + (new Vector3D(a, b, c) * structure.Cell);
                                double r = d.Norm;
                                if (r >= potential.CutoffRadius) { continue; }
                                own += 0.5 * (potential.Pair(r) - shift);
                                double slope = potential.PairDerivative(r);
                                force += (slope / r) * d;
                                virial += (-0.5 * slope / r) * Matrix3.Outer(d, d);
                            }
                        }
                    }
                }

                interaction += own;
                e0 += AtomicEnergy(structure.AtomicNumbers[i]);
                strain -= virial;
                if (!result.Forces.IsEmpty) { result.Forces[i] = force; }
                if (!result.AtomicEnergies.IsEmpty) { result.AtomicEnergies[i] = own + AtomicEnergy(structure.AtomicNumbers[i]); }
                if (!result.AtomicVirials.IsEmpty) { result.AtomicVirials[i] = virial; }
                if (!result.Descriptors.IsEmpty) { (result.Descriptors[2 * i], result.Descriptors[(2 * i) + 1]) = (own, force.Norm); }
            }

            result.Energy = e0 + interaction;
            result.InteractionEnergy = interaction;
            if ((properties & (Properties.Stress | Properties.Virial)) != 0) { result.Virial = -strain; }
            if ((properties & Properties.Stress) != 0) { result.Stress = (1 / structure.Volume) * strain; }
        }

        public void Dispose()
        {
        }
    }
}

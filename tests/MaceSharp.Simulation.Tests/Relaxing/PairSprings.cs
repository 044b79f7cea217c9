using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests.Relaxing;

/// <summary>Springs between atoms at the places where they stand, no images: ½·k·(r − r₀)² each. To compare fixed bonds with.</summary>
internal sealed class PairSprings((int First, int Second, double Length)[] springs, double stiffness) : IPotential, IPotentialEvaluator
{
    public double CutoffRadius => 0;

    public Properties Supported => Properties.Energy | Properties.Forces | Properties.Virial | Properties.Stress;

    public IPotentialEvaluator CreateEvaluator() => this;

    public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
    {
        result.Reset(properties, structure.Count);
        double energy = 0;
        Matrix3 virial = default;
        foreach ((int i, int j, double length) in springs)
        {
            Vector3D d = structure.Positions[i] - structure.Positions[j];
            double excess = d.Norm - length;
            energy += 0.5 * stiffness * excess * excess;
            Vector3D force = -(stiffness * excess / d.Norm) * d;
            virial += Matrix3.Outer(d, force);
            if (result.Forces.IsEmpty) { continue; }
            result.Forces[i] += force;
            result.Forces[j] -= force;
        }

        (result.Energy, result.Virial, result.Stress) = (energy, virial, (-1 / structure.Volume) * virial);
    }

    public void Dispose()
    {
    }
}

using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>A spring between the first two atoms, ½k(r − r₀)².</summary>
/// <param name="k">Stiffness, eV/Å².</param>
/// <param name="length">Length at rest r₀, Å.</param>
internal sealed class HarmonicSpring(double k, double length) : IPotential
{
    private const Properties Known = Properties.Energy | Properties.Forces;

    public double CutoffRadius => double.PositiveInfinity;

    public Properties Supported => Known;

    public IPotentialEvaluator CreateEvaluator() => new Evaluator(k, length);

    private sealed class Evaluator(double k, double length) : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            if (structure.Count < 2) { throw new InvalidInputException("A spring joins two atoms."); }
            if ((properties & ~Known) != 0) { throw new InvalidInputException($"A spring has no {properties & ~Known}."); }
            Vector3D bond = structure.Positions[1] - structure.Positions[0];
            double stretch = bond.Norm - length;
            result.Reset(properties, structure.Count);
            result.Energy = result.InteractionEnergy = 0.5 * k * stretch * stretch;
            if (result.Forces.IsEmpty) { return; }
            result.Forces[0] = (k * stretch / bond.Norm) * bond;
            result.Forces[1] = -result.Forces[0];
        }

        public void Dispose()
        {
        }
    }
}

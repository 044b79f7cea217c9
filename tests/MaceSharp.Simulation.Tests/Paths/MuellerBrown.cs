using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests.Paths;

/// <summary>The surface of K. Müller and L. D. Brown, Theor. Chim. Acta 53, 75 (1979), for x and y of every atom, scaled by 0.01 to eV, with a spring along z.</summary>
internal sealed class MuellerBrown : IPotential
{
    private static readonly (double A, double Xx, double Xy, double Yy, double X0, double Y0)[] Terms =
        [(-200, -1, 0, -10, 1, 0), (-100, -1, 0, -10, 0, 0.5), (-170, -6.5, 11, -6.5, -0.5, 1.5), (15, 0.7, 0.6, 0.7, -1, 1)];

    public double CutoffRadius => 0;

    public Properties Supported => Properties.Energy | Properties.Forces;

    public IPotentialEvaluator CreateEvaluator() => new Evaluator();

    private sealed class Evaluator : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            result.Reset(properties, structure.Count);
            double energy = 0;
            for (int i = 0; i < structure.Count; i++)
            {
                Vector3D r = structure.Positions[i], slope = new(0, 0, 2 * r.Z);
                energy += r.Z * r.Z;
                foreach ((double a, double xx, double xy, double yy, double x0, double y0) in Terms)
                {
                    double x = r.X - x0, y = r.Y - y0, e = 0.01 * a * Math.Exp((xx * x * x) + (xy * x * y) + (yy * y * y));
                    energy += e;
                    slope += e * new Vector3D((2 * xx * x) + (xy * y), (xy * x) + (2 * yy * y), 0);
                }

                if (!result.Forces.IsEmpty) { result.Forces[i] = -slope; }
            }

            result.Energy = energy;
        }

        public void Dispose()
        {
        }
    }
}

using MaceSharp;
using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>The Hessian.</summary>
internal static class TakeSecondDerivatives
{
    public static void Run()
    {
        MacePotential potential = MacePotential.Load("models/gfn2-chno.safetensors");
        Structure water = new([8, 1, 1], [new(0, 0, 0), new(0.76, 0.59, 0), new(-0.76, 0.59, 0)]);

        double[] hessian = potential.ComputeHessian(water);
        int columns = 3 * water.Count;
        Vector3D bond = water.Positions[1] - water.Positions[0];
        bond /= bond.Norm;
        double stiffness = 0;
        for (int a = 0; a < 3; a++)
        {
            for (int b = 0; b < 3; b++) { stiffness += bond[a] * hessian[((3 + a) * columns) + 3 + b] * bond[b]; }
        }

        double frequency = Units.ReducedPlanckConstant * Math.Sqrt(stiffness / Elements.Mass(1)) / Units.InverseCentimetre;
        Console.WriteLine($"O–H stretch of the hydrogen alone: {stiffness:F1} eV/Å², {frequency:F0} cm⁻¹");
    }
}

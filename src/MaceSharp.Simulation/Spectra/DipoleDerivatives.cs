using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How the dipole moment of a structure changes with the positions of its atoms: Z_βα = ∂μ_β/∂u_α for each atom, e. In a crystal these are the Born charges.</summary>
public static class DipoleDerivatives
{
    /// <summary>Central differences of the dipole of a potential.</summary>
    /// <param name="structure">The atoms; unchanged.</param>
    /// <param name="evaluator">Computes the dipole.</param>
    /// <param name="distance">Step of the differences, Å.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The potential has no dipole, or the step is not a reasonable length.</exception>
    public static Matrix3[] FromDipoles(Structure structure, IPotentialEvaluator evaluator, double distance = 0.01, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(evaluator);
        Hessian.CheckStep(distance);
        PotentialResult result = new();
        Matrix3[] derivatives = new Matrix3[structure.Count];
        for (int row = 0; row < 3 * structure.Count; row++)
        {
            Vector3D slope = default;
            foreach ((int offset, double weight) in Hessian.Stencil(fourthOrder: false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Structure moved = structure.Clone();
                moved.Positions[row / 3] += Hessian.Unit(row % 3) * (offset * distance);
                evaluator.Evaluate(moved, Properties.Dipole, result, cancellationToken);
                slope += (weight / distance) * (result.Dipole ?? throw new InvalidInputException("The model has no dipole, so it gives no infrared intensities; take a dipole model, or give charges."));
            }

            derivatives[row / 3] += Matrix3.Outer(slope, Hessian.Unit(row % 3));
        }

        return derivatives;
    }

    /// <summary>Charges that move with the atoms.</summary>
    /// <param name="charges">A charge for each atom, e.</param>
    public static Matrix3[] FromCharges(ReadOnlySpan<double> charges)
    {
        Matrix3[] derivatives = new Matrix3[charges.Length];
        for (int i = 0; i < charges.Length; i++) { derivatives[i] = charges[i] * Matrix3.Identity; }
        return derivatives;
    }

    /// <summary>Charges by element, such as <c>O=-0.82,H=0.41</c>.</summary>
    /// <param name="text">The charges, e.</param>
    /// <param name="structure">The atoms.</param>
    /// <exception cref="InvalidInputException">The text cannot be read, or an element of the structure has no charge.</exception>
    public static double[] ParseCharges(string text, Structure structure)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(structure);
        Dictionary<int, double> byElement = [];
        foreach (string entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = entry.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !Elements.TryGetAtomicNumber(parts[0], out int z) || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double q) || !double.IsFinite(q))
            {
                throw new InvalidInputException($"'{entry}' is no charge of an element; write for example O=-0.82,H=0.41.");
            }

            byElement[z] = q;
        }

        double[] charges = new double[structure.Count];
        for (int i = 0; i < charges.Length; i++)
        {
            charges[i] = byElement.TryGetValue(structure.AtomicNumbers[i], out double q) ? q : throw new InvalidInputException($"The charges '{text}' say nothing of {Elements.Symbol(structure.AtomicNumbers[i])}, which the structure holds.");
        }

        return charges;
    }
}

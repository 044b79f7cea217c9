using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What splits longitudinal from transverse modes in a polar crystal: its dielectric tensor and the Born charges of its atoms.</summary>
public sealed class NonAnalyticCorrection
{
    /// <summary>Creates the correction; charges and tensor are averaged over the symmetry, and the charges made to sum to zero.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="dielectric">High-frequency dielectric tensor, without unit.</param>
    /// <param name="bornCharges">Born charges, e, for every atom of the primitive cell; rows for the field, columns for the displacement.</param>
    /// <param name="coulombFactor">e²/(4πε₀), eV·Å.</param>
    /// <exception cref="InvalidInputException">The number of charges does not fit, or the tensor is not positive.</exception>
    public NonAnalyticCorrection(PhononCell cell, Matrix3 dielectric, IReadOnlyList<Matrix3> bornCharges, double coulombFactor = Units.CoulombConstant)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(bornCharges);
        int atoms = cell.Primitive.Count;
        if (bornCharges.Count != atoms) { throw new InvalidInputException($"There are {bornCharges.Count} Born charges for {atoms} atoms of the primitive cell."); }
        Matrix3 sum = default;
        Matrix3[] charges = new Matrix3[atoms];
        foreach ((Matrix3 q, Vector3D t) in cell.Operations)
        {
            sum += q.Transposed * dielectric * q;
            for (int i = 0; i < atoms; i++) { charges[FiniteDisplacements.ImageOf(cell, i, q, t)] += q.Transposed * bornCharges[i] * q; }
        }

        double count = cell.Operations.Count;
        Dielectric = (1 / count) * sum;
        if (!(Dielectric.Row0.X > 0 && Dielectric.Row1.Y > 0 && Dielectric.Row2.Z > 0 && Dielectric.Determinant > 0)) { throw new InvalidInputException("The dielectric tensor is not positive; its diagonal holds numbers from 1 on."); }
        Matrix3 mean = default;
        foreach (Matrix3 charge in charges) { mean += (1 / (count * atoms)) * charge; }
        BornCharges = [.. charges.Select(z => ((1 / count) * z) - mean)];
        ChargeSum = mean.ToArray().Max(Math.Abs) * atoms;
        CoulombFactor = coulombFactor;
    }

    /// <summary>High-frequency dielectric tensor.</summary>
    public Matrix3 Dielectric { get; }

    /// <summary>Born charges of the atoms of the primitive cell, e.</summary>
    public IReadOnlyList<Matrix3> BornCharges { get; }

    /// <summary>Largest element of the sum of the charges before it was made zero, e.</summary>
    public double ChargeSum { get; }

    /// <summary>e²/(4πε₀), eV·Å.</summary>
    public double CoulombFactor { get; }

    /// <summary>Reads a file <c>BORN</c> as phonopy does: a first line with the factor (or a comment), nine elements of the dielectric tensor, then nine for each atom of the primitive cell that is not equivalent to an earlier one (or for each atom).</summary>
    /// <param name="path">The file.</param>
    /// <param name="cell">The cells.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or does not fit the crystal.</exception>
    public static NonAnalyticCorrection ReadBorn(string path, PhononCell cell)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(cell);
        string[] lines;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 10_000_000 }) { throw new InvalidInputException($"{path} is too large for a BORN file."); }
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }

        List<Matrix3> tensors = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string text = lines[i].Split('#')[0].Trim();
            if (text.Length == 0) { continue; }
            double[] numbers = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => Number(word, path, i + 1))];
            if (numbers.Length != 9) { throw new InvalidInputException($"{path}, line {i + 1}: a tensor has nine numbers, this line {numbers.Length}."); }
            tensors.Add(Matrix3.FromRowMajor(numbers));
        }

        int[] orbit = FiniteDisplacements.Orbits(cell);
        int[] independent = [.. orbit.Distinct().Order()];
        int charges = tensors.Count - 1;
        if (charges != independent.Length && charges != orbit.Length)
        {
            throw new InvalidInputException($"{path}: behind the first line stand the dielectric tensor and the Born charges of the {independent.Length} inequivalent atoms of the primitive cell ({string.Join(", ", independent.Select(p => $"{Elements.Symbol(cell.Primitive.AtomicNumbers[p])}{p + 1}"))}) or of all {orbit.Length}, so {independent.Length + 1} lines of nine numbers, not {tensors.Count}.");
        }

        string[] first = (lines.Length > 0 ? lines[0] : "").Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double factor = first.Length > 0 && double.TryParse(first[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double given) && given > 0 ? given : Units.CoulombConstant;
        Matrix3[] all = new Matrix3[orbit.Length];
        for (int p = 0; p < orbit.Length; p++)
        {
            if (charges == orbit.Length)
            {
                all[p] = tensors[1 + p];
                continue;
            }

            int source = orbit[p];
            (Matrix3 q, _) = cell.Operations.First(o => FiniteDisplacements.ImageOf(cell, source, o.Rotation, o.Translation) == p);
            all[p] = q.Transposed * tensors[1 + Array.IndexOf(independent, source)] * q;
        }

        return new NonAnalyticCorrection(cell, tensors[0], all, factor);
    }

    private static double Number(string word, string path, int line) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InvalidInputException($"{path}, line {line}: '{(word.Length > 40 ? word[..40] : word)}' is not a number; a BORN file holds tensors of nine numbers behind its first line.");
}

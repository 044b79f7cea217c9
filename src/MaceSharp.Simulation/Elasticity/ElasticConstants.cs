using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>
/// Elastic constants by finite strains: the stress of crystals strained by ±δ and ±δ/2 is fitted by a cubic polynomial of the strain, whose slope is a column of the stiffness.
/// Of strains that the point group maps onto each other one is computed.
/// </summary>
/// <remarks>Method: Y. Le Page and P. Saxe, Phys. Rev. B 65, 104104 (2002). The Cauchy stress is differentiated by the symmetric strain ε of the deformation 1 + ε, which gives the elastic constants of a crystal without stress.</remarks>
public static class ElasticConstants
{
    /// <summary>Computes the constants.</summary>
    /// <param name="structure">The crystal, relaxed with its cell; unchanged.</param>
    /// <param name="evaluator">Computes the stress.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told how many of the strained crystals are done, and how many there are.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The structure is not periodic in three directions, or the strain cannot be used.</exception>
    public static ElasticityResult Compute(Structure structure, IPotentialEvaluator evaluator, ElasticityOptions? options = null, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(evaluator);
        options ??= new();
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException("Elastic constants need a structure that is periodic in three directions."); }
        if (!(options.MaximumStrain is > 0 and <= 0.2)) { throw new InvalidInputException(FormattableString.Invariant($"A strain of {options.MaximumStrain} gives no elastic constants; take a number from 0 to 0.2, such as 0.005.")); }
        SpaceGroup group = SpaceGroup.Find(structure, options.SymmetryTolerance);
        IReadOnlyList<Matrix3> rotations = options.UseSymmetry ? group.CrystalRotations : [Matrix3.Identity];
        List<int> strains = ChooseStrains(rotations);
        double[] sizes = [-1, -0.5, 0.5, 1];
        int total = 1 + (strains.Count * sizes.Length);
        PotentialResult result = new();
        List<StressStrainPoint> points = [];
        StressStrainPoint Evaluate(int component, double size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Structure strained = structure.Clone();
            Matrix3 deformation = Matrix3.Identity + (component < 0 ? default : VoigtStrain(component, size));
            strained.Cell = structure.Cell * deformation;
            foreach (ref Vector3D position in strained.Positions) { position *= deformation; }
            options.Relax?.Invoke(strained);
            evaluator.Evaluate(strained, Properties.Energy | Properties.Stress, result, cancellationToken);
            StressStrainPoint point = new(component, size, result.Stress!.Value.ToVoigt());
            points.Add(point);
            progress?.Report((points.Count, total));
            return point;
        }

        StressStrainPoint rest = Evaluate(-1, 0);
        List<(int Component, double[] Slopes, double[] Errors)> columns = [];
        foreach (int component in strains)
        {
            StressStrainPoint[] series = [rest, .. sizes.Select(size => Evaluate(component, size * options.MaximumStrain))];
            double[] slopes = new double[6], errors = new double[6];
            for (int i = 0; i < 6; i++) { (slopes[i], errors[i]) = Slope(series, i, options.MaximumStrain); }
            columns.Add((component, slopes, errors));
        }

        Matrix<double> stiffness = Assemble(columns.Select(static c => (c.Component, c.Slopes)), rotations);
        Matrix<double> errorMatrix = Propagate(columns, rotations) + (0.5 * (stiffness - stiffness.Transpose())).PointwiseAbs();
        return new ElasticityResult
        {
            Tensor = new ElasticTensor(RowMajor(stiffness)),
            Errors = RowMajor(errorMatrix),
            ResidualStress = Matrix3.FromVoigt(rest.Stress),
            PointGroup = group.PointGroup,
            SpaceGroup = group.Type,
            Strains = strains,
            Points = points,
        };
    }

    /// <summary>The strain of a Voigt index with shear counted twice.</summary>
    internal static Matrix3 VoigtStrain(int component, double size)
    {
        Span<double> voigt = stackalloc double[6];
        voigt[component] = component < 3 ? size : 0.5 * size;
        return Matrix3.FromVoigt(voigt);
    }

    /// <summary>The first strains whose images under the rotations span all strains.</summary>
    private static List<int> ChooseStrains(IReadOnlyList<Matrix3> rotations)
    {
        List<int> chosen = [];
        List<double[]> span = [];
        int rank = 0;
        for (int component = 0; component < 6 && rank < 6; component++)
        {
            double[][] images = [.. rotations.Select(q => RotateStrain(component, q))];
            int next = Matrix<double>.Build.DenseOfRowArrays(span.Concat(images)).Svd(false).S.Count(static s => s > 1e-6);
            if (next == rank) { continue; }
            rank = next;
            span.AddRange(images);
            chosen.Add(component);
        }

        return chosen;
    }

    private static double[] RotateStrain(int component, Matrix3 q)
    {
        double[] voigt = (q.Transposed * VoigtStrain(component, 1) * q).ToVoigt();
        for (int i = 3; i < 6; i++) { voigt[i] *= 2; }
        return voigt;
    }

    /// <summary>Least squares over all rotated strains and stresses: C = S Eᵀ (E Eᵀ)⁻¹, which has the symmetry of the crystal.</summary>
    private static Matrix<double> Assemble(IEnumerable<(int Component, double[] Slopes)> columns, IReadOnlyList<Matrix3> rotations)
    {
        Matrix<double> strain = Matrix<double>.Build.Dense(6, 6), stress = Matrix<double>.Build.Dense(6, 6);
        foreach ((int component, double[] slopes) in columns)
        {
            foreach (Matrix3 q in rotations)
            {
                Vector<double> e = Vector<double>.Build.DenseOfArray(RotateStrain(component, q));
                Vector<double> s = Vector<double>.Build.DenseOfArray((q.Transposed * Matrix3.FromVoigt(slopes) * q).ToVoigt());
                strain += e.OuterProduct(e);
                stress += s.OuterProduct(e);
            }
        }

        return stress * strain.Inverse();
    }

    /// <summary>The standard errors of the columns carried through <see cref="Assemble"/>, as if each stress erred on its own.</summary>
    private static Matrix<double> Propagate(List<(int Component, double[] Slopes, double[] Errors)> columns, IReadOnlyList<Matrix3> rotations)
    {
        Matrix<double> squares = Matrix<double>.Build.Dense(6, 6);
        foreach ((int component, _, double[] errors) in columns)
        {
            for (int i = 0; i < 6; i++)
            {
                if (errors[i] == 0) { continue; }
                Matrix<double> change = Assemble(columns.Select(c =>
                {
                    double[] only = new double[6];
                    if (c.Component == component) { only[i] = errors[i]; }
                    return (c.Component, only);
                }), rotations);
                squares += change.PointwiseMultiply(change);
            }
        }

        return squares.PointwiseSqrt();
    }

    /// <summary>Slope at zero of the cubic polynomial through five points, and its standard error.</summary>
    private static (double Slope, double Error) Slope(StressStrainPoint[] series, int row, double unit)
    {
        Matrix<double> powers = Matrix<double>.Build.Dense(series.Length, 4, (p, k) => Math.Pow(series[p].Strain / unit, k));
        Vector<double> stress = Vector<double>.Build.Dense(series.Length, p => series[p].Stress[row]);
        Vector<double> c = powers.QR().Solve(stress);
        Vector<double> rest = stress - (powers * c);
        double variance = rest.DotProduct(rest) / (series.Length - 4);
        return (c[1] / unit, Math.Sqrt(variance * powers.TransposeThisAndMultiply(powers).Inverse()[1, 1]) / unit);
    }

    private static double[] RowMajor(Matrix<double> m)
    {
        double[] elements = new double[36];
        for (int i = 0; i < 36; i++) { elements[i] = m[i / 6, i % 6]; }
        return elements;
    }
}

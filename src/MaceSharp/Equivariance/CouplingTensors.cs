namespace MaceSharp.Equivariance;

/// <summary>
/// The tensors U of the symmetric contraction: all ways of coupling ν copies of the A-basis to one representation
/// (Batatia et al., NeurIPS 2022, arXiv:2206.07697, eq. 10), in the order and normalisation of mace-torch.
/// </summary>
/// <remarks>
/// <para>
/// Copies are coupled one after the other: from a path T of ν−1 copies with representation (l′, p′), and a representation (l, p) of the A-basis,
/// every (l″, p·p′) that the triangle rule allows gives a path √(2l″+1)·Σ_j T[j, i₁…] w3j(l″, l′, l)[c, j, k]. After every copy the list is sorted stably by
/// representation; that order is the path index of the stored weights. Nothing is symmetrised or made linearly independent.
/// </para>
/// <para>
/// Models hold their own tensors, which may be a reduced basis with fewer paths; those made here are for new models.
/// </para>
/// </remarks>
public static class CouplingTensors
{
    /// <summary>The largest number of copies.</summary>
    public const int LargestOrder = 4;

    /// <summary>Below this a sum of products of coupling coefficients is rounding of an exact zero.</summary>
    private const double Rounding = 1e-14;

    /// <summary>With four copies only representations (l, (−1)^l) up to this degree take part after the first.</summary>
    private const int LargestFilteredDegree = 11;

    /// <summary>Number of paths, at least 1: where nothing couples there is one path of zeros.</summary>
    /// <param name="coupling">Representations of the A-basis, one copy each, in order.</param>
    /// <param name="output">Representation of the result.</param>
    /// <param name="order">Number of copies ν, 1 to <see cref="LargestOrder"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is out of range.</exception>
    public static int CountPaths(IReadOnlyList<Irrep> coupling, Irrep output, int order)
    {
        Check(coupling, order);
        Dictionary<Irrep, int> counts = [];
        foreach (Irrep irrep in coupling) { counts[irrep] = counts.GetValueOrDefault(irrep) + 1; }
        for (int copies = 2; copies <= order; copies++)
        {
            Dictionary<Irrep, int> next = [];
            foreach ((Irrep left, int count) in counts)
            {
                foreach (Irrep right in coupling)
                {
                    foreach (Irrep coupled in Products(left, right, order))
                    {
                        next[coupled] = checked(next.GetValueOrDefault(coupled) + count);
                    }
                }
            }

            counts = next;
        }

        return Math.Max(1, counts.GetValueOrDefault(output));
    }

    /// <summary>Shape of a tensor as models store it: [2L+1, d, …, d, paths] with ν axes of length d = Σ(2l+1); the first axis is left out for L = 0.</summary>
    /// <param name="coupling">Representations of the A-basis, one copy each, in order.</param>
    /// <param name="output">Representation of the result.</param>
    /// <param name="order">Number of copies ν, 1 to <see cref="LargestOrder"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is out of range.</exception>
    public static int[] ShapeOf(IReadOnlyList<Irrep> coupling, Irrep output, int order)
    {
        int paths = CountPaths(coupling, output, order);
        int dimension = coupling.Sum(static irrep => irrep.Dimension);
        IEnumerable<int> axes = Enumerable.Repeat(dimension, order).Append(paths);
        return [.. output.Degree == 0 ? axes : axes.Prepend(output.Dimension)];
    }

    /// <summary>The tensor of <see cref="ShapeOf"/>, row-major.</summary>
    /// <param name="coupling">Representations of the A-basis, one copy each, in order.</param>
    /// <param name="output">Representation of the result.</param>
    /// <param name="order">Number of copies ν, 1 to <see cref="LargestOrder"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is out of range, or the degrees are beyond those of <see cref="Wigner3j"/>.</exception>
    /// <exception cref="ArgumentException">The tensor would have more elements than an array can hold.</exception>
    public static double[] Create(IReadOnlyList<Irrep> coupling, Irrep output, int order)
    {
        int paths = CountPaths(coupling, output, order);
        int dimension = coupling.Sum(static irrep => irrep.Dimension);
        double rowCount = Math.Pow(dimension, order);
        if (rowCount * paths * output.Dimension > Array.MaxLength)
        {
            throw new ArgumentException($"The coupling of {order} copies of {dimension} components to {output} has {paths} paths, too many for one array.", nameof(order));
        }

        int rows = (int)rowCount;
        double[] tensor = new double[output.Dimension * rows * paths];
        int path = 0;
        foreach (Path coupled in Couple(coupling, output, order))
        {
            if (coupled.Irrep != output) { continue; }
            int width = output.Dimension;
            for (int i = 0; i < coupled.Indices.Length; i++)
            {
                for (int m = 0; m < width; m++)
                {
                    tensor[((((long)m * rows) + coupled.Indices[i]) * paths) + path] = coupled.Values[(i * width) + m];
                }
            }

            path++;
        }

        return tensor;
    }

    /// <summary>All paths of ν copies from which the output can be reached, sorted as upstream sorts them.</summary>
    private static List<Path> Couple(IReadOnlyList<Irrep> coupling, Irrep output, int order)
    {
        int dimension = coupling.Sum(static irrep => irrep.Dimension);
        int largest = coupling.Max(static irrep => irrep.Degree);
        List<Path> paths = [];
        int offset = 0;
        foreach (Irrep irrep in coupling)
        {
            int n = irrep.Dimension;
            double[] identity = new double[n * n];
            for (int m = 0; m < n; m++) { identity[(m * n) + m] = 1; }
            paths.Add(new Path(irrep, [.. Enumerable.Range(offset, n)], identity));
            offset += n;
        }

        for (int copies = 2; copies <= order; copies++)
        {
            // Each further copy lowers the degree by at most the largest of the A-basis.
            int reach = output.Degree + ((order - copies) * largest);
            List<Path> next = [];
            foreach (Path left in paths)
            {
                offset = 0;
                foreach (Irrep right in coupling)
                {
                    foreach (Irrep coupled in Products(left.Irrep, right, order))
                    {
                        if (coupled.Degree <= reach && (copies < order || coupled == output))
                        {
                            next.Add(Couple(left, right, coupled, offset, dimension));
                        }
                    }

                    offset += right.Dimension;
                }
            }

            paths = [.. next.OrderBy(static path => path.Irrep)];
        }

        return paths;
    }

    private static Path Couple(Path left, Irrep right, Irrep coupled, int offset, int dimension)
    {
        int n = coupled.Dimension, nj = left.Irrep.Dimension, nk = right.Dimension;
        ReadOnlySpan<double> symbol = Wigner3j.Get(coupled.Degree, left.Irrep.Degree, right.Degree);
        double scale = Math.Sqrt(n);
        List<(int C, int J, double Value)>[] terms = new List<(int, int, double)>[nk];
        for (int k = 0; k < nk; k++)
        {
            terms[k] = [];
            for (int c = 0; c < n; c++)
            {
                for (int j = 0; j < nj; j++)
                {
                    double value = symbol[(((c * nj) + j) * nk) + k];
                    if (value != 0) { terms[k].Add((c, j, scale * value)); }
                }
            }
        }

        List<int> indices = [];
        List<double> values = [];
        Span<double> sums = stackalloc double[n];
        for (int i = 0; i < left.Indices.Length; i++)
        {
            ReadOnlySpan<double> source = left.Values.AsSpan(i * nj, nj);
            for (int k = 0; k < nk; k++)
            {
                sums.Clear();
                foreach ((int c, int j, double value) in terms[k]) { sums[c] += value * source[j]; }
                bool any = false;
                foreach (ref double sum in sums)
                {
                    if (Math.Abs(sum) < Rounding) { sum = 0; }
                    any |= sum != 0;
                }

                if (!any) { continue; }
                indices.Add((left.Indices[i] * dimension) + offset + k);
                foreach (double sum in sums) { values.Add(sum); }
            }
        }

        return new Path(coupled, [.. indices], [.. values]);
    }

    private static IEnumerable<Irrep> Products(Irrep left, Irrep right, int order)
    {
        for (int l = Math.Abs(left.Degree - right.Degree); l <= left.Degree + right.Degree; l++)
        {
            Irrep coupled = new(l, left.Parity * right.Parity);
            bool natural = coupled.Parity == ((l & 1) == 0 ? 1 : -1);
            if (order < LargestOrder || (natural && l <= LargestFilteredDegree)) { yield return coupled; }
        }
    }

    private static void Check(IReadOnlyList<Irrep> coupling, int order)
    {
        ArgumentNullException.ThrowIfNull(coupling);
        ArgumentOutOfRangeException.ThrowIfZero(coupling.Count, nameof(coupling));
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, LargestOrder);
    }

    /// <summary>One way of coupling some copies to a representation: the index tuples i₁…iν (as one row-major number) that occur, and 2l+1 values for each.</summary>
    private readonly record struct Path(Irrep Irrep, int[] Indices, double[] Values);
}

namespace MaceSharp.Operators;

/// <summary>Interpolation by quintic splines on a uniform grid (de Boor, A Practical Guide to Splines, 1978, ch. XIII).</summary>
internal static class QuinticSpline
{
    /// <summary>Interpolates functions at the nodes of a grid, with their derivatives at its ends and their values in the middles of the outermost intervals in place of boundary conditions.</summary>
    /// <param name="first">First node.</param>
    /// <param name="last">Last node.</param>
    /// <param name="width">Number of functions.</param>
    /// <param name="nodes">Values at the nodes, [intervals + 1, width]; at least 8 intervals.</param>
    /// <param name="middles">Values in the middles of the first and the last interval, [2, width].</param>
    /// <param name="slopes">Derivatives at the first and the last node, [2, width].</param>
    public static RadialTable<double> Interpolate(double first, double last, int width, ReadOnlySpan<double> nodes, ReadOnlySpan<double> middles, ReadOnlySpan<double> slopes)
    {
        int intervals = (nodes.Length / width) - 1;
        double[] coefficients = new double[(intervals + 5) * width];

        // In the order of the points: node, slope, middle, nodes, middle, node, slope.
        Span<double> rows = coefficients;
        nodes[..width].CopyTo(rows);
        Simd.ScaleInto((last - first) / intervals, slopes[..width], rows.Slice(width, width));
        middles[..width].CopyTo(rows[(2 * width)..]);
        nodes[width..^width].CopyTo(rows[(3 * width)..]);
        middles[width..].CopyTo(rows[^(3 * width)..]);
        nodes[^width..].CopyTo(rows[^(2 * width)..]);
        Simd.ScaleInto((last - first) / intervals, slopes[width..], rows[^width..]);
        Solve(intervals, coefficients, width);
        return RadialTable<double>.Create(first, last, width, coefficients);
    }

    /// <summary>The six B-splines that are not zero in a cell.</summary>
    /// <param name="t">Place in the cell, 0 to 1.</param>
    /// <param name="values">Receives them.</param>
    public static void Basis(double t, Span<double> values)
    {
        double u = 1 - t, t2 = t * t, t3 = t2 * t, t4 = t2 * t2, t5 = t4 * t;
        values[0] = u * u * u * u * u / 120;
        values[1] = (26 - (50 * t) + (20 * t2) + (20 * t3) - (20 * t4) + (5 * t5)) / 120;
        values[2] = (66 - (60 * t2) + (30 * t4) - (10 * t5)) / 120;
        values[3] = (26 + (50 * t) + (20 * t2) - (20 * t3) - (20 * t4) + (10 * t5)) / 120;
        values[4] = (1 + (5 * t) + (10 * t2) + (10 * t3) + (5 * t4) - (5 * t5)) / 120;
        values[5] = t5 / 120;
    }

    /// <summary>Derivatives of the six B-splines with respect to the place in the cell.</summary>
    /// <param name="t">Place in the cell, 0 to 1.</param>
    /// <param name="slopes">Receives them.</param>
    public static void BasisSlopes(double t, Span<double> slopes)
    {
        Span<double> quartic = stackalloc double[5];
        QuarticBasis(t, quartic);
        slopes[0] = -quartic[0];
        for (int j = 1; j < 5; j++) { slopes[j] = quartic[j - 1] - quartic[j]; }
        slopes[5] = quartic[4];
    }

    /// <summary>The five B-splines of fourth degree that are not zero in a cell; derivatives of quintic splines are made of them.</summary>
    /// <param name="t">Place in the cell, 0 to 1.</param>
    /// <param name="values">Receives them.</param>
    public static void QuarticBasis(double t, Span<double> values)
    {
        double u = 1 - t, t2 = t * t, t3 = t2 * t, t4 = t2 * t2;
        values[0] = u * u * u * u / 24;
        values[1] = (11 - (12 * t) - (6 * t2) + (12 * t3) - (4 * t4)) / 24;
        values[2] = (11 + (12 * t) - (6 * t2) - (12 * t3) + (6 * t4)) / 24;
        values[3] = (1 + (4 * t) + (6 * t2) + (4 * t3) - (4 * t4)) / 24;
        values[4] = t4 / 24;
    }

    /// <summary>
    /// Solves the collocation equations in place. The matrix has six entries a row and is totally positive
    /// (de Boor, ch. XIII, also where a derivative follows a value), so elimination without exchanges is stable.
    /// </summary>
    private static void Solve(int intervals, double[] right, int width)
    {
        const int Band = 6;
        int size = intervals + 5;
        double[] rows = new double[size * ((2 * Band) + 1)];
        Span<double> basis = stackalloc double[6];
        for (int r = 0; r < size; r++)
        {
            bool slope = r == 1 || r == size - 1;
            double site = r < 2 ? 0 : r == 2 ? 0.5 : r == size - 3 ? intervals - 0.5 : Math.Min(r - 2, intervals);
            int cell = Math.Min((int)site, intervals - 1);
            if (slope) { BasisSlopes(site - cell, basis); }
            else { Basis(site - cell, basis); }
            for (int j = 0; j < 6; j++)
            {
                if (basis[j] != 0) { At(rows, r, cell + j) = basis[j]; }
            }
        }

        for (int pivot = 0; pivot < size; pivot++)
        {
            double inverse = 1 / At(rows, pivot, pivot);
            for (int r = pivot + 1; r < Math.Min(size, pivot + Band + 1); r++)
            {
                double factor = At(rows, r, pivot) * inverse;
                if (factor == 0) { continue; }
                for (int c = pivot; c < Math.Min(size, pivot + Band + 1); c++)
                {
                    if (c - r >= -Band) { At(rows, r, c) -= factor * At(rows, pivot, c); }
                }

                Simd.AddScaled(-factor, right.AsSpan(pivot * width, width), right.AsSpan(r * width, width));
            }
        }

        for (int r = size - 1; r >= 0; r--)
        {
            for (int c = r + 1; c < Math.Min(size, r + Band + 1); c++)
            {
                double factor = At(rows, r, c);
                if (factor != 0) { Simd.AddScaled(-factor, right.AsSpan(c * width, width), right.AsSpan(r * width, width)); }
            }

            Simd.Scale(1 / At(rows, r, r), right.AsSpan(r * width, width));
        }

        static ref double At(double[] rows, int row, int column) => ref rows[(row * ((2 * Band) + 1)) + (column - row + Band)];
    }
}

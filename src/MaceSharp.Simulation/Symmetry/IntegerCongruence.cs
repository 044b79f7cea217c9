namespace MaceSharp.Simulation;

/// <summary>Solves M·x ≡ d modulo 1 for a matrix M of whole numbers, by its Smith normal form.</summary>
internal static class IntegerCongruence
{
    /// <summary>Finds a solution.</summary>
    /// <param name="matrix">Rows of three whole numbers.</param>
    /// <param name="right">The right side, one number a row.</param>
    /// <param name="tolerance">How far a row without unknowns may be from a whole number.</param>
    /// <returns>A solution, or null where there is none.</returns>
    public static double[]? Solve(IReadOnlyList<int[]> matrix, IReadOnlyList<double> right, double tolerance)
    {
        const int Columns = 3;
        int[][] m = [.. matrix.Select(static row => (int[])row.Clone())];
        double[] d = [.. right];

        // Rows are added to each other together with their right sides; columns are a change of unknowns x = V·y.
        int[][] v = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        double[] y = new double[Columns];
        int pivots = 0;
        for (; pivots < Columns && FindPivot(m, pivots, out int row, out int column); pivots++)
        {
            while (true)
            {
                (m[pivots], m[row]) = (m[row], m[pivots]);
                (d[pivots], d[row]) = (d[row], d[pivots]);
                SwapColumns(m, pivots, column);
                SwapColumns(v, pivots, column);
                for (int i = pivots + 1; i < m.Length; i++)
                {
                    int times = m[i][pivots] / m[pivots][pivots];
                    for (int j = pivots; j < Columns; j++) { m[i][j] -= times * m[pivots][j]; }
                    d[i] -= times * d[pivots];
                }

                for (int j = pivots + 1; j < Columns; j++)
                {
                    int times = m[pivots][j] / m[pivots][pivots];
                    AddColumn(m, j, pivots, -times);
                    AddColumn(v, j, pivots, -times);
                }

                // What is left in the row and the column of the pivot is smaller than it and takes its place.
                (row, column) = (-1, -1);
                for (int i = pivots + 1; i < m.Length && row < 0; i++) { if (m[i][pivots] != 0) { (row, column) = (i, pivots); } }
                for (int j = pivots + 1; j < Columns && row < 0; j++) { if (m[pivots][j] != 0) { (row, column) = (pivots, j); } }
                if (row < 0) { break; }
            }

            y[pivots] = (d[pivots] - Math.Round(d[pivots])) / m[pivots][pivots];
        }

        for (int i = pivots; i < m.Length; i++)
        {
            if (Math.Abs(d[i] - Math.Round(d[i])) > tolerance) { return null; }
        }

        return [.. v.Select(row => (row[0] * y[0]) + (row[1] * y[1]) + (row[2] * y[2]))];
    }

    private static bool FindPivot(int[][] m, int from, out int row, out int column)
    {
        (row, column) = (-1, -1);
        for (int i = from; i < m.Length; i++)
        {
            for (int j = from; j < m[i].Length; j++)
            {
                if (m[i][j] != 0 && (row < 0 || Math.Abs(m[i][j]) < Math.Abs(m[row][column]))) { (row, column) = (i, j); }
            }
        }

        return row >= 0;
    }

    private static void SwapColumns(int[][] m, int a, int b)
    {
        foreach (int[] row in m) { (row[a], row[b]) = (row[b], row[a]); }
    }

    private static void AddColumn(int[][] m, int to, int from, int times)
    {
        foreach (int[] row in m) { row[to] += times * row[from]; }
    }
}

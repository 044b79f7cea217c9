using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Regular points of a cell.</summary>
internal static class CellGrid
{
    /// <summary>Distance of opposite faces of a cell, Å.</summary>
    public static Vector3D Heights(Matrix3 cell)
    {
        double volume = Math.Abs(cell.Determinant);
        return new(volume / Vector3D.Cross(cell.Row1, cell.Row2).Norm, volume / Vector3D.Cross(cell.Row2, cell.Row0).Norm, volume / Vector3D.Cross(cell.Row0, cell.Row1).Norm);
    }

    /// <summary>How many points along each lattice vector make planes at most a spacing apart.</summary>
    public static (int A, int B, int C) Counts(Matrix3 cell, double spacing)
    {
        Vector3D heights = Heights(cell);
        return ((int)Math.Ceiling(heights.X / spacing), (int)Math.Ceiling(heights.Y / spacing), (int)Math.Ceiling(heights.Z / spacing));
    }

    /// <summary>The points, in the middles of equal parts of the cell, Å.</summary>
    public static IEnumerable<Vector3D> Points(Matrix3 cell, (int A, int B, int C) counts)
    {
        for (int i = 0; i < counts.A; i++)
        {
            for (int j = 0; j < counts.B; j++)
            {
                for (int k = 0; k < counts.C; k++) { yield return new Vector3D((i + 0.5) / counts.A, (j + 0.5) / counts.B, (k + 0.5) / counts.C) * cell; }
            }
        }
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>The volume by which mace-torch divides virials in training: that of a cell completed along directions that are not periodic.</summary>
internal static class TrainingVolume
{
    /// <summary>Volume, Å³. Rows along directions that are not periodic are 5·r_max·(1 + the largest coordinate) long, along the Cartesian axis of the same number; a cell of zeros counts as the unit cell before that.</summary>
    public static double Of(Structure structure, double cutoff)
    {
        if (structure.Periodicity.IsFull) { return structure.Volume; }
        double largest = 0;
        foreach (Vector3D r in structure.Positions) { largest = Math.Max(largest, Math.Max(Math.Abs(r.X), Math.Max(Math.Abs(r.Y), Math.Abs(r.Z)))); }
        double length = (largest + 1) * 5 * cutoff;
        Matrix3 cell = structure.Cell == default ? Matrix3.Identity : structure.Cell;
        Matrix3 completed = new(
            structure.Periodicity[0] ? cell.Row0 : new Vector3D(length, 0, 0),
            structure.Periodicity[1] ? cell.Row1 : new Vector3D(0, length, 0),
            structure.Periodicity[2] ? cell.Row2 : new Vector3D(0, 0, length));
        return Math.Abs(completed.Determinant);
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The shortest image of a vector in a periodic cell of any shape.</summary>
internal readonly struct MinimumImage
{
    private readonly Matrix3 _cell, _inverse;
    private readonly Vector3D[] _shifts;
    private readonly Periodicity _periodicity;

    /// <summary>Prepares a cell.</summary>
    public MinimumImage(Matrix3 cell, Periodicity periodicity)
    {
        _cell = EffectiveCell.Create(cell, periodicity);
        _inverse = _cell.Inverse();
        _periodicity = periodicity;

        // After rounding, the vector is within half of the sum of the lattice vectors; a shorter image is a lattice vector that is no longer than twice that away.
        double radius = 0;
        for (int axis = 0; axis < 3; axis++) { radius += periodicity[axis] ? 0.5 * _cell[axis].Norm : 0; }
        Vector3D heights = CellGrid.Heights(_cell);
        (int a, int b, int c) = (Reach(periodicity.A, radius, heights.X), Reach(periodicity.B, radius, heights.Y), Reach(periodicity.C, radius, heights.Z));
        List<Vector3D> shifts = [];
        for (int i = -a; i <= a; i++)
        {
            for (int j = -b; j <= b; j++)
            {
                for (int k = -c; k <= c; k++)
                {
                    Vector3D shift = new Vector3D(i, j, k) * _cell;
                    if (shift.Norm <= 2 * radius + 1e-9) { shifts.Add(shift); }
                }
            }
        }

        _shifts = [.. shifts.OrderBy(static s => s.NormSquared)];
    }

    /// <summary>The shortest image of a vector, Å.</summary>
    public Vector3D Of(Vector3D vector)
    {
        if (!_periodicity.IsAny) { return vector; }
        Vector3D s = vector * _inverse;
        Vector3D near = vector - (new Vector3D(_periodicity.A ? Math.Round(s.X) : 0, _periodicity.B ? Math.Round(s.Y) : 0, _periodicity.C ? Math.Round(s.Z) : 0) * _cell), best = near;
        double length = near.Norm;
        foreach (Vector3D shift in _shifts)
        {
            // A shift longer than twice the vector makes it no shorter.
            if (shift.Norm > 2 * length) { break; }
            Vector3D trial = near + shift;
            if (trial.NormSquared < best.NormSquared * (1 - 1e-12)) { best = trial; }
        }

        return best;
    }

    private static int Reach(bool periodic, double radius, double height) => periodic ? (int)Math.Min(20, Math.Ceiling(2 * radius / height)) : 0;
}

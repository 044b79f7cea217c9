namespace MaceSharp.Atoms;

/// <summary>
/// A non-singular cell for a structure of any periodicity: the given lattice vectors along periodic directions,
/// unit vectors orthogonal to them along the others. Used to express positions in fractional coordinates.
/// </summary>
public static class EffectiveCell
{
    /// <summary>The smallest ratio of volume to the product of lattice-vector lengths that counts as three independent vectors.</summary>
    private const double SmallestShape = 1e-6;

    /// <summary>Completes a cell.</summary>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="periodicity">Which rows are used; the others are replaced.</param>
    /// <returns>A cell whose rows along periodic directions are the given ones; the other rows have unit length and are orthogonal to these and to each other.</returns>
    /// <exception cref="InvalidInputException">A periodic direction has no lattice vector, or the periodic lattice vectors are linearly dependent.</exception>
    public static Matrix3 Create(Matrix3 cell, Periodicity periodicity)
    {
        Span<Vector3D> rows = stackalloc Vector3D[3];
        Span<Vector3D> basis = stackalloc Vector3D[3];
        int found = 0;
        for (int axis = 0; axis < 3; axis++)
        {
            if (!periodicity[axis]) { continue; }
            Vector3D row = cell[axis];
            double length = row.Norm;
            if (!(length > 0) || !double.IsFinite(length))
            {
                throw new InvalidInputException($"The structure is periodic along lattice vector {"abc"[axis]}, but that vector is {(length == 0 ? "zero" : "not finite")}.");
            }

            rows[axis] = row;
            Vector3D rest = Orthogonalize(row / length, basis[..found]);
            if (rest.Norm < SmallestShape)
            {
                throw new InvalidInputException($"Lattice vector {"abc"[axis]} is a combination of the others, so the cell has no volume.");
            }

            basis[found++] = rest / rest.Norm;
        }

        // Preferring the Cartesian axis of the same index keeps the frame of an orthogonal cell right-handed and unrotated.
        for (int axis = 0; axis < 3; axis++)
        {
            if (periodicity[axis]) { continue; }
            Vector3D best = default;
            for (int trial = 0; trial < 3; trial++)
            {
                int candidate = (axis + trial) % 3;
                Vector3D unit = new(candidate == 0 ? 1 : 0, candidate == 1 ? 1 : 0, candidate == 2 ? 1 : 0);
                Vector3D rest = Orthogonalize(unit, basis[..found]);
                if (rest.Norm > best.Norm + 1e-9) { best = rest; }
                if (trial == 0 && best.Norm > 0.5) { break; }
            }

            rows[axis] = best / best.Norm;
            basis[found++] = rows[axis];
        }

        return new Matrix3(rows[0], rows[1], rows[2]);
    }

    private static Vector3D Orthogonalize(Vector3D vector, ReadOnlySpan<Vector3D> basis)
    {
        // Twice is enough (Kahan): the second pass removes what rounding left in the first.
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (Vector3D unit in basis)
            {
                vector -= Vector3D.Dot(vector, unit) * unit;
            }
        }

        return vector;
    }
}

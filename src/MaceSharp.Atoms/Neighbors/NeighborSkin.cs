namespace MaceSharp.Atoms;

/// <summary>
/// Tells whether a neighbour list that reaches a skin farther than the cutoff still holds every pair within the cutoff (L. Verlet, Phys. Rev. 159, 98 (1967)),
/// also in a cell that has been strained since, as a barostat and the relaxation of a cell do.
/// </summary>
public static class NeighborSkin
{
    /// <summary>Compares a structure with the one the list was built for.</summary>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <param name="skin">How much farther the list reaches, Å.</param>
    /// <param name="positions">Positions now, Å.</param>
    /// <param name="cell">Cell now, Å.</param>
    /// <param name="builtPositions">Positions when the list was built, Å; as many, not wrapped in between.</param>
    /// <param name="builtCell">Cell when the list was built, Å.</param>
    /// <param name="periodicity">Of both.</param>
    /// <remarks>
    /// With F = C₀⁻¹·C each position is r·F + u. A pair that was out of reach is now at least (1 − ‖F − 1‖)·(cutoff + skin) − 2·max|u| apart.
    /// Unless the structure is periodic in three directions, any change of the cell asks for a new list.
    /// </remarks>
    public static bool Holds(double cutoff, double skin, ReadOnlySpan<Vector3D> positions, Matrix3 cell, ReadOnlySpan<Vector3D> builtPositions, Matrix3 builtCell, Periodicity periodicity)
    {
        if (!(skin > 0) || positions.Length != builtPositions.Length) { return false; }
        bool strained = cell != builtCell;
        if (strained && !periodicity.IsFull) { return false; }
        Matrix3 deformation = strained ? builtCell.Inverse() * cell : Matrix3.Identity, change = deformation - Matrix3.Identity;
        double strain = Math.Sqrt(change.Row0.NormSquared + change.Row1.NormSquared + change.Row2.NormSquared);
        double room = 0.5 * (skin - (strain * (cutoff + skin))), limit = room * room;
        if (!(room > 0)) { return false; }
        for (int i = 0; i < positions.Length; i++)
        {
            Vector3D moved = positions[i] - (strained ? builtPositions[i] * deformation : builtPositions[i]);
            if (!(moved.NormSquared <= limit)) { return false; }
        }

        return true;
    }
}

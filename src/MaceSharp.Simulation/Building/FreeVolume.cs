using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The part of a cell that no atom fills.</summary>
internal static class FreeVolume
{
    /// <summary>Distance of the grid points that are looked at in a small cell, Å.</summary>
    private const double FinestSpacing = 0.5;

    private const int LargestGrid = 2_000_000;

    /// <summary>Volume outside the spheres around the atoms, by counting points of a grid, Å³.</summary>
    /// <param name="structure">Atoms in a cell that is periodic in three directions.</param>
    /// <param name="gap">What is added to the covalent radius, Å.</param>
    /// <param name="cancellationToken">Ends the counting early.</param>
    public static double Of(Structure structure, double gap, CancellationToken cancellationToken)
    {
        if (structure.Count == 0) { return structure.Volume; }
        double spacing = Math.Max(FinestSpacing, Math.Cbrt(structure.Volume / LargestGrid)), largest = 0;
        foreach (int z in structure.AtomicNumbers) { largest = Math.Max(largest, Elements.CovalentRadius(z) + gap); }
        Vector3D[] points = [.. CellGrid.Points(structure.Cell, CellGrid.Counts(structure.Cell, spacing))];
        Vector3D[] all = [.. structure.Positions, .. points];
        NeighborList list = new();
        list.Build(all, structure.Cell, Periodicity.All, Math.Max(largest, 1.01 * spacing), cancellationToken);
        Vector3D[] wrapped = new Vector3D[all.Length];
        list.WrapPositions(all, structure.Cell, wrapped);
        bool[] filled = new bool[all.Length];
        for (int atom = 0; atom < structure.Count; atom++)
        {
            double radius = Elements.CovalentRadius(structure.AtomicNumbers[atom]) + gap;
            ReadOnlySpan<int> senders = list.Senders(atom), shifts = list.PackedShifts(atom);
            for (int e = 0; e < senders.Length; e++)
            {
                Vector3D d = wrapped[atom] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], structure.Cell);
                if (d.NormSquared < radius * radius) { filled[senders[e]] = true; }
            }
        }

        int free = 0;
        for (int i = structure.Count; i < all.Length; i++) { free += filled[i] ? 0 : 1; }
        return structure.Volume * free / points.Length;
    }
}

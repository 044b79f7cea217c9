using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Rigid molecules in a periodic cell, and the steps that move them apart.</summary>
internal sealed class RigidBodies
{
    /// <summary>Molecules are pushed a little farther apart than asked for, so that the end is reached in finitely many steps.</summary>
    private const double Margin = 1.03;

    /// <summary>Largest share of the minimal distance by which an atom moves in a step.</summary>
    private const double LargestStep = 0.25;

    private readonly Matrix3 _cell;
    private readonly Structure? _solute;
    private readonly int _fixed;
    private readonly int[] _numbers;
    private readonly Vector3D[] _positions;
    private readonly int[] _bodyOf;
    private readonly int[] _firstAtoms;
    private readonly Random _random;

    /// <summary>Places the molecules on a grid, turned at random.</summary>
    public RigidBodies(IReadOnlyList<(Structure Molecule, int Count)> molecules, Structure? solute, Matrix3 cell, PackingOptions options)
    {
        _cell = cell;
        _solute = solute;
        _random = new Random(options.Seed);
        _fixed = solute?.Count ?? 0;
        int[] kinds = [.. molecules.SelectMany(static (m, kind) => Enumerable.Repeat(kind, m.Count))];
        Vector3D[] sites = Sites(kinds.Length, options.MinimalDistance);
        _random.Shuffle(sites);

        int count = _fixed + kinds.Sum(kind => molecules[kind].Molecule.Count);
        _numbers = new int[count];
        _positions = new Vector3D[count];
        _bodyOf = new int[count];
        _firstAtoms = new int[kinds.Length + 1];
        solute?.AtomicNumbers.CopyTo(_numbers);
        solute?.Positions.CopyTo(_positions);
        _bodyOf.AsSpan(0, _fixed).Fill(-1);
        int at = _fixed;
        for (int body = 0; body < kinds.Length; body++)
        {
            Structure molecule = molecules[kinds[body]].Molecule;
            Matrix3 rotation = RandomRotation.Uniform(_random);
            Vector3D centre = default;
            foreach (Vector3D position in molecule.Positions) { centre += position / molecule.Count; }
            _firstAtoms[body] = at;
            for (int atom = 0; atom < molecule.Count; atom++, at++)
            {
                _numbers[at] = molecule.AtomicNumbers[atom];
                _positions[at] = sites[body] + ((molecule.Positions[atom] - centre) * rotation);
                _bodyOf[at] = body;
            }
        }

        _firstAtoms[kinds.Length] = at;
    }

    /// <summary>Moves the molecules until all keep the minimal distance.</summary>
    /// <exception cref="InvalidInputException">They cannot be kept apart.</exception>
    public void Separate(PackingOptions options, CancellationToken cancellationToken)
    {
        NeighborList list = new();
        Vector3D[] wrapped = new Vector3D[_positions.Length];
        Vector3D[] push = new Vector3D[_positions.Length];
        double target = options.MinimalDistance * Margin, shortest = 0;
        for (int step = 0; step <= options.MaximalSteps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            list.Build(_positions, _cell, Periodicity.All, target, cancellationToken);
            list.WrapPositions(_positions, _cell, wrapped);
            shortest = Push(list, wrapped, target, push);
            if (shortest >= options.MinimalDistance) { return; }
            if (step == options.MaximalSteps) { break; }
            Move(push, target);
        }

        throw new InvalidInputException(string.Create(
            CultureInfo.InvariantCulture,
            $"The molecules cannot be kept {options.MinimalDistance} Å apart in this cell: after {options.MaximalSteps} steps two atoms are still only {shortest:F2} Å apart; use fewer molecules, a larger cell or a smaller minimal distance."));
    }

    /// <summary>The packed cell: the atoms of the solute with their data, then the molecules.</summary>
    public Structure ToStructure()
    {
        Structure packed = new(_numbers, _positions, _cell, Periodicity.All);
        if (_solute is null) { return packed; }
        foreach ((string key, DataArray value) in _solute.Info)
        {
            if (!CarriedData.IsResult(key)) { packed.Info.Add(key, value.Clone()); }
        }

        packed.Origin = _solute.Origin;
        return packed;
    }

    /// <summary>For each atom, the sum of what it must move away from others; returns the shortest distance found.</summary>
    private double Push(NeighborList list, ReadOnlySpan<Vector3D> wrapped, double target, Vector3D[] push)
    {
        double shortest = double.PositiveInfinity;
        for (int atom = _fixed; atom < push.Length; atom++)
        {
            Vector3D sum = default;
            ReadOnlySpan<int> senders = list.Senders(atom), shifts = list.PackedShifts(atom);
            (int a, int b, int c) = list.WrapCount(atom);
            for (int e = 0; e < senders.Length; e++)
            {
                int other = senders[e];
                if (_bodyOf[other] == _bodyOf[atom])
                {
                    // Atoms of one molecule in the same image are its bonds; other images of itself are neighbours like any.
                    (int sa, int sb, int sc) = NeighborList.Unpack(shifts[e]);
                    (int oa, int ob, int oc) = list.WrapCount(other);
                    if (sa + a - oa == 0 && sb + b - ob == 0 && sc + c - oc == 0) { continue; }
                }

                Vector3D d = wrapped[atom] - wrapped[other] + NeighborList.ShiftVector(shifts[e], _cell);
                double r = d.Norm;
                shortest = Math.Min(shortest, r);

                // The solute does not give way, so all of the distance is left to the molecule.
                double share = other < _fixed ? 1 : 0.5;
                sum += r > 1e-6 ? share * (target - r) / r * d : share * target * new Vector3D(RandomRotation.Normal(_random), RandomRotation.Normal(_random), RandomRotation.Normal(_random));
            }

            push[atom] = sum;
        }

        return shortest;
    }

    /// <summary>Moves and turns every molecule by what its atoms want.</summary>
    private void Move(ReadOnlySpan<Vector3D> push, double target)
    {
        for (int body = 0; body + 1 < _firstAtoms.Length; body++)
        {
            int first = _firstAtoms[body], end = _firstAtoms[body + 1];
            Vector3D centre = default, sum = default, torque = default;
            int pushed = 0;
            for (int atom = first; atom < end; atom++) { centre += _positions[atom] / (end - first); }
            double inertia = 0;
            for (int atom = first; atom < end; atom++)
            {
                if (push[atom] == default) { continue; }
                Vector3D arm = _positions[atom] - centre;
                pushed++;
                sum += push[atom];
                torque += Vector3D.Cross(arm, push[atom]);
                inertia += arm.NormSquared;
            }

            if (pushed == 0) { continue; }
            Vector3D translation = Limit(sum / pushed, LargestStep * target);
            Vector3D rotation = Limit(0.5 * torque / (inertia + 0.25), 0.3);
            for (int atom = first; atom < end; atom++) { _positions[atom] = centre + translation + RandomRotation.Turn(_positions[atom] - centre, rotation); }
        }
    }

    private static Vector3D Limit(Vector3D vector, double length) => vector.Norm > length ? length / vector.Norm * vector : vector;

    /// <summary>At least as many grid points as molecules, evenly spread, that are not on the solute.</summary>
    private Vector3D[] Sites(int count, double distance)
    {
        double spacing = Math.Cbrt(Math.Abs(_cell.Determinant) / count);
        for (int attempt = 0; attempt < 60; attempt++, spacing *= 0.93)
        {
            Vector3D[] sites = [.. CellGrid.Points(_cell, CellGrid.Counts(_cell, spacing))];
            if (_fixed > 0)
            {
                NeighborList list = new();
                Vector3D[] all = [.. _solute!.Positions, .. sites];
                list.Build(all, _cell, Periodicity.All, distance);
                sites = [.. Enumerable.Range(0, sites.Length).Where(i => !TouchesSolute(list, _fixed + i)).Select(i => sites[i])];
            }

            if (sites.Length < count) { continue; }
            foreach (ref Vector3D site in sites.AsSpan()) { site += 0.1 * spacing * new Vector3D(RandomRotation.Normal(_random), RandomRotation.Normal(_random), RandomRotation.Normal(_random)); }
            return sites;
        }

        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{count} molecules find no place beside the solute; make the cell larger."));
    }

    private bool TouchesSolute(NeighborList list, int site)
    {
        foreach (int sender in list.Senders(site))
        {
            if (sender < _fixed) { return true; }
        }

        return false;
    }
}

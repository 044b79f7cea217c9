using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Mean square displacements and diffusion coefficients of each element. Frames are added one by one; memory grows with the logarithm of their number
/// (order-n algorithm: D. Frenkel and B. Smit, Understanding Molecular Simulation, 2nd ed., section 4.4.2).
/// </summary>
/// <remarks>
/// Lags are 1 to 19 frames from every frame, and 2 to 19 times 10^l frames from every 10^l-th. Displacements follow atoms through periodic boundaries, so frames must be close enough that no atom moves by half a cell between two.
/// The motion of the centre of mass is taken out.
/// </remarks>
public sealed class MeanSquareDisplacement
{
    private const int Decade = 10, Kept = 20, Groups = 5;

    private readonly SameAtoms _atoms = new();
    private readonly Unwrapper _unwrapper = new();
    private readonly List<Level> _levels = [];
    private double[] _masses = [];
    private int[] _species = [];
    private int[] _elements = [];
    private Vector3D[] _first = [];
    private long _frames;

    /// <summary>The elements, by atomic number.</summary>
    public IReadOnlyList<int> Elements => _elements;

    /// <summary>Number of frames.</summary>
    public long Frames => _frames;

    /// <summary>Adds a frame.</summary>
    /// <param name="structure">The same atoms as in all frames.</param>
    /// <exception cref="InvalidInputException">It has other atoms.</exception>
    public void Add(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (_atoms.Check(structure))
        {
            _elements = [.. structure.AtomicNumbers.ToArray().Distinct().Order()];
            _species = [.. structure.AtomicNumbers.ToArray().Select(z => Array.IndexOf(_elements, z))];
            _masses = AtomicMasses.Of(structure);
        }

        structure.Validate();
        _unwrapper.Add(structure);
        Vector3D[] positions = [.. _unwrapper.Positions];
        Vector3D centre = default;
        double mass = _masses.Sum();
        for (int atom = 0; atom < positions.Length; atom++) { centre += _masses[atom] / mass * positions[atom]; }
        foreach (ref Vector3D position in positions.AsSpan()) { position -= centre; }

        if (_frames == 0) { _first = positions; }
        long stride = 1;
        for (int l = 0; _frames % stride == 0 && stride <= Math.Max(1, _frames); l++, stride *= Decade)
        {
            if (l == _levels.Count)
            {
                // Every level has seen the first frame, but is only needed once there is a second.
                _levels.Add(new Level(_elements.Length));
                if (l > 0) { _levels[l].Add(_first, _species); }
            }

            _levels[l].Add(positions, _species);
        }

        _frames++;
    }

    /// <summary>Lags in frames with the mean square displacement of an element, Å².</summary>
    /// <param name="element">Atomic number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public IReadOnlyList<(long Lag, double Value)> Of(int element) => [.. Points(element, -1)];

    /// <summary>
    /// The diffusion coefficient of an element by Einstein's relation: a straight line through the mean square displacement between a tenth and a half of the time, over six,
    /// and its standard error from five groups of atoms.
    /// </summary>
    /// <param name="element">Atomic number.</param>
    /// <param name="frameTime">Time between frames, fs.</param>
    /// <returns>In cm²/s; the error is null with fewer than ten atoms of the element; null when there are too few frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public (double Value, double? Error)? Diffusion(int element, double frameTime)
    {
        double? all = Slope(Points(element, -1));
        if (all is not double slope) { return null; }

        // Å²/fs over six to cm²/s.
        double unit = 0.1 / (6 * frameTime);
        if (_species.Count(s => _elements[s] == element) < 2 * Groups) { return (unit * slope, null); }
        double[] groups = [.. Enumerable.Range(0, Groups).Select(group => Slope(Points(element, group)) ?? slope)];
        double mean = groups.Average();
        return (unit * slope, unit * Math.Sqrt(groups.Sum(g => (g - mean) * (g - mean)) / (Groups * (Groups - 1))));
    }

    private IEnumerable<(long Lag, double Value)> Points(int element, int group)
    {
        int species = Array.IndexOf(_elements, element);
        if (species < 0) { throw new ArgumentOutOfRangeException(nameof(element), element, "There is no such element in the trajectory."); }
        long stride = 1;
        foreach (Level level in _levels)
        {
            for (int lag = stride == 1 ? 1 : 2; lag < Kept; lag++)
            {
                if (level.Mean(lag, species, group) is double value) { yield return (lag * stride, value); }
            }

            stride *= Decade;
        }
    }

    private double? Slope(IEnumerable<(long Lag, double Value)> points)
    {
        double first = 0.1 * (_frames - 1), last = 0.5 * (_frames - 1);
        (long Lag, double Value)[] used = [.. points.Where(p => p.Lag >= first && p.Lag <= last)];
        if (used.Length < 2) { return null; }
        double x = used.Average(static p => (double)p.Lag), y = used.Average(static p => p.Value);
        return used.Sum(p => (p.Lag - x) * (p.Value - y)) / used.Sum(p => (p.Lag - x) * (p.Lag - x));
    }

    /// <summary>The last frames of a stride, and sums of square displacements over lags of up to nineteen of them, by species and group of atoms.</summary>
    private sealed class Level(int speciesCount)
    {
        private readonly Queue<Vector3D[]> _kept = new();
        private readonly double[] _sums = new double[Kept * speciesCount * Groups];
        private readonly int[] _order = new int[speciesCount];
        private readonly long[] _counts = new long[Kept * speciesCount * Groups];

        public void Add(Vector3D[] positions, int[] species)
        {
            int lag = _kept.Count;
            foreach (Vector3D[] origin in _kept)
            {
                Array.Clear(_order);
                for (int atom = 0; atom < positions.Length; atom++)
                {
                    int at = (((lag * speciesCount) + species[atom]) * Groups) + (_order[species[atom]]++ % Groups);
                    _sums[at] += (positions[atom] - origin[atom]).NormSquared;
                    _counts[at]++;
                }

                lag--;
            }

            _kept.Enqueue(positions);
            if (_kept.Count == Kept) { _kept.Dequeue(); }
        }

        public double? Mean(int lag, int species, int group)
        {
            double sum = 0;
            long count = 0;
            for (int g = 0; g < Groups; g++)
            {
                if (group >= 0 && g != group) { continue; }
                int at = (((lag * speciesCount) + species) * Groups) + g;
                sum += _sums[at];
                count += _counts[at];
            }

            return count == 0 ? null : sum / count;
        }
    }
}

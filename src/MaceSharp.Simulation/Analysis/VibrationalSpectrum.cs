using System.Globalization;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The vibrational density of states of a trajectory: the mass-weighted power spectrum of the velocities, in all and by element (J. M. Dickey and A. Paskin, Phys. Rev. 188, 1407 (1969)).
/// Frames are added one by one; memory is one segment.
/// </summary>
/// <remarks>
/// Velocities are those of the frames: <c>momenta</c> in ASE's unit u·Å/(Å·(u/eV)^½), or <c>velocities</c> in Å/(Å·(u/eV)^½). The spectrum is averaged over half-overlapping segments with the window of Hann,
/// which widens lines to about 1.5 times the spacing of its points.
/// </remarks>
public sealed class VibrationalSpectrum
{
    private readonly SameAtoms _atoms = new();
    private readonly int _length;
    private PowerSpectrum? _spectrum;
    private int[] _elements = [];
    private double[] _masses = [];
    private double[] _samples = [];
    private double _kinetic;

    /// <summary>Creates an empty spectrum.</summary>
    /// <param name="segment">Frames of a segment, even and at least 8: the points of the spectrum are 1/(segment·Δt) apart.</param>
    /// <exception cref="InvalidInputException">The segment is out of range.</exception>
    public VibrationalSpectrum(int segment)
    {
        if (segment < 8 || segment % 2 != 0) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A spectrum cannot have segments of {segment} frames; give an even number from 8.")); }
        _length = segment;
    }

    /// <summary>The elements, by atomic number.</summary>
    public IReadOnlyList<int> Elements => _elements;

    /// <summary>Number of frames.</summary>
    public long Frames => _spectrum?.Samples ?? 0;

    /// <summary>Number of segments that were averaged; with none there is no spectrum.</summary>
    public long Segments => _spectrum?.Segments ?? 0;

    /// <summary>Mean kinetic temperature, K, with three degrees of freedom an atom.</summary>
    public double Temperature => Frames == 0 ? double.NaN : _kinetic / Frames / (1.5 * _masses.Length * Units.BoltzmannConstant);

    /// <summary>Adds a frame.</summary>
    /// <param name="structure">The same atoms as in all frames, with velocities.</param>
    /// <exception cref="InvalidInputException">It has other atoms or no velocities, or the spectrum needs too much memory.</exception>
    public void Add(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (_atoms.Check(structure))
        {
            int[] numbers = structure.AtomicNumbers.ToArray();
            _elements = [.. numbers.Distinct().Order()];
            _masses = AtomicMasses.Of(structure);
            _spectrum = new PowerSpectrum([.. numbers.SelectMany(z => Enumerable.Repeat(Array.IndexOf(_elements, z), 3))], [.. _masses.SelectMany(static m => Enumerable.Repeat(m, 3))], _length);
            _samples = new double[3 * numbers.Length];
        }

        FrameVelocities.Read(structure, _masses, MemoryMarshal.Cast<double, Vector3D>(_samples.AsSpan()));
        for (int i = 0; i < _samples.Length; i++) { _kinetic += 0.5 * _masses[i / 3] * _samples[i] * _samples[i]; }
        _spectrum!.Add(_samples);
    }

    /// <summary>Frequencies of the points, THz.</summary>
    /// <param name="frameTime">Time between frames, fs.</param>
    public double[] Frequencies(double frameTime) => [.. Enumerable.Range(0, (_length / 2) + 1).Select(k => 1e3 * k / (_length * frameTime))];

    /// <summary>States per THz of an element, or of all: the integral over all frequencies of all elements together is three times the number of atoms.</summary>
    /// <param name="element">Atomic number; null for all.</param>
    /// <param name="frameTime">Time between frames, fs.</param>
    /// <exception cref="InvalidOperationException">There is no segment yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double[] Of(int? element, double frameTime)
    {
        if (Segments == 0) { throw new InvalidOperationException("There are fewer frames than a segment has."); }
        double[][] all = [.. Enumerable.Range(0, _elements.Length).Select(group => _spectrum!.Of(group, frameTime))];
        double spacing = 1e3 / (_length * frameTime), total = 0;
        foreach (double[] one in all) { total += Integral(one, spacing); }
        double[] chosen = new double[(_length / 2) + 1];
        int only = element is int z ? Array.IndexOf(_elements, z) : -1;
        if (element is not null && only < 0) { throw new ArgumentOutOfRangeException(nameof(element), element, "There is no such element in the trajectory."); }
        for (int group = 0; group < all.Length; group++)
        {
            if (only >= 0 && group != only) { continue; }
            for (int k = 0; k < chosen.Length; k++) { chosen[k] += 3 * _masses.Length * all[group][k] / total; }
        }

        return chosen;
    }

    /// <summary>Sum over the points; the first and last stand for half an interval.</summary>
    private static double Integral(double[] values, double spacing) => spacing * (values.Sum() - (0.5 * (values[0] + values[^1])));
}

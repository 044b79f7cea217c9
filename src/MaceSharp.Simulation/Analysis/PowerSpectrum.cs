using System.Globalization;
using System.Numerics;
using MaceSharp.Atoms;
using MathNet.Numerics.IntegralTransforms;

namespace MaceSharp.Simulation;

/// <summary>
/// Power spectra of many signals at once, averaged over overlapping segments: P. D. Welch, IEEE Trans. Audio Electroacoust. 15, 70 (1967), with the window of Hann.
/// Memory is one segment, however long the signals are.
/// </summary>
internal sealed class PowerSpectrum
{
    /// <summary>Most memory for a segment, bytes.</summary>
    private const long LargestMemory = 2L << 30;

    private readonly int[] _groups;
    private readonly double[] _weights;
    private readonly double[] _ring;
    private readonly double[][] _sums;
    private readonly int _length;
    private long _count;
    private long _segments;

    /// <summary>Creates the spectra.</summary>
    /// <param name="groups">Group of each signal, counted from 0: spectra of a group are added up.</param>
    /// <param name="weights">Weight of each signal.</param>
    /// <param name="length">Samples of a segment, even.</param>
    /// <exception cref="InvalidInputException">A segment of all signals would not fit into memory.</exception>
    public PowerSpectrum(int[] groups, double[] weights, int length)
    {
        if ((long)groups.Length * length * sizeof(double) > LargestMemory)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A spectrum of {groups.Length} signals in segments of {length} frames needs {(double)groups.Length * length * sizeof(double) / (1 << 30):F1} GB, more than the 2 that are allowed; ask for a coarser resolution."));
        }

        (_groups, _weights, _length) = (groups, weights, length);
        _ring = new double[groups.Length * length];
        _sums = [.. Enumerable.Range(0, groups.Length == 0 ? 0 : groups.Max() + 1).Select(_ => new double[(length / 2) + 1])];
    }

    /// <summary>Number of segments that were averaged.</summary>
    public long Segments => _segments;

    /// <summary>Number of samples.</summary>
    public long Samples => _count;

    /// <summary>Samples of a segment.</summary>
    public int Length => _length;

    /// <summary>Adds a sample of every signal.</summary>
    public void Add(ReadOnlySpan<double> samples)
    {
        int at = (int)(_count % _length);
        for (int signal = 0; signal < samples.Length; signal++) { _ring[(signal * _length) + at] = samples[signal]; }
        _count++;
        if (_count >= _length && (_count - _length) % (_length / 2) == 0) { AddSegment((int)(_count % _length)); }
    }

    /// <summary>
    /// Two-sided spectral densities of the groups, Σ weight·|x(ω)|², at ω_k = 2πk/(L·Δt) for k from 0 to L/2: the integral over all frequencies dω/2π, negative ones too, is Σ weight·⟨x²⟩.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="spacing">Time between samples.</param>
    public double[] Of(int group, double spacing)
    {
        double[] spectrum = new double[_sums[group].Length];
        for (int k = 0; k < spectrum.Length; k++) { spectrum[k] = spacing * _sums[group][k] / Math.Max(1, _segments); }
        return spectrum;
    }

    /// <summary>Transforms the last segment, whose oldest sample stands at a place of the ring.</summary>
    private void AddSegment(int oldest)
    {
        double[] window = new double[_length];
        double power = 0;
        for (int i = 0; i < _length; i++)
        {
            double sine = Math.Sin(Math.PI * (i + 0.5) / _length);
            window[i] = sine * sine;
            power += window[i] * window[i];
        }

        Complex[] transform = new Complex[_length];
        for (int signal = 0; signal < _groups.Length; signal += 2)
        {
            // Two real signals in one complex transform.
            bool pair = signal + 1 < _groups.Length;
            for (int i = 0; i < _length; i++)
            {
                int from = (oldest + i) % _length;
                transform[i] = new Complex(window[i] * _ring[(signal * _length) + from], pair ? window[i] * _ring[((signal + 1) * _length) + from] : 0);
            }

            Fourier.Forward(transform, FourierOptions.AsymmetricScaling);
            for (int k = 0; k <= _length / 2; k++)
            {
                Complex a = transform[k], b = Complex.Conjugate(transform[(_length - k) % _length]);
                Complex first = 0.5 * (a + b), second = 0.5 * (a - b);
                _sums[_groups[signal]][k] += _weights[signal] * Square(first) / power;
                if (pair) { _sums[_groups[signal + 1]][k] += _weights[signal + 1] * Square(second) / power; }
            }
        }

        _segments++;
    }

    private static double Square(Complex z) => (z.Real * z.Real) + (z.Imaginary * z.Imaginary);
}

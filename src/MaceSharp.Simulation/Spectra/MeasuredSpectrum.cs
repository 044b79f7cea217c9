using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A spectrum as points of wavenumber and absorption, for example a measured one.</summary>
public sealed class MeasuredSpectrum
{
    private MeasuredSpectrum(double[] wavenumbers, double[] values) => (Wavenumbers, Values) = (wavenumbers, values);

    /// <summary>Wavenumbers, cm⁻¹, rising.</summary>
    public IReadOnlyList<double> Wavenumbers { get; }

    /// <summary>Absorption, in any unit, upwards.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Reads two columns separated by commas, semicolons, tabs or spaces; lines that begin with # or with letters are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isTransmittance">Whether the second column is transmittance (in percent or from 0 to 1), which is turned into absorbance, −log₁₀ T.</param>
    /// <exception cref="InvalidInputException">The file cannot be read or does not hold a spectrum.</exception>
    public static MeasuredSpectrum Read(string path, bool isTransmittance = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<(double X, double Y)> points = [];
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (number > 10_000_000) { throw new InvalidInputException($"{path} has more than ten million lines; that is no spectrum."); }
                string text = line.Trim().TrimStart('\uFEFF');
                if (text.Length == 0 || text[0] is '#' or '"' || char.IsLetter(text[0])) { continue; }
                string[] words = text.Split([',', ';', '\t', ' '], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length < 2 || !TryNumber(words[0], out double x) || !TryNumber(words[1], out double y))
                {
                    throw new InvalidInputException($"{path}, line {number}: two numbers, a wavenumber and an absorption, are needed, not '{(text.Length > 60 ? text[..60] : text)}'.");
                }

                points.Add((x, y));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }

        if (points.Count < 3) { throw new InvalidInputException($"{path} holds {points.Count} points; a spectrum has at least three."); }
        if (isTransmittance)
        {
            double full = points.Max(static p => p.Y) > 2 ? 100 : 1;
            points = [.. points.Select(p => (p.X, -Math.Log10(Math.Max(p.Y / full, 1e-6))))];
        }

        points.Sort(static (a, b) => a.X.CompareTo(b.X));
        return new([.. points.Select(static p => p.X)], [.. points.Select(static p => p.Y)]);
    }

    private static bool TryNumber(string word, out double value) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}

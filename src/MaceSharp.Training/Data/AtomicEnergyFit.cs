using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Training;

/// <summary>Isolated-atom energies E0 by linear least squares of energies on compositions.</summary>
public static class AtomicEnergyFit
{
    /// <summary>Fits Σ_atoms E0 to the energies of frames, the solution of least norm where the compositions leave it open.</summary>
    /// <param name="frames">Frames; those without energy do not count.</param>
    /// <param name="elements">Atomic numbers of the elements.</param>
    /// <param name="baseline">Energy to subtract from the label of each frame, eV; null: none.</param>
    /// <returns>An energy for each element, eV, and whether the compositions determine them.</returns>
    /// <exception cref="InvalidInputException">No frame has an energy.</exception>
    public static (ImmutableSortedDictionary<int, double> Energies, bool IsDetermined) Fit(IEnumerable<LabelledStructure> frames, IReadOnlyList<int> elements, Func<LabelledStructure, double>? baseline = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(elements);
        // Frames of one composition have one row: the counts are few, and the fit costs little for any number of frames.
        int n = elements.Count;
        Dictionary<string, (double[] Counts, double Sum, int Frames)> rows = new(StringComparer.Ordinal);
        foreach (LabelledStructure frame in frames)
        {
            if (frame.Energy is null) { continue; }
            double[] counts = new double[n];
            foreach (int z in frame.Structure.AtomicNumbers)
            {
                int i = IndexOf(elements, z);
                if (i >= 0) { counts[i]++; }
            }

            string key = string.Join(',', counts.Select(static c => c.ToString(CultureInfo.InvariantCulture)));
            double energy = frame.Energy!.Value - (baseline?.Invoke(frame) ?? 0);
            rows[key] = rows.TryGetValue(key, out var row) ? (row.Counts, row.Sum + energy, row.Frames + 1) : (counts, energy, 1);
        }

        if (rows.Count == 0) { throw new InvalidInputException("Isolated-atom energies cannot be fitted, because no frame has an energy; give E0s."); }
        (double[] Counts, double Sum, int Frames)[] all = [.. rows.OrderBy(static r => r.Key, StringComparer.Ordinal).Select(static r => r.Value)];
        Matrix<double> a = Matrix<double>.Build.Dense(all.Length, n, (i, j) => Math.Sqrt(all[i].Frames) * all[i].Counts[j]);
        Vector<double> b = Vector<double>.Build.Dense(all.Length, i => all[i].Sum / Math.Sqrt(all[i].Frames));

        // The pseudo-inverse by singular values; those below rounding are nothing.
        var svd = a.Svd();
        double limit = svd.S[0] * 1e-13 * Math.Max(all.Length, n);
        Vector<double> ub = svd.U.TransposeThisAndMultiply(b), x = Vector<double>.Build.Dense(n);
        int rank = 0;
        for (int k = 0; k < svd.S.Count; k++)
        {
            if (svd.S[k] <= limit) { continue; }
            rank++;
            x += svd.VT.Row(k) * (ub[k] / svd.S[k]);
        }

        return (elements.Select((z, i) => KeyValuePair.Create(z, x[i])).ToImmutableSortedDictionary(), rank == n);
    }

    private static int IndexOf(IReadOnlyList<int> elements, int z)
    {
        for (int i = 0; i < elements.Count; i++)
        {
            if (elements[i] == z) { return i; }
        }

        return -1;
    }
}

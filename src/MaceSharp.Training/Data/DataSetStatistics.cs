using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>What a new model takes from its training data (mace-torch's <c>compute_avg_num_neighbors</c>, <c>compute_mean_rms_energy_forces</c>, <c>compute_mean_std_atomic_inter_energy</c>).</summary>
public static class DataSetStatistics
{
    /// <summary>Finds the neighbours of frames, on all processors, and keeps them with the frames.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="cutoff">Cutoff radius, Å.</param>
    /// <param name="threads">Number of threads; 0: one a core.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <exception cref="InvalidInputException">A structure has no sensible neighbour list; the message names it.</exception>
    public static LabelledStructure[] WithNeighbors(IReadOnlyList<LabelledStructure> frames, double cutoff, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        LabelledStructure[] result = new LabelledStructure[frames.Count];
        try
        {
            Parallel.For(0, frames.Count, new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? -1 : threads, CancellationToken = cancellationToken }, i =>
            {
                try
                {
                    result[i] = frames[i].Pairs?.Cutoff == cutoff ? frames[i] : frames[i] with { Pairs = NeighborPairs.Find(frames[i].Structure, cutoff) };
                }
                catch (InvalidInputException exception)
                {
                    throw new InvalidInputException($"{frames[i].Structure.Origin}: {exception.Message}", exception);
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.OfType<InvalidInputException>().FirstOrDefault() is { } first)
        {
            throw first;
        }

        return result;
    }

    /// <summary>Mean number of neighbours of the atoms that have one; 1 when none has.</summary>
    /// <param name="frames">Frames with neighbours.</param>
    public static double AverageNeighborCount(IEnumerable<LabelledStructure> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        long edges = 0, atoms = 0;
        foreach (LabelledStructure frame in frames)
        {
            NeighborPairs pairs = frame.Pairs ?? throw new ArgumentException("The neighbours of a frame are not known.", nameof(frames));
            bool[] hasNeighbor = new bool[frame.Structure.Count];
            foreach (int i in pairs.First) { hasNeighbor[i] = true; }
            foreach (int i in pairs.Second) { hasNeighbor[i] = true; }
            edges += 2L * pairs.Count;
            atoms += hasNeighbor.Count(static b => b);
        }

        return atoms == 0 ? 1 : (double)edges / atoms;
    }

    /// <summary>Energies this far below the isolated atoms, eV/atom, are no bonds but a mistake: tungsten, which is bound most strongly, has 8.9 (C. Kittel, Introduction to Solid State Physics, 8th edition, chapter 3, table 1).</summary>
    internal const double StrongestBinding = 20;

    /// <summary>Mean over frames of the energy per atom less E0, eV; 0 without energies.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="atomicEnergies">E0 by atomic number, eV.</param>
    public static double MeanInteractionEnergy(IEnumerable<LabelledStructure> frames, IReadOnlyDictionary<int, double> atomicEnergies) =>
        InteractionEnergies(frames, atomicEnergies).DefaultIfEmpty().Average();

    /// <summary>Standard deviation (of the sample) of the energy per atom less E0, eV; 1 where it vanishes.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="atomicEnergies">E0 by atomic number, eV.</param>
    public static double DeviationOfInteractionEnergy(IEnumerable<LabelledStructure> frames, IReadOnlyDictionary<int, double> atomicEnergies)
    {
        double[] energies = [.. InteractionEnergies(frames, atomicEnergies)];
        if (energies.Length < 2) { return 1; }
        double mean = energies.Average(), variance = energies.Sum(e => (e - mean) * (e - mean)) / (energies.Length - 1);
        return variance > 0 ? Math.Sqrt(variance) : 1;
    }

    /// <summary>Root mean square of all force components, eV/Å; 1 where it vanishes or there are none.</summary>
    /// <param name="frames">The frames.</param>
    public static double RmsForce(IEnumerable<LabelledStructure> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        double sum = 0;
        long count = 0;
        foreach (LabelledStructure frame in frames)
        {
            if (frame.Forces is not { } forces) { continue; }
            foreach (Vector3D force in forces) { sum += force.NormSquared; }
            count += 3L * forces.Count;
        }

        return sum > 0 ? Math.Sqrt(sum / count) : 1;
    }

    private static IEnumerable<double> InteractionEnergies(IEnumerable<LabelledStructure> frames, IReadOnlyDictionary<int, double> atomicEnergies)
    {
        foreach (LabelledStructure frame in frames)
        {
            if (frame.Energy is not { } energy) { continue; }
            foreach (int z in frame.Structure.AtomicNumbers) { energy -= atomicEnergies[z]; }
            yield return energy / frame.Structure.Count;
        }
    }
}

using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;

namespace MaceSharp.Scaling;

/// <summary>Strong scaling: one structure by more and more threads. Numbers of threads take turns, so that what else the machine does strikes them alike.</summary>
internal static class ThreadStudy
{
    private const Properties EnergyAndForces = Properties.Energy | Properties.Forces;
    private const int Rounds = 9;

    private static readonly int[] Molecules = [216, 1000, 3333];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Measures all sizes up to the largest.</summary>
    public static void Run(int most, Documentation documentation)
    {
        List<string[]> rows = [];
        foreach ((string name, MaceModel model) in (ReadOnlySpan<(string, MaceModel)>)[("96 channels, L = 0, 4.5 Å", Shapes.Small), ("128 channels, L = 1, 6 Å", Shapes.Medium)])
        {
            foreach (int molecules in Molecules.Where(m => 3 * m <= most)) { rows.AddRange(Measure(name, model, WaterBox.Create(molecules))); }
        }

        documentation.Write(
            "threads",
            ["shape", "atoms", "threads", "wall time, µs an atom", "shortest", "processor time of all threads", "efficiency by medians", "by shortest times"],
            rows,
            "Energy and forces of water, float32, the neighbour list built in every step; medians of rounds in which the numbers of threads take turns.");
    }

    private static IEnumerable<string[]> Measure(string name, MaceModel model, Structure structure)
    {
        int[] threads = [.. ThreadCounts()];
        IPotentialEvaluator[] evaluators = [.. threads.Select(t => new MacePotential(model, new MaceOptions { Precision = Precision.Float32, ThreadCount = t }).CreateEvaluator())];
        MovingAtoms atoms = new(structure);
        StepMeter[] meters = [.. evaluators.Select(e => new StepMeter(e, atoms))];
        TimeSpan[] steps = [.. meters.Select(m => m.WarmUp(EnergyAndForces, WarmUp))];
        List<StepTimes>[] times = [.. meters.Select(static _ => new List<StepTimes>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int k = 0; k < meters.Length; k++) { times[k].Add(meters[k].Measure(EnergyAndForces, 1, steps[k])); }
        }

        foreach (IPotentialEvaluator evaluator in evaluators) { evaluator.Dispose(); }
        double Median(int k) => StepTimes.MedianOf([.. times[k].Select(static t => t.Median)]);
        double Shortest(int k) => times[k].Min(static t => t.Shortest);
        double scale = 1e6 / structure.Count;
        for (int k = 0; k < threads.Length; k++)
        {
            string[] row =
            [
                name,
                structure.Count.ToString("#,0", CultureInfo.InvariantCulture),
                threads[k].ToString(CultureInfo.InvariantCulture),
                Documentation.Number(scale * Median(k)),
                Documentation.Number(scale * Shortest(k)),
                Documentation.Number(scale * StepTimes.MedianOf([.. times[k].Select(static t => t.ProcessorTime)])),
                Documentation.Percent(Median(0) / (threads[k] * Median(k))),
                Documentation.Percent(Shortest(0) / (threads[k] * Shortest(k))),
            ];
            Console.Error.WriteLine(string.Join("  ", row));
            yield return row;
        }
    }

    /// <summary>1, 2, 4, … and the number of cores.</summary>
    private static IEnumerable<int> ThreadCounts()
    {
        for (int threads = 1; threads < Environment.ProcessorCount; threads *= 2) { yield return threads; }
        yield return Environment.ProcessorCount;
    }
}

using System.Diagnostics;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Reporting;

namespace MaceSharp.Scaling;

/// <summary>Time and memory against the number of atoms: water, float32, one thread, the neighbour list built in every step. Each size has a process of its own, so that the peak of its memory is its own.</summary>
internal static class SizeStudy
{
    /// <summary>What a process is started with that measures one size.</summary>
    public const string ChildCommand = "--one-size";

    private const Properties EnergyAndForces = Properties.Energy | Properties.Forces;
    private const int WarmMolecules = 64;

    /// <summary>Sizes beyond this are warm after one step, which costs enough.</summary>
    private const int LargeAtoms = 20_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);
    private static readonly int[] Sizes = [9, 30, 99, 300, 999, 3000, 9999, 30_000, 99_999, 300_000, 999_999];

    /// <summary>The medium shape stops earlier: beyond, it only takes longer.</summary>
    private static readonly (string Shape, string Title, int Most)[] Studies = [("small", "96 channels, L = 0, 4.5 Å", int.MaxValue), ("medium", "128 channels, L = 1, 6 Å", 100_000)];

    /// <summary>Measures all sizes up to the largest.</summary>
    public static void Run(int most, Documentation documentation)
    {
        Panel times = new(Atoms(), new Axis("Processor time", "µs an atom") { Scale = AxisScale.Logarithmic }), memory = new(Atoms(), new Axis("Resident memory", "kB an atom") { Scale = AxisScale.Logarithmic });
        List<string[]> rows = [];
        foreach ((string shape, string title, int mostOfShape) in Studies)
        {
            List<Sample> samples = [];
            foreach (int atoms in Sizes.Where(a => a <= most && a <= mostOfShape))
            {
                Sample sample = Start(shape, atoms);
                samples.Add(sample);
                rows.Add([title, sample.Atoms.ToString("#,0", CultureInfo.InvariantCulture), Documentation.Number(sample.Processor), Documentation.Number(sample.Wall), Documentation.Number(sample.Peak / 1e6), Documentation.Number(sample.Growth / sample.Atoms / 1e3)]);
                Console.Error.WriteLine(string.Join("  ", rows[^1]));
            }

            double[] x = [.. samples.Select(static s => s.Atoms)];
            times.Add(new LineSeries(title, x, [.. samples.Select(static s => s.Processor)]));

            // Below, the code and the tables of the process are all there is.
            Sample[] large = [.. samples.Where(static s => s.Atoms >= 3000)];
            if (large.Length > 0) { memory.Add(new LineSeries(title, [.. large.Select(static s => s.Atoms)], [.. large.Select(static s => s.Growth / s.Atoms / 1e3)])); }
        }

        documentation.Write(
            "size",
            ["shape", "atoms", "processor time, µs an atom", "wall time, µs an atom", "resident at the peak, MB", "of these for the structure, kB an atom"],
            rows,
            "Energy and forces of water, float32, one thread, the neighbour list built in every step; medians.");
        documentation.Save("scaling-size", new Figure("Energy and forces of water, float32, one thread") { Columns = 2, Width = 1000 }.Add(times).Add(memory));

        static Axis Atoms() => new("Atoms") { Scale = AxisScale.Logarithmic };
    }

    /// <summary>Measures one size in this process and prints the numbers.</summary>
    public static int RunChild(string[] args)
    {
        int atoms = int.Parse(args[1], CultureInfo.InvariantCulture);
        MacePotential potential = new(Shapes.ByName(args[0]), new MaceOptions { Precision = Precision.Float32, ThreadCount = 1 });
        using (IPotentialEvaluator warm = potential.CreateEvaluator()) { new StepMeter(warm, new MovingAtoms(WaterBox.Create(WarmMolecules))).WarmUp(EnergyAndForces, WarmUp); }
        MemoryMeter memory = MemoryMeter.Start();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        StepMeter meter = new(evaluator, new MovingAtoms(WaterBox.Create(atoms / 3)));
        TimeSpan step = atoms < LargeAtoms ? meter.WarmUp(EnergyAndForces, WarmUp / 4) : TimeSpan.FromSeconds(meter.Measure(EnergyAndForces, 1, TimeSpan.MaxValue).Median);
        StepTimes times = meter.Measure(EnergyAndForces, (int)Math.Clamp(Budget / step, 2, 9), step);
        (long growth, _) = memory.Growth();
        using Process process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{1e6 * times.ProcessorTime / atoms:R} {1e6 * times.Median / atoms:R} {process.PeakWorkingSet64} {growth}"));
        return 0;
    }

    private static Sample Start(string shape, int atoms)
    {
        string output = ChildProcess.Run(ChildCommand, shape, atoms.ToString(CultureInfo.InvariantCulture));
        double[] numbers = [.. output.Split(' ').Select(static n => double.Parse(n, CultureInfo.InvariantCulture))];
        return new Sample(atoms, numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /// <summary>One size.</summary>
    /// <param name="Atoms">Number of atoms.</param>
    /// <param name="Processor">Processor time, µs an atom.</param>
    /// <param name="Wall">Wall time, µs an atom.</param>
    /// <param name="Peak">Resident memory of the process at its peak, bytes.</param>
    /// <param name="Growth">What of it came with the structure, bytes.</param>
    private sealed record Sample(double Atoms, double Processor, double Wall, double Peak, double Growth);
}

using System.Diagnostics;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Simulation;

namespace MaceSharp.Scaling;

/// <summary>
/// What the steps of a workflow cost on a crystal: relaxation with its cell, relaxation in a strained cell, a displacement for phonons, a step of dynamics.
/// Each row has a process of its own, so that the peak of its memory is its own. Models with random weights do: nothing but time and memory is told.
/// </summary>
internal static class CrystalStudy
{
    /// <summary>What a process is started with that measures one row.</summary>
    public const string ChildCommand = "--one-crystal";

    private const int WarmUpSteps = 3;
    private const int Repeats = 15;

    /// <summary>What the commands take without an option, Å.</summary>
    private const double Skin = 0.5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly string[] Header = ["atoms", "precision", "threads", "relaxation step with cell, ms", "relaxation step in a strained cell, ms", "displacement, ms", "step of dynamics, ms", "resident at the peak, MB"];

    /// <summary>Measures the crystal and its double, in both precisions, on one and two threads.</summary>
    public static void Run(string model, string crystal, Documentation documentation)
    {
        List<string[]> rows = [];
        foreach (int copies in (ReadOnlySpan<int>)[1, 2])
        {
            foreach (Precision precision in (ReadOnlySpan<Precision>)[Precision.Float32, Precision.Float64])
            {
                foreach (int threads in (ReadOnlySpan<int>)[1, 2])
                {
                    rows.Add(ChildProcess.Run(ChildCommand, model, crystal, Text(copies), precision.ToString(), Text(threads)).Split('|'));
                    Console.Error.WriteLine(string.Join("  ", rows[^1]));
                }
            }
        }

        documentation.Write("crystal", Header, rows, $"{Path.GetFileName(crystal)} with the shape of {Path.GetFileNameWithoutExtension(model)}: radial tables; processor time of all threads / wall time, medians of {Text(Repeats)} steps.", "tutorial-molecular-crystal.md");
    }

    /// <summary>Measures one row in this process and prints its cells.</summary>
    public static int RunChild(string[] args)
    {
        Precision precision = Enum.Parse<Precision>(args[3]);
        MacePotential potential = MacePotential.Load(args[0], new MaceOptions { Precision = precision, Radial = RadialMode.Table, Skin = Skin, ThreadCount = int.Parse(args[4], CultureInfo.InvariantCulture) });
        Structure crystal = Supercell.Repeat(StructureFile.Read(args[1]), 1, 1, int.Parse(args[2], CultureInfo.InvariantCulture));

        // Steps so small that the crystal stays what it is, whatever the forces of a model with random weights.
        RelaxationOptions small = new() { MaxStep = 1e-3, MaxForce = 1e-12, MaxStress = 1e-12 };
        string free, strained, displaced, dynamics;
        using (Relaxation relaxation = new(potential, crystal, small with { Cell = CellRelaxation.Full })) { free = Median(() => relaxation.Step()); }
        Structure sheared = Deformation.Strain(crystal, Matrix3.FromVoigt([0.005, 0, 0, 0, 0, 0]));
        using (Relaxation relaxation = new(potential, sheared, small)) { strained = Median(() => relaxation.Step()); }
        using (IPotentialEvaluator evaluator = potential.CreateEvaluator())
        {
            PotentialResult result = new();
            int atom = 0;
            displaced = Median(() =>
            {
                Structure moved = crystal.Clone();
                moved.Positions[atom++ % moved.Count] += new Vector3D(0.01, 0, 0);
                evaluator.Evaluate(moved, Properties.Energy | Properties.Forces, result);
            });
        }

        using (MolecularDynamics run = new(potential, crystal, new DynamicsOptions { TimeStep = 0.01, DrawsVelocities = true })) { dynamics = Median(() => run.Step()); }
        using Process process = Process.GetCurrentProcess();
        Console.Write(string.Join('|', Text(crystal.Count), precision == Precision.Float32 ? "float32" : "float64", args[4], free, strained, displaced, dynamics, Documentation.Number(process.PeakWorkingSet64 / 1e6)));
        return 0;
    }

    /// <summary>Processor and wall time of a step.</summary>
    private static string Median(Action step)
    {
        Stopwatch warm = Stopwatch.StartNew();
        for (int k = 0; k < WarmUpSteps || warm.Elapsed < WarmUp; k++) { step(); }
        double[] processor = new double[Repeats], wall = new double[Repeats];
        for (int k = 0; k < Repeats; k++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            step();
            (wall[k], processor[k]) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return $"{Documentation.Number(1e3 * StepTimes.MedianOf(processor))} / {Documentation.Number(1e3 * StepTimes.MedianOf(wall))}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

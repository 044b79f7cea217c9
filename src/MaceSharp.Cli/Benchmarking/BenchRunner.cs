using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Evaluation;
using MaceSharp.Measuring;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>Measures a potential on a structure.</summary>
internal static class BenchRunner
{
    private const Properties EnergyAndForces = Properties.Energy | Properties.Forces;

    /// <summary>Long enough for the runtime to compile hot code a second time, with what it has learnt.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WarmUpEnergy = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="request">What to measure.</param>
    /// <exception cref="InvalidInputException">The model cannot evaluate the structure.</exception>
    public static BenchReport Run(CliContext context, BenchRequest request)
    {
        IPotential potential = request.Model.CreatePotential(request.Options);
        if ((potential.Supported & EnergyAndForces) != EnergyAndForces) { throw new InvalidInputException($"The model '{request.Model.Name}' computes no energy and forces, which is what is measured."); }
        Structure structure = request.Structure;
        if (request.IsWater && potential is MacePotential known) { CheckWater(request.Model.Name, known.Model.HyperParameters); }

        // Shown at once, so that what the display needs is there before anything is measured.
        using ProgressDisplay progress = new(context, enabled: true, static steps => Numbers.Count((long)steps, "step"), TimeSpan.Zero);
        progress.Report(0, null);
        double single = PeakMeter.Measure(Precision.Float32), @double = PeakMeter.Measure(Precision.Float64);
        MemoryMeter memory = MemoryMeter.Start();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        MovingAtoms atoms = new(structure, request.ListPeriod, request.Options.Skin);
        StepMeter meter = new(evaluator, atoms, steps => progress.Report(steps, null), context.CancellationToken);
        TimeSpan expected = FirstSteps(meter, structure);
        (long resident, long managed) = memory.Growth();
        StepTimes forces = meter.Measure(EnergyAndForces, request.Repeats, expected);
        expected = meter.WarmUp(Properties.Energy, WarmUpEnergy);
        StepTimes energy = meter.Measure(Properties.Energy, request.Repeats, expected);
        StageTimes? stages = potential is MacePotential staged ? MeasureStages(context, staged, atoms, request.Repeats) : null;
        double neighbors = CountNeighbors(potential, structure, context.CancellationToken);
        return new BenchReport
        {
            Request = request,
            Machine = Machine.Current(),
            Cutoff = potential.CutoffRadius,
            Neighbors = neighbors,
            Radial = (potential as MacePotential)?.Radial,
            Forces = forces,
            Stages = stages,
            Energy = energy,
            ResidentBytes = resident,
            ManagedBytes = managed,

            // Once more after the work: a core that was idle before may have been slow, or one that is hot now.
            SinglePeak = Math.Max(single, PeakMeter.Measure(Precision.Float32)),
            DoublePeak = Math.Max(@double, PeakMeter.Measure(Precision.Float64)),
            Operations = potential is MacePotential mace ? EvaluationCost.Count(mace.Model, neighbors, CountElements(structure)).EnergyAndForces : null,
        };
    }

    /// <summary>Where the time of energy and forces goes, by an evaluator of its own: the others are not to be slowed by readings of the clock.</summary>
    private static StageTimes MeasureStages(CliContext context, MacePotential potential, MovingAtoms atoms, int repeats)
    {
        StageTimes times = new();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator(times);
        StepMeter meter = new(evaluator, atoms, cancellationToken: context.CancellationToken);
        TimeSpan expected = meter.WarmUp(EnergyAndForces, WarmUpEnergy);
        times.Clear();
        meter.Measure(EnergyAndForces, repeats, expected);
        return times;
    }

    private static void CheckWater(string model, HyperParameters h)
    {
        List<int> missing = [8, 1];
        missing.RemoveAll(h.AtomicNumbers.Contains);
        if (missing.Count == 0) { return; }
        throw new InvalidInputException($"The model '{model}' does not know {string.Join(" and ", missing.Select(Elements.Symbol))}, so it cannot be measured on water; give a structure of its elements ({string.Join(", ", h.AtomicNumbers.Select(Elements.Symbol))}) with --structure.");
    }

    private static TimeSpan FirstSteps(StepMeter meter, Structure structure)
    {
        try
        {
            return meter.WarmUp(EnergyAndForces, WarmUp);
        }
        catch (InvalidInputException exception) when (structure.Origin is string origin)
        {
            throw new InvalidInputException($"{origin}: {exception.Message}", exception);
        }
    }

    private static double CountNeighbors(IPotential potential, Structure structure, CancellationToken cancellationToken)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, potential.CutoffRadius, cancellationToken);
        return list.EdgeCount / (double)structure.Count;
    }

    private static int CountElements(Structure structure) => structure.AtomicNumbers.ToArray().Distinct().Count();
}

using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Simulation;

/// <summary>How commands that need normal modes compute them: <c>--displacement</c> and <c>--order</c>.</summary>
internal sealed class ModeOptions
{
    private readonly Option<double?> _displacement = SimulationOptions.Number("--displacement", "Step of the differences, Å. Without it: 0.01.", "A", 1e-5, 0.5);
    private readonly Option<string> _order = ModelOptions.Choice("--order", "Order of the differences: 2 takes two evaluations for each coordinate, 4 takes four.", "2", "4");

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_displacement);
        command.Options.Add(_order);
    }

    /// <summary>Step of the differences, Å.</summary>
    public double StepOf(ParseResult result) => result.GetValue(_displacement) ?? 0.01;

    /// <summary>Number of evaluations.</summary>
    public double EvaluationsOf(ParseResult result, Structure structure) => 3.0 * structure.Count * (result.GetValue(_order) == "4" ? 4 : 2);

    /// <summary>Computes the modes.</summary>
    public NormalModes Compute(CliContext context, SimulationSetup setup, ParseResult result, IPotential potential, Structure structure, out double energy)
    {
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult rest = new();
        evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, rest, context.CancellationToken);
        energy = rest.Energy ?? 0;
        double largest = 0;
        foreach (Vector3D force in rest.Forces) { largest = Math.Max(largest, force.Norm); }
        Preparation.WarnOfForces(context, largest);
        using ProgressDisplay display = new(context, setup.ShowsProgress, static done => Numbers.Count((long)done, "evaluation"));
        return NormalModes.FromHessian(structure, Hessian.Compute(structure, evaluator, StepOf(result), result.GetValue(_order) == "4", new StepProgress(display), context.CancellationToken));
    }

    /// <summary>A frame for each mode: the atoms at rest with the array <c>displacements</c> and the keys <c>mode</c> and <c>wavenumber</c>.</summary>
    public static IEnumerable<Structure> Frames(NormalModes modes)
    {
        for (int n = 0; n < modes.Wavenumbers.Count; n++)
        {
            Structure rest = modes.Structure;
            Structure frame = new(rest.AtomicNumbers, rest.Positions, rest.Cell, rest.Periodicity);
            frame.Info["mode"] = DataArray.Of((long)(n + 1));
            frame.Info["wavenumber"] = DataArray.Of(modes.Wavenumbers[n]);
            frame.Arrays["displacements"] = DataArray.Of([.. modes.Displacements(n).SelectMany(static d => new[] { d.X, d.Y, d.Z })], rest.Count, 3);
            yield return frame;
        }
    }
}

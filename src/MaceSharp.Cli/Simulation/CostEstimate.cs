using System.Diagnostics;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Simulation;

/// <summary>What a run would cost, from a few evaluations of its first structure (<c>--dry-run</c>).</summary>
/// <param name="Atoms">Atoms of the structure that was measured.</param>
/// <param name="Evaluations">Evaluations a run needs, or at most needs.</param>
/// <param name="PerEvaluation">Time of one evaluation.</param>
internal sealed record CostEstimate(int Atoms, double Evaluations, TimeSpan PerEvaluation)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Time of the whole run.</summary>
    public TimeSpan Total => TimeSpan.FromSeconds(Math.Min(Evaluations * PerEvaluation.TotalSeconds, TimeSpan.MaxValue.TotalSeconds / 2));

    /// <summary>Measures.</summary>
    /// <param name="potential">The potential as the run would use it.</param>
    /// <param name="structure">A structure of the run.</param>
    /// <param name="evaluations">How many evaluations the run needs.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated.</exception>
    public static CostEstimate Measure(IPotential potential, Structure structure, double evaluations, CancellationToken cancellationToken)
    {
        Properties wanted = (Properties.Energy | Properties.Forces | (structure.Periodicity.IsFull ? Properties.Stress : 0)) & potential.Supported;
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        TimeSpan best = TimeSpan.MaxValue;
        Stopwatch all = Stopwatch.StartNew();
        for (int i = 0; i < 3 || (i < 50 && all.Elapsed < Patience); i++)
        {
            Stopwatch one = Stopwatch.StartNew();
            evaluator.Evaluate(structure, wanted, result, cancellationToken);
            best = one.Elapsed < best ? one.Elapsed : best;
            if (all.Elapsed > 4 * Patience) { break; }
        }

        return new(structure.Count, evaluations, best);
    }

    /// <summary>Tells a person.</summary>
    public void Write(StyledOutput output, string what)
    {
        output.WriteLine($"{what}: {Numbers.Count(Atoms, "atom")}, up to {Numbers.Count((long)Evaluations, "evaluation")} of {Milliseconds(PerEvaluation)} each: about {Numbers.Duration(Total)}; nothing was written");
    }

    /// <summary>Writes the properties of a summary.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("dry_run", true);
        json.WriteNumber("atoms", Atoms);
        json.WriteNumber("evaluations", Evaluations);
        json.WriteNumber("seconds_per_evaluation", PerEvaluation.TotalSeconds);
        json.WriteNumber("seconds", Total.TotalSeconds);
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds < 100 ? $"{Numbers.Short(time.TotalMilliseconds)} ms" : Numbers.Duration(time);
}

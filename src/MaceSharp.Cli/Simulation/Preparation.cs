using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Simulation;

/// <summary>What commands that look at a minimum do before: <c>--minimize</c> and <c>--fmax</c>.</summary>
internal sealed class Preparation
{
    private readonly Option<string> _minimize = ModelOptions.Choice("--minimize", "Relax first: nothing (none), the atoms (atoms) or atoms and cell (cell), with the symmetry kept.", "none", "atoms", "cell");
    private readonly Option<double?> _fmax = SimulationOptions.Number("--fmax", "Relaxations end when no force is larger, eV/Å. Without it: 0.001, of strained cells 0.0001.", "F", 1e-8, 10);

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_minimize);
        command.Options.Add(_fmax);
    }

    /// <summary>Whether something is relaxed first.</summary>
    public bool Relaxes(ParseResult result) => result.GetValue(_minimize) != "none";

    /// <summary>The force at which relaxations end, eV/Å.</summary>
    public double ForceOf(ParseResult result) => result.GetValue(_fmax) ?? 1e-3;

    /// <summary>Relaxes a structure as asked for.</summary>
    /// <param name="context">Streams.</param>
    /// <param name="setup">What the user wants.</param>
    /// <param name="result">The command line.</param>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The start.</param>
    /// <exception cref="InvalidInputException">The relaxation does not converge.</exception>
    public Structure Prepare(CliContext context, SimulationSetup setup, ParseResult result, IPotential potential, Structure structure)
    {
        string what = result.GetValue(_minimize)!;
        if (what == "none") { return structure; }
        bool cell = what == "cell";
        if (cell && !structure.Periodicity.IsFull) { throw new InvalidInputException("--minimize cell needs a structure that is periodic in three directions; take --minimize atoms."); }
        RelaxationOptions options = new()
        {
            MaxForce = ForceOf(result),
            MaxStress = 1e-3,
            Cell = cell ? CellRelaxation.Full : CellRelaxation.Fixed,
            KeepsSymmetry = structure.Periodicity.IsFull,
        };
        RelaxationResult relaxed = Relaxation.Run(potential, structure, options, context.CancellationToken);
        if (!relaxed.IsConverged)
        {
            throw new InvalidInputException(FormattableString.Invariant($"The relaxation before did not converge in {relaxed.Steps} steps (largest force {relaxed.LargestForce:G3} eV/Å); relax with 'mace relax', or allow more with --fmax."));
        }

        setup.Files.WriteStructures("relaxed.extxyz", relaxed.Structure);
        return relaxed.Structure;
    }

    /// <summary>Relaxes the atoms of a structure in its cell, in place; for strained and scaled crystals.</summary>
    /// <param name="context">Streams.</param>
    /// <param name="potential">The potential.</param>
    /// <param name="evaluator">An evaluator of it.</param>
    /// <param name="result">The command line.</param>
    public Action<Structure> InCell(CliContext context, IPotential potential, IPotentialEvaluator evaluator, ParseResult result) => structure =>
    {
        RelaxationResult relaxed = Relaxation.Run(potential, evaluator, structure, new RelaxationOptions { MaxForce = result.GetValue(_fmax) ?? 1e-4 }, context.CancellationToken);
        if (!relaxed.IsConverged)
        {
            throw new InvalidInputException(FormattableString.Invariant($"The atoms of a strained cell did not come to rest in {relaxed.Steps} steps (largest force {relaxed.LargestForce:G3} eV/Å); allow more with --fmax."));
        }

        relaxed.Structure.Positions.CopyTo(structure.Positions);
    };

    /// <summary>The largest force on an atom, eV/Å.</summary>
    public static double LargestForce(IPotentialEvaluator evaluator, Structure structure, CancellationToken cancellationToken)
    {
        PotentialResult found = new();
        evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, found, cancellationToken);
        double largest = 0;
        foreach (Vector3D force in found.Forces) { largest = Math.Max(largest, force.Norm); }
        return largest;
    }

    /// <summary>Warns where forces show that the atoms are not at rest.</summary>
    public static void WarnOfForces(CliContext context, double largest)
    {
        if (largest > 0.05) { context.Error.WriteLine($"mace: warning: the atoms are not at rest (largest force {Numbers.Short(largest)} eV/Å), so vibrations mean little; relax first, for example with --minimize."); }
    }
}

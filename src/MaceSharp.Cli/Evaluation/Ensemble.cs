using System.Collections.Concurrent;
using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;

namespace MaceSharp.Cli.Evaluation;

/// <summary>The potentials of one head: one, or the members of a committee. Thread-safe.</summary>
internal sealed class Ensemble
{
    private readonly ConcurrentDictionary<(int Member, int AtomicNumber), double> _isolatedAtoms = new();

    /// <summary>Prepares the potentials.</summary>
    /// <param name="models">The models.</param>
    /// <param name="precision">Arithmetic.</param>
    /// <param name="head">Head, or null for the default one.</param>
    /// <param name="threadCount">Threads of one evaluator.</param>
    /// <exception cref="InvalidInputException">A model is inconsistent or has no such head.</exception>
    public Ensemble(IReadOnlyList<ModelHandle> models, Precision precision, string? head, int threadCount)
    {
        Models = [.. models];
        Members = [.. models.Select(m => m.CreatePotential(precision, head, threadCount))];
        Committee = Members.Length > 1 ? new Committee(Members) : null;
        Supported = Committee?.Supported ?? Members[0].Supported;
    }

    /// <summary>The models.</summary>
    public ImmutableArray<ModelHandle> Models { get; }

    /// <summary>Their potentials.</summary>
    public ImmutableArray<IPotential> Members { get; }

    /// <summary>All of them together; null when there is one only.</summary>
    public Committee? Committee { get; }

    /// <summary>What can be computed.</summary>
    public Properties Supported { get; }

    /// <summary>Sum over the atoms of the energies that a member gives to the isolated atoms, eV; null when it has no energy.</summary>
    /// <remarks>Neutral atoms with the defaults of the model for spin. Each element is evaluated once.</remarks>
    public double? IsolatedAtomSum(int member, Structure structure, CancellationToken cancellationToken)
    {
        if ((Members[member].Supported & Properties.Energy) == 0) { return null; }
        double sum = 0;
        foreach (int z in structure.AtomicNumbers)
        {
            if (!_isolatedAtoms.TryGetValue((member, z), out double energy))
            {
                energy = Members[member].Compute(new Structure([z], [Vector3D.Zero]), Properties.Energy, cancellationToken).Energy!.Value;
                _isolatedAtoms[(member, z)] = energy;
            }

            sum += energy;
        }

        return sum;
    }
}

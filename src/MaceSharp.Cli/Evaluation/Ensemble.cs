using System.Collections.Concurrent;
using System.Collections.Immutable;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;

namespace MaceSharp.Cli.Evaluation;

/// <summary>The potentials of a run: one, or the members of a committee. Thread-safe.</summary>
internal sealed class Ensemble
{
    private readonly ConcurrentDictionary<(int Member, int AtomicNumber, string? Head), double> _isolatedAtoms = new();

    /// <summary>Prepares the potentials.</summary>
    /// <param name="models">The models.</param>
    /// <param name="options">How they are evaluated.</param>
    /// <param name="dispersion">A correction that is added to each; null for none.</param>
    /// <exception cref="InvalidInputException">A model is inconsistent, has no such head or cannot be evaluated so.</exception>
    public Ensemble(IReadOnlyList<ModelHandle> models, MaceOptions options, DispersionRequest? dispersion = null)
    {
        Models = [.. models];
        IPotential[] potentials = [.. models.Select(m => m.CreatePotential(options))];
        Members = dispersion is null ? [.. potentials] : [.. potentials.Select(p => dispersion.AddTo(p, options.ThreadCount))];
        Committee = Members.Length > 1 ? new Committee(Members) : null;
        Radial = [.. potentials.OfType<MacePotential>().Select(static m => m.Radial).Distinct().Order()];
        Supported = Committee?.Supported ?? Members[0].Supported;
    }

    /// <summary>The models.</summary>
    public ImmutableArray<ModelHandle> Models { get; }

    /// <summary>Their potentials.</summary>
    public ImmutableArray<IPotential> Members { get; }

    /// <summary>All of them together; null when there is one only.</summary>
    public Committee? Committee { get; }

    /// <summary>How the members compute radial weights: one way, or two in a mixed committee; none where no member has any.</summary>
    public ImmutableArray<RadialMode> Radial { get; }

    /// <summary>What can be computed.</summary>
    public Properties Supported { get; }

    /// <summary>Sum over the atoms of the energies that a member gives to the isolated atoms, eV; null when it has no energy.</summary>
    /// <remarks>Neutral atoms with the default spin, of the head of the structure. Each element is evaluated once.</remarks>
    public double? IsolatedAtomSum(int member, Structure structure, CancellationToken cancellationToken)
    {
        if ((Members[member].Supported & Properties.Energy) == 0) { return null; }
        double sum = 0;
        string? head = structure.Info.TryGetValue("head", out DataArray? named) && named is { Kind: DataKind.Text, IsScalar: true } ? named.Texts[0] : null;
        foreach (int z in structure.AtomicNumbers)
        {
            if (!_isolatedAtoms.TryGetValue((member, z, head), out double energy))
            {
                Structure atom = new([z], [Vector3D.Zero]);
                if (head is not null) { atom.Info.Add("head", named!); }
                energy = Members[member].Compute(atom, Properties.Energy, cancellationToken).Energy!.Value;
                _isolatedAtoms[(member, z, head)] = energy;
            }

            sum += energy;
        }

        return sum;
    }
}

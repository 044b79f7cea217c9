using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The sum of several potentials: a model with dispersion, a fluid in an external field. Immutable and thread-safe.</summary>
/// <remarks>Energies, forces, stresses and virials add up, atomic ones too. What only one term computes, such as a dipole, is taken from it alone.</remarks>
public sealed class SumPotential : IPotential
{
    private const Properties Additive = Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials;

    /// <summary>Creates the sum.</summary>
    /// <param name="terms">The potentials, at least one.</param>
    /// <exception cref="ArgumentException">There is no potential.</exception>
    public SumPotential(params IEnumerable<IPotential> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        Terms = [.. terms];
        if (Terms.IsEmpty) { throw new ArgumentException("A sum has at least one term.", nameof(terms)); }
        CutoffRadius = Terms.Max(static t => t.CutoffRadius);
        Supported = Terms.Aggregate(Additive, static (common, term) => common & term.Supported)
            | (Terms.Aggregate(Properties.None, static (all, term) => all | term.Supported) & ~Additive);
    }

    /// <summary>The terms.</summary>
    public ImmutableArray<IPotential> Terms { get; }

    /// <summary>The largest cutoff of a term, Å.</summary>
    public double CutoffRadius { get; }

    /// <inheritdoc/>
    public Properties Supported { get; }

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new Evaluator(Terms);

    private sealed class Evaluator(ImmutableArray<IPotential> terms) : IPotentialEvaluator
    {
        private readonly ImmutableArray<IPotentialEvaluator> _evaluators = [.. terms.Select(static t => t.CreateEvaluator())];
        private readonly PotentialResult _scratch = new();

        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(structure);
            ArgumentNullException.ThrowIfNull(result);

            // What is not additive comes from the first term that has it, and that term writes into the result itself.
            Properties special = properties & ~Additive;
            int first = 0;
            while (first < terms.Length - 1 && (special & ~terms[first].Supported) != 0) { first++; }
            _evaluators[first].Evaluate(structure, properties, result, cancellationToken);
            for (int i = 0; i < _evaluators.Length; i++)
            {
                if (i == first) { continue; }
                _evaluators[i].Evaluate(structure, properties & Additive, _scratch, cancellationToken);
                Add(_scratch, result);
            }
        }

        public void Dispose()
        {
            foreach (IPotentialEvaluator evaluator in _evaluators) { evaluator.Dispose(); }
        }

        private static void Add(PotentialResult from, PotentialResult to)
        {
            to.Energy += from.Energy;
            to.InteractionEnergy += from.InteractionEnergy ?? from.Energy;
            to.Stress = Add(to.Stress, from.Stress);
            to.Virial = Add(to.Virial, from.Virial);
            Add(from.AtomicEnergies, to.AtomicEnergies);
            Add(MemoryMarshal.Cast<Vector3D, double>(from.Forces), MemoryMarshal.Cast<Vector3D, double>(to.Forces));
            Add(MemoryMarshal.Cast<Matrix3, double>(from.AtomicVirials), MemoryMarshal.Cast<Matrix3, double>(to.AtomicVirials));
        }

        private static Matrix3? Add(Matrix3? a, Matrix3? b) => a is Matrix3 x && b is Matrix3 y ? x + y : a;

        private static void Add(ReadOnlySpan<double> from, Span<double> to)
        {
            for (int i = 0; i < from.Length; i++) { to[i] += from[i]; }
        }
    }
}

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
    public IPotentialEvaluator CreateEvaluator()
    {
        ImmutableArray<IPotentialEvaluator> evaluators = [.. Terms.Select(static t => t.CreateEvaluator())];
        return evaluators.All(static e => e is IWeightedEvaluator) ? new WeightedEvaluator(Terms, evaluators) : new Evaluator(Terms, evaluators);
    }

    private class Evaluator(ImmutableArray<IPotential> terms, ImmutableArray<IPotentialEvaluator> evaluators) : IPotentialEvaluator
    {
        private readonly PotentialResult _scratch = new();

        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(structure);
            ArgumentNullException.ThrowIfNull(result);

            // What is not additive comes from the first term that has it, and that term writes into the result itself.
            Properties special = properties & ~Additive;
            int first = 0;
            while (first < terms.Length - 1 && (special & ~terms[first].Supported) != 0) { first++; }
            EvaluateTerm(evaluators[first], structure, properties, result, cancellationToken);
            for (int i = 0; i < evaluators.Length; i++)
            {
                if (i == first) { continue; }
                EvaluateTerm(evaluators[i], structure, properties & Additive, _scratch, cancellationToken);
                Add(_scratch, result);
            }
        }

        public void Dispose()
        {
            foreach (IPotentialEvaluator evaluator in evaluators) { evaluator.Dispose(); }
        }

        protected virtual void EvaluateTerm(IPotentialEvaluator term, Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken) =>
            term.Evaluate(structure, properties, result, cancellationToken);

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

    /// <summary>The terms' evaluators, all of which can weight atoms.</summary>
    private sealed class WeightedEvaluator(ImmutableArray<IPotential> terms, ImmutableArray<IPotentialEvaluator> evaluators) : Evaluator(terms, evaluators), IWeightedEvaluator
    {
        private double[]? _weights;

        public double Range { get; } = evaluators.Max(static e => ((IWeightedEvaluator)e).Range);

        public void EvaluateWeighted(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            _weights = weights.ToArray();
            try
            {
                Evaluate(structure, properties, result, cancellationToken);
            }
            finally
            {
                _weights = null;
            }
        }

        protected override void EvaluateTerm(IPotentialEvaluator term, Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken)
        {
            if (_weights is null) { base.EvaluateTerm(term, structure, properties, result, cancellationToken); }
            else { ((IWeightedEvaluator)term).EvaluateWeighted(structure, _weights, properties, result, cancellationToken); }
        }
    }
}

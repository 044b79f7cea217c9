using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests.Support;

/// <summary>Models by name: <c>lj</c>, <c>lj:0.02</c> (another depth of the well), <c>charged</c> (knows of charge and spin), <c>broken</c> (a defect).</summary>
internal sealed class TestModels : ModelSource
{
    /// <summary>Called before every evaluation.</summary>
    public Action<Structure>? BeforeEvaluation { get; set; }

    /// <summary>Most threads a potential was asked to use.</summary>
    public int LargestThreadCount { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<ModelHandle> Load(IReadOnlyCollection<string> references) =>
        [.. (references.Count == 0 ? ["lj"] : references).Select(name => new Handle(this) { Name = name })];

    private sealed class Handle(TestModels owner) : ModelHandle
    {
        public override bool UsesCharge => Name == "charged";

        public override bool UsesSpin => Name == "charged";

        public override IPotential CreatePotential(MaceOptions options)
        {
            owner.LargestThreadCount = Math.Max(owner.LargestThreadCount, options.ThreadCount);
            if (options.Head is not (null or "Default")) { throw new InvalidInputException($"The model has no head '{options.Head}'."); }
            string[] parts = Name.Split(':');
            return parts[0] switch
            {
                "lj" => new Observed(owner, parts.Length > 1 ? new LennardJones(double.Parse(parts[1], CultureInfo.InvariantCulture)) : new LennardJones()),
                "charged" => new Observed(owner, new LennardJones()),
                "broken" => throw new InvalidOperationException("This is a defect."),
                _ => throw new InvalidInputException($"There is no model '{Name}'."),
            };
        }

        public override double[]? ComputeHessian(IPotential potential, Structure structure, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken) =>
            Name == "charged" ? Enumerable.Range(0, 9 * structure.Count * structure.Count).Select(static i => (double)i).ToArray() : null;
    }

    private sealed class Observed(TestModels owner, IPotential inner) : IPotential
    {
        public double CutoffRadius => inner.CutoffRadius;

        public Properties Supported => inner.Supported;

        public IPotentialEvaluator CreateEvaluator() => new Evaluator(owner, inner.CreateEvaluator());
    }

    private sealed class Evaluator(TestModels owner, IPotentialEvaluator inner) : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            owner.BeforeEvaluation?.Invoke(structure);
            cancellationToken.ThrowIfCancellationRequested();
            inner.Evaluate(structure, properties, result, cancellationToken);
        }

        public void Dispose() => inner.Dispose();
    }
}

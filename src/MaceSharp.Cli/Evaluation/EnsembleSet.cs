using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;

namespace MaceSharp.Cli.Evaluation;

/// <summary>The potentials of a run, prepared for each head when a frame first asks for it. Thread-safe.</summary>
/// <param name="models">The models, at least one.</param>
/// <param name="precision">Arithmetic.</param>
/// <param name="threadCount">Threads of one evaluator.</param>
internal sealed class EnsembleSet(IReadOnlyList<ModelHandle> models, Precision precision, int threadCount)
{
    private readonly Dictionary<string, Ensemble> _ensembles = new(StringComparer.Ordinal);

    /// <summary>Whether a frame may choose a head.</summary>
    public bool HasHeads { get; } = models.Any(static m => m.Heads.Length > 1);

    /// <summary>The potentials of a head.</summary>
    /// <param name="head">The head, or null for the default one.</param>
    /// <exception cref="InvalidInputException">A model has no such head.</exception>
    public Ensemble this[string? head]
    {
        get
        {
            lock (_ensembles)
            {
                string key = head ?? "";
                if (!_ensembles.TryGetValue(key, out Ensemble? ensemble))
                {
                    ensemble = new Ensemble(models, precision, head, threadCount);
                    _ensembles.Add(key, ensemble);
                }

                return ensemble;
            }
        }
    }

    /// <summary>The head of a frame: that of the request, or the frame's own when the models have several.</summary>
    public string? HeadOf(Structure structure, EvalRequest request)
    {
        if (request.Head is not null) { return request.Head; }
        return HasHeads && structure.Info.TryGetValue("head", out DataArray? head) && head is { Kind: DataKind.Text, IsScalar: true } ? head.Texts[0] : null;
    }
}

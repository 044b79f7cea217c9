using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Runs;

/// <summary>Everything a run needs before its first step: the initial model, the data of its heads with their neighbours, the losses.</summary>
public sealed record TrainingPlan
{
    /// <summary>The options.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The model to start from.</summary>
    public required MaceModel Model { get; init; }

    /// <summary>Data of the heads, in the order of the model's heads.</summary>
    public required ImmutableArray<HeadDataSet> Heads { get; init; }

    /// <summary>Test files of the heads, in that order.</summary>
    public required ImmutableArray<DataOptions> HeadOptions { get; init; }

    /// <summary>Isolated-atom energies of the heads, in that order.</summary>
    public required ImmutableArray<AtomicEnergyChoice> AtomicEnergies { get; init; }

    /// <summary>Average number of neighbours in the training data.</summary>
    public required double AverageNeighborCount { get; init; }

    /// <summary>The model that is fine-tuned, of one head; null for a new one.</summary>
    public MaceModel? Foundation { get; init; }

    /// <summary>What the user should know, sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>All frames to train on, head after head.</summary>
    public FrameSet TrainingFrames => FrameSet.Join(Heads.Select(static h => h.Train));

    /// <summary>Number of frames to train on.</summary>
    public int TrainingFrameCount => Heads.Sum(static h => h.Train.Count);

    /// <summary>Number of steps of an epoch: whole batches, as in mace-torch; one smaller batch where the frames do not fill one.</summary>
    public int StepsPerEpoch => Math.Max(1, TrainingFrameCount / Options.Optimization.BatchSize);
}

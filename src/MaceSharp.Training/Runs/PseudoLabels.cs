using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Labels that a model gives to frames.</summary>
internal static class PseudoLabels
{
    /// <summary>Replaces energies and forces, and the stress of periodic frames, by those of a model.</summary>
    /// <exception cref="InvalidInputException">The model cannot evaluate a frame.</exception>
    public static FrameSet Apply(FrameSet frames, MaceModel model, int threads, CancellationToken cancellationToken)
    {
        using IPotentialEvaluator evaluator = new MacePotential(model, new MaceOptions { ThreadCount = threads }).CreateEvaluator();
        PotentialResult result = new();
        List<LabelledStructure> labelled = new(frames.Count);
        foreach (LabelledStructure frame in frames)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool periodic = frame.Structure.Periodicity.IsFull;
            evaluator.Evaluate(frame.Structure, Properties.Energy | Properties.Forces | (periodic ? Properties.Stress : Properties.None), result, cancellationToken);
            labelled.Add(frame with { Energy = result.Energy, Forces = result.Forces.ToArray(), Stress = periodic ? result.Stress : null });
        }

        return FrameSet.Of(labelled);
    }
}

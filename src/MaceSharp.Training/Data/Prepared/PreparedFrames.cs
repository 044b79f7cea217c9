using System.Collections;
using System.Collections.Immutable;

namespace MaceSharp.Training;

/// <summary>The frames of a prepared data set as one head of a run sees them. A frame is read whenever it is asked for.</summary>
internal sealed class PreparedFrames(PreparedDataSet dataSet, int head, double headWeight, ImmutableDictionary<string, double> typeWeights) : IReadOnlyList<LabelledStructure>
{
    /// <inheritdoc/>
    public int Count => dataSet.FrameCount;

    /// <inheritdoc/>
    public LabelledStructure this[int index]
    {
        get
        {
            LabelledStructure frame = dataSet.Read(index);

            // The factors in the order of LabelReader, so that the same bits come out.
            return frame with { Head = head, Weight = headWeight * frame.Weight * typeWeights.GetValueOrDefault(LabelReader.ConfigTypeOf(frame.Structure), 1) };
        }
    }

    /// <summary>Checks that the neighbours are those a model needs.</summary>
    /// <exception cref="Atoms.InvalidInputException">They were found for another cutoff.</exception>
    public void RequireCutoff(double cutoff)
    {
        if (dataSet.Cutoff != cutoff) { throw dataSet.WrongCutoff(cutoff); }
    }

    /// <inheritdoc/>
    public IEnumerator<LabelledStructure> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) { yield return this[i]; }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Collections.Immutable;

namespace MaceSharp.Training;

/// <summary>The data of one head.</summary>
/// <param name="Name">Name of the head.</param>
/// <param name="Train">Frames to train on.</param>
/// <param name="Valid">Frames to validate on.</param>
/// <param name="IsolatedAtoms">Energies of isolated atoms that the training files state, eV, by atomic number.</param>
public sealed record HeadDataSet(string Name, FrameSet Train, FrameSet Valid, ImmutableSortedDictionary<int, double> IsolatedAtoms)
{
    /// <summary>What the user should know about the data, sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

using System.Collections.Immutable;
using MaceSharp.Architecture;

namespace MaceSharp.Training;

/// <summary>One tensor of a <see cref="ParameterSet"/>.</summary>
/// <param name="Name">Its name in the state dict of mace-torch.</param>
/// <param name="Shape">Extent of every axis, empty for a scalar; the values are row-major.</param>
/// <param name="Offset">Where its values begin in <see cref="ParameterSet.Values"/>.</param>
/// <param name="Count">How many values it has.</param>
/// <param name="Group">The optimiser group into which mace-torch puts it.</param>
/// <param name="Precision">Precision in which the model stores it.</param>
public sealed record ParameterSlot(string Name, ImmutableArray<int> Shape, int Offset, int Count, ParameterGroup Group, Precision Precision)
{
    /// <summary>Whether mace-torch applies weight decay to it.</summary>
    public bool HasWeightDecay => Group is ParameterGroup.InteractionsDecay or ParameterGroup.Products;

    /// <summary>Where its values lie in <see cref="ParameterSet.Values"/>.</summary>
    public Range Range => Offset..(Offset + Count);
}

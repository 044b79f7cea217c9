using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Adaptation;

/// <summary>The numbers that an optimiser moves, and the parameters of the network that follow from them.</summary>
internal interface IParameterization
{
    /// <summary>The numbers; written by optimisers.</summary>
    double[] Values { get; }

    /// <summary>The tensors they form, in order, and the parameter of the network that each acts on.</summary>
    IReadOnlyList<AdaptedPlace> Places { get; }

    /// <summary>Computes the parameters of the network.</summary>
    /// <param name="values">Numbers in the places of <see cref="Values"/>.</param>
    /// <param name="parameters">Receives all parameters.</param>
    void Expand(ReadOnlySpan<double> values, Span<double> parameters);

    /// <summary>Derivatives with respect to the numbers from those with respect to the parameters (the chain rule).</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="parameterGradient">One derivative a parameter.</param>
    /// <param name="gradient">Receives one derivative a number.</param>
    void Pull(ReadOnlySpan<double> values, ReadOnlySpan<double> parameterGradient, Span<double> gradient);
}

/// <summary>A tensor that is trained.</summary>
/// <param name="Place">Its name, and where it lies among the numbers that are trained.</param>
/// <param name="Slot">The parameter of the network it acts on.</param>
internal readonly record struct AdaptedPlace(ParameterPlace Place, ParameterSlot Slot);

/// <summary>The parameters themselves are trained.</summary>
/// <param name="parameters">The parameters, whose values are the numbers.</param>
internal sealed class DirectParameterization(ParameterSet parameters) : IParameterization
{
    /// <inheritdoc/>
    public double[] Values => parameters.Values;

    /// <inheritdoc/>
    public IReadOnlyList<AdaptedPlace> Places { get; } = [.. parameters.Slots.Select(static s => new AdaptedPlace(new ParameterPlace(s.Name, new ParameterRange(s.Offset, s.Count)), s))];

    /// <inheritdoc/>
    public void Expand(ReadOnlySpan<double> values, Span<double> parameters) => values.CopyTo(parameters);

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> values, ReadOnlySpan<double> parameterGradient, Span<double> gradient) => parameterGradient.CopyTo(gradient);
}

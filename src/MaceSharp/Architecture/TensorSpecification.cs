using System.Collections.Immutable;

namespace MaceSharp.Architecture;

/// <summary>What a tensor of a model is for.</summary>
public enum TensorRole
{
    /// <summary>Fitted to data: counts as a parameter and is changed by training.</summary>
    Parameter,

    /// <summary>A constant that evaluation needs.</summary>
    Buffer,
}

/// <summary>Name, shape and role of a tensor that a model must have.</summary>
/// <param name="Name">Attribute path of mace-torch, for example <c>interactions.0.linear_up.weight</c>.</param>
/// <param name="Shape">Extent of every axis, empty for a scalar; <see cref="FreeAxis"/> where the file decides.</param>
/// <param name="Role">Parameter or buffer.</param>
public sealed record TensorSpecification(string Name, ImmutableArray<int> Shape, TensorRole Role)
{
    /// <summary>The extent of an axis that the file decides: the number of coupling paths, which is smaller in a reduced basis.</summary>
    public const int FreeAxis = -1;

    /// <summary>What the weights of an equivariant linear map act on, one matrix [channels in, channels out] for each pair of equal irreps, input after input; null for other tensors.</summary>
    public Equivariance.Irreps? Input { get; init; }

    /// <summary>What they give; null for other tensors.</summary>
    public Equivariance.Irreps? Output { get; init; }

    /// <summary>Whether a shape is as specified.</summary>
    public bool Fits(IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Count != Shape.Length) { return false; }
        for (int i = 0; i < Shape.Length; i++)
        {
            if (Shape[i] == FreeAxis ? shape[i] < 1 : shape[i] != Shape[i]) { return false; }
        }

        return true;
    }

    /// <summary>Name and shape, for example <c>readouts.0.linear.weight [16]</c>.</summary>
    public override string ToString() => $"{Name} {Describe(Shape)}";

    internal static string Describe(IEnumerable<int> shape) => $"[{string.Join(", ", shape.Select(static n => n == FreeAxis ? "any" : n.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}

using System.Collections.Immutable;

namespace MaceSharp.Operators;

/// <summary>
/// The polynomials of all output components of a symmetric contraction, arranged so that little is computed twice:
/// B_m = Σ_x c·x + Σ_heads (a·b)·(c + Σ_rights c·v), where a head is a product of two input components that several
/// monomials, of several output components, have in common, and a right is what remains of a monomial when its head is
/// taken out: one input component up to ν = 3, a product of some above. Only monomials with a non-zero coupling exist.
/// </summary>
/// <remarks>
/// Coefficients are Σ_k C[monomial, k]·W[element, k, channel], where C sums the stored coupling tensor U over all orders
/// of the tuple. So the sum over tuples of Batatia et al. (arXiv:2206.07697, eq. 10) is taken once a model, not once an
/// atom. A coefficient's index is its place in the order in which an evaluation meets it: the linear terms component by
/// component, then the heads, of each its groups, of each the term without a right first.
/// </remarks>
/// <param name="Dimension">Number of input components d.</param>
/// <param name="Products">Products of three and more factors, or used as rights: number i is value d + i.</param>
/// <param name="Linear">For each output component the input components of its linear terms.</param>
/// <param name="Heads">The products of two that are taken out.</param>
/// <param name="Couplings">Non-zero couplings of monomials to paths, ordered by coefficient.</param>
/// <param name="CoefficientCount">Number of monomials, of all output components together.</param>
internal sealed record ContractionPlan(
    int Dimension,
    ImmutableArray<ContractionPlan.Product> Products,
    ImmutableArray<ImmutableArray<int>> Linear,
    ImmutableArray<ContractionPlan.Head> Heads,
    ImmutableArray<ContractionPlan.Coupling> Couplings,
    int CoefficientCount)
{
    /// <summary>Number of values an evaluation needs: inputs and products.</summary>
    public int ValueCount => Dimension + Products.Length;

    /// <summary>Number of output components.</summary>
    public int ComponentCount => Linear.Length;

    /// <summary>Multiply-adds a channel of the values alone.</summary>
    public int ForwardOperations => Products.Length + Linear.Sum(static l => l.Length) + Heads.Sum(static h => 1 + h.Groups.Sum(static g => 1 + g.Rights.Length));

    /// <summary>Multiply-adds a channel of the gradient.</summary>
    public int AdjointOperations => (3 * Products.Length) + Linear.Sum(static l => l.Length) + Heads.Sum(static h => 3 + h.Groups.Sum(static g => 2 + (2 * g.Rights.Length)));

    /// <summary>A value that is the product of two earlier ones.</summary>
    internal readonly record struct Product(int First, int Second);

    /// <summary>A product of two input components that is common to the monomials of some groups.</summary>
    internal readonly record struct Head(int First, int Second, ImmutableArray<Group> Groups);

    /// <summary>The monomials of one output component that have one head.</summary>
    /// <param name="Component">The output component.</param>
    /// <param name="HasConstant">Whether the head itself is a monomial.</param>
    /// <param name="Rights">Values by which the head is multiplied, one a further monomial.</param>
    internal readonly record struct Group(int Component, bool HasConstant, ImmutableArray<int> Rights);

    /// <summary>A non-zero coupling of one monomial of one output component to one path.</summary>
    /// <param name="Coefficient">Index of the monomial's coefficient.</param>
    /// <param name="Component">The output component.</param>
    /// <param name="Order">Correlation order ν of the monomial.</param>
    /// <param name="Path">Path index k of the weights of that order.</param>
    /// <param name="Value">Σ over the orders of the tuple of U.</param>
    internal readonly record struct Coupling(int Coefficient, int Component, int Order, int Path, double Value);
}

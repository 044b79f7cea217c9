namespace MaceSharp.Operators;

/// <summary>
/// A <see cref="ContractionPlan"/> as a string of integers that <see cref="ContractionKernel{T, TVector, TOps, TSharing}"/> reads from
/// front to back. Values, outputs and gradients are addressed by their offset in arrays of tiles: a tile holds one number
/// for each channel of <see cref="Lanes"/> vectors.
/// </summary>
internal static class ContractionProgram
{
    /// <summary>
    /// Vectors that are worked on together. With four, a coefficient that is loaded once serves four multiply-adds, the
    /// latency of those is hidden, and what the adjoint keeps of a group stays within 32 registers.
    /// </summary>
    public const int Lanes = 4;

    /// <summary>Writes the program.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tile">Numbers a tile.</param>
    /// <returns>
    /// Number of products, and of each target and factors; number of output components, and of each the number and places of
    /// its linear terms; number of heads, and of each its factors and number of groups, and of each group its output,
    /// twice the number of rights plus one if there is a constant, and the rights.
    /// </returns>
    public static int[] Write(ContractionPlan plan, int tile)
    {
        List<int> program = [plan.Products.Length];
        for (int i = 0; i < plan.Products.Length; i++)
        {
            program.AddRange([(plan.Dimension + i) * tile, plan.Products[i].First * tile, plan.Products[i].Second * tile]);
        }

        program.Add(plan.ComponentCount);
        foreach (var terms in plan.Linear)
        {
            program.Add(terms.Length);
            program.AddRange(terms.Select(t => t * tile));
        }

        program.Add(plan.Heads.Length);
        foreach (ContractionPlan.Head head in plan.Heads)
        {
            program.AddRange([head.First * tile, head.Second * tile, head.Groups.Length]);
            foreach (ContractionPlan.Group group in head.Groups)
            {
                program.AddRange([group.Component * tile, (2 * group.Rights.Length) + (group.HasConstant ? 1 : 0)]);
                program.AddRange(group.Rights.Select(r => r * tile));
            }
        }

        return [.. program];
    }
}

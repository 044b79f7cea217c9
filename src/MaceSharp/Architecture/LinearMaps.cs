using MaceSharp.Equivariance;

namespace MaceSharp.Architecture;

/// <summary>The bookkeeping of e3nn's linear maps, tensor products and gates: which irreps feed which, in which order.</summary>
internal static class LinearMaps
{
    /// <summary>Number of weights of an e3nn <c>Linear</c>: a block of mul_in × mul_out for every pair of equal irreps.</summary>
    public static int WeightCount(Irreps input, Irreps output)
    {
        long count = 0;
        foreach (IrrepBlock from in input.Blocks)
        {
            foreach (IrrepBlock to in output.Blocks)
            {
                if (from.Irrep == to.Irrep) { count += (long)from.Multiplicity * to.Multiplicity; }
            }
        }

        return Bounded(count);
    }

    /// <summary>
    /// Irreps between the convolution and the linear map after it: one block for every coupling of a sent block with a harmonic
    /// that reaches the target, sorted stably by degree and parity, not merged.
    /// </summary>
    public static Irreps Convolved(Irreps sent, Irreps harmonics, Irreps target)
    {
        HashSet<Irrep> wanted = [.. target.Blocks.Select(static b => b.Irrep)];
        List<IrrepBlock> slots = [];
        foreach (IrrepBlock feature in sent.Blocks)
        {
            foreach (IrrepBlock harmonic in harmonics.Blocks)
            {
                int l1 = feature.Irrep.Degree, l2 = harmonic.Irrep.Degree;
                for (int l = Math.Abs(l1 - l2); l <= l1 + l2; l++)
                {
                    Irrep irrep = new(l, feature.Irrep.Parity * harmonic.Irrep.Parity);
                    if (wanted.Contains(irrep)) { slots.Add(new IrrepBlock(feature.Multiplicity, irrep)); }
                }
            }
        }

        return new Irreps(slots).Sorted();
    }

    /// <summary>Number of weights per edge of the convolution: a number for every channel of every slot.</summary>
    public static int ChannelSum(Irreps irreps) => Bounded(irreps.Blocks.Sum(static b => (long)b.Multiplicity));

    /// <summary>Irreps that enter an e3nn <c>Gate</c>: scalars, one 0e gate for every gated channel, and the gated blocks.</summary>
    public static Irreps GateInput(Irreps scalars, Irreps gated)
    {
        int gates = ChannelSum(gated);
        IEnumerable<IrrepBlock> blocks = [.. scalars.Simplified().Blocks, new IrrepBlock(gates, Irrep.Scalar), .. gated.Simplified().Blocks];
        return new Irreps(blocks).Sorted().Simplified();
    }

    /// <summary>Blocks of degree 0.</summary>
    public static Irreps Scalars(Irreps irreps) => new(irreps.Blocks.Where(static b => b.Irrep.Degree == 0));

    /// <summary>Blocks of degree above 0.</summary>
    public static Irreps Tensors(Irreps irreps) => new(irreps.Blocks.Where(static b => b.Irrep.Degree > 0));

    private static int Bounded(long count) => count <= int.MaxValue
        ? (int)count
        : throw new Atoms.InvalidInputException("the hyper-parameters ask for a linear map of more than 2³¹ weights, which no MACE model has.");
}

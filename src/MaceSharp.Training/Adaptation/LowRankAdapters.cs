using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Adaptation;

/// <summary>
/// Low-rank adaptation (Hu et al., LoRA, arXiv:2106.09685) of a model: every matrix W of its linear maps and dense layers becomes W + f·A·B with a narrow A [inputs, rank] and a B [rank, outputs] that
/// starts as zero; W stays. The model that follows from it is an ordinary one.
/// </summary>
/// <remarks>
/// <para>
/// As in mace-torch 0.3.14: adapted are equivariant linear maps (one A for each block of the input and one B for each block of the output, those of equal irreps meeting, so that the map stays equivariant),
/// layers of radial and density networks, and linear layers of joint embeddings. Products of tensors (<c>skip_tp</c>), weights of contractions, biases, layer norms, tables and α and β stay.
/// f is α/rank, and for equivariant maps α/rank^(3/2), because there both narrow maps carry the normalisation of e3nn.
/// A is drawn from N(0, 1) in equivariant maps and from N(0, 10⁻⁶) in dense layers: what mace-torch's code does (its manual gives a deviation of 10⁻³ for all, but the flat weights of equivariant maps keep e3nn's).
/// </para>
/// <para>The network sees W + f·A·B alone; gradients of A and B come from that of W by the chain rule, which costs rank·inputs·outputs a step.</para>
/// </remarks>
internal sealed class LowRankAdapters : IParameterization
{
    private const double DenseDeviation = 1e-3;

    private readonly double[] _base;
    private readonly int _rank;
    private readonly List<Product> _products = [];

    /// <summary>Puts adapters beside the matrices of a model.</summary>
    /// <param name="parameters">The parameters; their present values are what is adapted.</param>
    /// <param name="rank">Width of the adapters.</param>
    /// <param name="alpha">α.</param>
    /// <param name="seed">Seed of A.</param>
    /// <exception cref="InvalidInputException">There would be more numbers than can be trained.</exception>
    public LowRankAdapters(ParameterSet parameters, int rank, double alpha, long seed)
    {
        _rank = rank;
        _base = [.. parameters.Values];
        List<AdaptedPlace> places = [];
        List<double> values = [];
        foreach (TensorSpecification tensor in ParameterLayout.Of(parameters.Model.HyperParameters))
        {
            if (tensor.Role != TensorRole.Parameter || parameters.Find(tensor.Name) is not { } slot) { continue; }
            if (tensor is { Input: { } input, Output: { } output }) { AddEquivariant(slot, input, output, alpha / rank / Math.Sqrt(rank)); }
            else if (IsDense(parameters.Model.HyperParameters, slot)) { AddDense(slot, alpha / rank); }
        }

        Places = places;
        Values = [.. values];

        void AddEquivariant(ParameterSlot slot, Irreps input, Irreps output, double factor)
        {
            Irrep[] shared = [.. input.Blocks.Select(static b => b.Irrep).Where(irrep => output.CountOf(irrep) > 0).Distinct()];
            int[] down = Offsets(input, shared, out int downCount), up = Offsets(output, shared, out int upCount);
            (int a, int b) = AddPair(slot, downCount, upCount, 1);
            int offset = slot.Offset;
            for (int i = 0; i < input.Count; i++)
            {
                for (int o = 0; o < output.Count; o++)
                {
                    if (input[i].Irrep != output[o].Irrep) { continue; }
                    _products.Add(new Product(offset, input[i].Multiplicity, output[o].Multiplicity, false, a + down[i], b + up[o], factor));
                    offset += input[i].Multiplicity * output[o].Multiplicity;
                }
            }
        }

        void AddDense(ParameterSlot slot, double factor)
        {
            // PyTorch's layers hold [outputs, inputs], e3nn's [inputs, outputs].
            bool transposed = !slot.Name.Contains(".layer", StringComparison.Ordinal);
            (int inputs, int outputs) = transposed ? (slot.Shape[1], slot.Shape[0]) : (slot.Shape[0], slot.Shape[1]);
            (int a, int b) = AddPair(slot, inputs * rank, outputs * rank, DenseDeviation);
            _products.Add(new Product(slot.Offset, inputs, outputs, transposed, a, b, factor));
        }

        (int A, int B) AddPair(ParameterSlot slot, int aCount, int bCount, double deviation)
        {
            string name = slot.Name[..^".weight".Length];
            int a = values.Count, b = a + aCount;
            if ((long)b + bCount > Array.MaxLength) { throw new InvalidInputException($"lora_rank: {rank} gives more numbers than can be trained."); }
            places.Add(new AdaptedPlace(new ParameterPlace(name + ".lora_A.weight", new ParameterRange(a, aCount)), slot));
            places.Add(new AdaptedPlace(new ParameterPlace(name + ".lora_B.weight", new ParameterRange(b, bCount)), slot));
            RandomStream random = new(seed, name + ".lora_A");
            for (int i = 0; i < aCount; i++) { values.Add(deviation * random.NextNormal()); }
            values.AddRange(Enumerable.Repeat(0.0, bCount));
            return (a, b);
        }

        int[] Offsets(Irreps irreps, Irrep[] shared, out int count)
        {
            int[] offsets = new int[irreps.Count];
            count = 0;
            for (int i = 0; i < irreps.Count; i++)
            {
                offsets[i] = count;
                if (shared.Contains(irreps[i].Irrep)) { count = checked(count + (irreps[i].Multiplicity * rank)); }
            }

            return offsets;
        }
    }

    /// <inheritdoc/>
    public double[] Values { get; }

    /// <inheritdoc/>
    public IReadOnlyList<AdaptedPlace> Places { get; }

    /// <inheritdoc/>
    public void Expand(ReadOnlySpan<double> values, Span<double> parameters)
    {
        _base.CopyTo(parameters);
        foreach (Product p in _products)
        {
            ReadOnlySpan<double> a = values.Slice(p.A, p.Inputs * _rank), b = values.Slice(p.B, p.Outputs * _rank);
            Span<double> target = parameters.Slice(p.Offset, p.Inputs * p.Outputs);
            for (int i = 0; i < p.Inputs; i++)
            {
                for (int k = 0; k < _rank; k++)
                {
                    double factor = p.Factor * a[(i * _rank) + k];
                    ReadOnlySpan<double> row = b.Slice(k * p.Outputs, p.Outputs);
                    int at = p.IsTransposed ? i : i * p.Outputs, step = p.IsTransposed ? p.Inputs : 1;
                    for (int o = 0; o < row.Length; o++, at += step) { target[at] += factor * row[o]; }
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> values, ReadOnlySpan<double> parameterGradient, Span<double> gradient)
    {
        // Ā = f·W̄·Bᵀ and B̄ = f·Aᵀ·W̄; an A or a B may serve several matrices.
        gradient.Clear();
        foreach (Product p in _products)
        {
            ReadOnlySpan<double> a = values.Slice(p.A, p.Inputs * _rank), b = values.Slice(p.B, p.Outputs * _rank), bar = parameterGradient.Slice(p.Offset, p.Inputs * p.Outputs);
            Span<double> aBar = gradient.Slice(p.A, a.Length), bBar = gradient.Slice(p.B, b.Length);
            for (int i = 0; i < p.Inputs; i++)
            {
                for (int k = 0; k < _rank; k++)
                {
                    double factor = p.Factor * a[(i * _rank) + k], sum = 0;
                    ReadOnlySpan<double> row = b.Slice(k * p.Outputs, p.Outputs);
                    Span<double> rowBar = bBar.Slice(k * p.Outputs, p.Outputs);
                    int at = p.IsTransposed ? i : i * p.Outputs, step = p.IsTransposed ? p.Inputs : 1;
                    for (int o = 0; o < row.Length; o++, at += step)
                    {
                        sum += bar[at] * row[o];
                        rowBar[o] += factor * bar[at];
                    }

                    aBar[(i * _rank) + k] += p.Factor * sum;
                }
            }
        }
    }

    /// <summary>Whether a tensor is the matrix of a layer of a radial or density network or of a joint embedding; tables of categories and weights of contractions are not.</summary>
    private static bool IsDense(HyperParameters model, ParameterSlot slot)
    {
        if (slot.Shape.Length != 2 || !slot.Name.EndsWith(".weight", StringComparison.Ordinal)) { return false; }
        if (slot.Name.StartsWith("interactions.", StringComparison.Ordinal)) { return true; }
        return slot.Name.StartsWith("joint_embedding.", StringComparison.Ordinal) && !model.Embeddings.Any(e => e.IsCategorical && slot.Name == $"joint_embedding.embedders.{e.Name}.weight");
    }

    /// <summary>One adapted matrix: where it begins among the parameters, its extents, how it lies there, and where its A [inputs, rank] and B [rank, outputs] begin.</summary>
    private readonly record struct Product(int Offset, int Inputs, int Outputs, bool IsTransposed, int A, int B, double Factor);
}

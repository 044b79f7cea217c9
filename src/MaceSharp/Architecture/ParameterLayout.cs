using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Architecture;

/// <summary>
/// Name, shape and role of every tensor that a model of given hyper-parameters has: what a file must hold, and what training
/// starts from. The order is that of the data: embedding, radial functions, layers, readouts, scale.
/// </summary>
/// <remarks>
/// Tensors without elements are left out. Two shapes are the same whatever the file had: E0 is [heads, elements], scale and
/// shift are [heads]. The number of coupling paths of the symmetric contraction is up to the file
/// (<see cref="TensorSpecification.FreeAxis"/>), equal for a U tensor and its weights.
/// </remarks>
public static class ParameterLayout
{
    /// <summary>Width of the scalars that the attention block hands to its radial network.</summary>
    private const int AttentionWidth = 64;

    /// <summary>Extent of the table of covalent radii, indexed by atomic number.</summary>
    private const int CovalentRadiiCount = 119;

    private static readonly int[] AttentionMlp = [256, 256, 256];

    /// <summary>Lists the tensors of a model.</summary>
    /// <param name="model">Its hyper-parameters.</param>
    /// <exception cref="InvalidInputException">The hyper-parameters are impossible.</exception>
    public static ImmutableArray<TensorSpecification> Of(HyperParameters model)
    {
        ArgumentNullException.ThrowIfNull(model);
        HyperParameterLimits.Check(model);
        Builder builder = new(model);
        builder.AddEmbedding();
        builder.AddRadial();
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            builder.AddInteraction(layer);
            builder.AddProduct(layer);
        }

        builder.AddReadouts();
        builder.AddScales();
        return builder.Tensors.ToImmutable();
    }

    /// <summary>Checks that a model has exactly the tensors its hyper-parameters ask for, of the right shapes and with finite values.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidInputException">A tensor is missing, unknown, of another shape, or not finite; the sentence names it.</exception>
    public static void Check(MaceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (TensorSpecification specification in Of(model.HyperParameters))
        {
            known.Add(specification.Name);
            if (!model.Tensors.TryGetValue(specification.Name, out NamedTensor? tensor))
            {
                throw new InvalidInputException($"the tensor {specification} is missing.");
            }

            CheckTensor(specification, tensor);
        }

        foreach (string name in model.Tensors.Keys)
        {
            if (!known.Contains(name)) { throw new InvalidInputException($"the tensor '{name}' is none that the hyper-parameters ask for."); }
        }

        CheckPaths(model);
    }

    /// <summary>Number of fitted numbers of a model.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidInputException">The hyper-parameters are impossible, or a tensor is missing.</exception>
    public static long CountParameters(MaceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.HyperParameters).Where(static s => s.Role == TensorRole.Parameter).Sum(s => (long)model[s.Name].Count);
    }

    internal static void CheckTensor(TensorSpecification specification, NamedTensor tensor)
    {
        if (!specification.Fits(tensor.Shape))
        {
            throw new InvalidInputException($"the tensor '{specification.Name}' has the shape {TensorSpecification.Describe(tensor.Shape)} where the hyper-parameters ask for {TensorSpecification.Describe(specification.Shape)}.");
        }

        int bad = IndexOfNonFinite(tensor.Values);
        if (bad >= 0)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the tensor '{specification.Name}' has a value that is not finite ({tensor.Values[bad]} at element {bad}): the model is unusable."));
        }
    }

    internal static string WeightName(string contraction, int correlation, int order) =>
        order == correlation ? $"{contraction}.weights_max" : string.Create(CultureInfo.InvariantCulture, $"{contraction}.weights.{correlation - 1 - order}");

    internal static string ContractionName(int layer, int block) => string.Create(CultureInfo.InvariantCulture, $"products.{layer}.symmetric_contractions.contractions.{block}");

    private static void CheckPaths(MaceModel model)
    {
        HyperParameters shape = model.HyperParameters;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            for (int block = 0; block < shape.NodeIrreps(layer + 1).Count; block++)
            {
                string contraction = ContractionName(layer, block);
                for (int order = 1; order <= shape.Correlations[layer]; order++)
                {
                    string couplings = string.Create(CultureInfo.InvariantCulture, $"{contraction}.U_matrix_{order}"), weights = WeightName(contraction, shape.Correlations[layer], order);
                    int paths = model[couplings].Shape[^1], weighted = model[weights].Shape[1];
                    if (paths != weighted)
                    {
                        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the tensor '{couplings}' has {paths} coupling paths but '{weights}' weighs {weighted}."));
                    }
                }
            }
        }
    }

    private static int IndexOfNonFinite(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) { return i; }
        }

        return -1;
    }

    private sealed class Builder(HyperParameters model)
    {
        private readonly int _elements = model.AtomicNumbers.Length;
        private readonly int _heads = model.Heads.Length;

        public ImmutableArray<TensorSpecification>.Builder Tensors { get; } = ImmutableArray.CreateBuilder<TensorSpecification>();

        public void AddEmbedding()
        {
            AddLinear("node_embedding.linear", Scalars(_elements), Scalars(model.ChannelCount));
            if (!model.Embeddings.IsEmpty)
            {
                foreach (EmbeddingSpec spec in model.Embeddings)
                {
                    string name = $"joint_embedding.embedders.{spec.Name}";
                    if (spec.IsCategorical) { Add($"{name}.weight", TensorRole.Parameter, spec.ClassCount, spec.EmbeddingDimension); }
                    else
                    {
                        AddAffine($"{name}.0", spec.InputDimension, spec.EmbeddingDimension);
                        AddAffine($"{name}.2", spec.EmbeddingDimension, spec.EmbeddingDimension);
                    }
                }

                Add("joint_embedding.project.0.weight", TensorRole.Parameter, model.ChannelCount, model.Embeddings.Sum(static e => e.EmbeddingDimension));
            }

            if (model.UseEmbeddingReadout) { AddLinear("embedding_readout.linear", model.NodeIrreps(0), ScalarOutput()); }
        }

        public void AddRadial()
        {
            switch (model.RadialBasis)
            {
                case RadialBasisKind.Bessel:
                    Add("radial_embedding.bessel_fn.bessel_weights", TensorRole.Buffer, model.RadialBasisCount);
                    Add("radial_embedding.bessel_fn.prefactor", TensorRole.Buffer);
                    break;
                case RadialBasisKind.Gaussian:
                    Add("radial_embedding.bessel_fn.gaussian_weights", TensorRole.Buffer, model.RadialBasisCount);
                    break;
                default:
                    break;
            }

            switch (model.DistanceTransform)
            {
                case DistanceTransformKind.Agnesi:
                    Add("radial_embedding.distance_transform.a", TensorRole.Buffer);
                    Add("radial_embedding.distance_transform.p", TensorRole.Buffer);
                    Add("radial_embedding.distance_transform.q", TensorRole.Buffer);
                    Add("radial_embedding.distance_transform.covalent_radii", TensorRole.Buffer, CovalentRadiiCount);
                    break;
                case DistanceTransformKind.Soft:
                    Add("radial_embedding.distance_transform.alpha", TensorRole.Buffer);
                    Add("radial_embedding.distance_transform.covalent_radii", TensorRole.Buffer, CovalentRadiiCount);
                    break;
                default:
                    break;
            }

            if (model.PairRepulsion)
            {
                Add("pair_repulsion_fn.a_exp", TensorRole.Buffer);
                Add("pair_repulsion_fn.a_prefactor", TensorRole.Buffer);
                Add("pair_repulsion_fn.c", TensorRole.Buffer, 4);
                Add("pair_repulsion_fn.covalent_radii", TensorRole.Buffer, CovalentRadiiCount);
            }

            if (model.HasEnergy) { Add("atomic_energies_fn.atomic_energies", TensorRole.Buffer, _heads, _elements); }
        }

        public void AddInteraction(int layer)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"interactions.{layer}");
            InteractionKind kind = model.Interactions[layer];
            Irreps features = model.NodeIrreps(layer), output = model.NodeIrreps(layer + 1), sent = model.SentIrreps(layer), target = model.TargetIrreps(layer);
            Irreps convolved = LinearMaps.Convolved(sent, model.HarmonicIrreps, target);
            int perEdge = LinearMaps.ChannelSum(convolved);
            AddLinear($"{name}.linear_up", features, sent);
            switch (kind)
            {
                case InteractionKind.RealAgnosticResidualNonLinear:
                    AddNonLinear(name, features, output, sent, target, convolved, perEdge);
                    return;
                case InteractionKind.RealAgnosticAttResidual:
                    AddLinear($"{name}.linear_down", features, new Irreps(new IrrepBlock(AttentionWidth, Irrep.Scalar)));
                    AddRadialNetwork($"{name}.conv_tp_weights", [model.RadialBasisCount + (2 * AttentionWidth), .. AttentionMlp, perEdge]);
                    AddLinear($"{name}.linear", convolved, target);
                    AddLinear($"{name}.skip_linear", features, output);
                    return;
                default:
                    AddRadialNetwork($"{name}.conv_tp_weights", [model.RadialBasisCount, .. model.RadialMlp, perEdge]);
                    AddLinear($"{name}.linear", convolved, target);
                    bool isResidual = kind is InteractionKind.RealAgnosticResidual or InteractionKind.RealAgnosticDensityResidual;
                    AddSkip($"{name}.skip_tp", isResidual ? features : target, isResidual ? output : target);
                    if (kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual)
                    {
                        AddRadialNetwork($"{name}.density_fn", [model.RadialBasisCount, 1]);
                    }

                    return;
            }
        }

        public void AddProduct(int layer)
        {
            Irreps output = model.NodeIrreps(layer + 1);
            int correlation = model.Correlations[layer];
            int width = model.TargetIrreps(layer).Blocks.Sum(static b => b.Irrep.Dimension);
            int kinds = model.UseAgnosticProduct ? 1 : _elements;
            for (int block = 0; block < output.Count; block++)
            {
                string name = ContractionName(layer, block);
                int components = output[block].Irrep.Dimension;
                for (int order = correlation; order >= 1; order--)
                {
                    Add(WeightName(name, correlation, order), TensorRole.Parameter, kinds, TensorSpecification.FreeAxis, model.ChannelCount);
                }

                for (int order = 1; order <= correlation; order++)
                {
                    int[] shape = [.. components == 1 ? (int[])[] : [components], .. Enumerable.Repeat(width, order), TensorSpecification.FreeAxis];
                    Add(string.Create(CultureInfo.InvariantCulture, $"{name}.U_matrix_{order}"), TensorRole.Buffer, shape);
                }
            }

            AddLinear(string.Create(CultureInfo.InvariantCulture, $"products.{layer}.linear"), output, output);
        }

        public void AddReadouts()
        {
            int count = model.UseLastReadoutOnly ? 1 : model.LayerCount;
            for (int i = 0; i < count; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"readouts.{i}");
                int layer = model.UseLastReadoutOnly ? model.LayerCount - 1 : i;
                Irreps features = model.NodeIrreps(layer + 1);
                bool isLast = layer == model.LayerCount - 1 && model.LayerCount > 1;
                if (!isLast) { AddLinear($"{name}.linear", features, ReadoutOutput()); }
                else if (model.Kind is ModelKind.Mace or ModelKind.ScaleShiftMace) { AddEnergyReadout(name, features); }
                else
                {
                    AddLinear($"{name}.linear_1", features, GatedReadoutInput());
                    AddLinear($"{name}.linear_2", model.MlpIrreps, ReadoutOutput());
                }
            }
        }

        public void AddScales()
        {
            if (model.Kind == ModelKind.ScaleShiftMace)
            {
                Add("scale_shift.scale", TensorRole.Buffer, _heads);
                Add("scale_shift.shift", TensorRole.Buffer, _heads);
            }

            if (model.Kind == ModelKind.AtomicDielectricMace) { Add("change_of_basis", TensorRole.Buffer, 6, 3, 3); }
        }

        private void AddEnergyReadout(string name, Irreps features)
        {
            Irreps hidden = new(model.MlpIrreps.Blocks.Select(b => b with { Multiplicity = b.Multiplicity * _heads }));
            AddLinear($"{name}.linear_1", features, hidden);
            if (model.UseBiasReadout)
            {
                AddLinear($"{name}.linear_mid", hidden, hidden);
                Add($"{name}.linear_mid.bias", TensorRole.Parameter, hidden.CountOf(Irrep.Scalar));
            }

            AddLinear($"{name}.linear_2", hidden, ScalarOutput());
            if (model.UseBiasReadout) { Add($"{name}.linear_2.bias", TensorRole.Parameter, _heads); }
        }

        private void AddNonLinear(string name, Irreps features, Irreps output, Irreps sent, Irreps target, Irreps convolved, int perEdge)
        {
            int scalars = features.CountOf(Irrep.Scalar);
            Irreps gateInput = LinearMaps.GateInput(LinearMaps.Scalars(target), LinearMaps.Tensors(target));
            int edgeWidth = model.RadialBasisCount + (2 * scalars);
            AddLinear($"{name}.source_embedding", Scalars(_elements), Scalars(scalars));
            AddLinear($"{name}.target_embedding", Scalars(_elements), Scalars(scalars));
            AddNormalizedNetwork($"{name}.conv_tp_weights.net", [edgeWidth, .. model.RadialMlp, perEdge]);
            AddNormalizedNetwork($"{name}.density_fn.net", [edgeWidth, 64, 1]);
            Add($"{name}.alpha", TensorRole.Parameter);
            Add($"{name}.beta", TensorRole.Parameter);
            AddLinear($"{name}.linear_1", convolved, gateInput);
            AddLinear($"{name}.linear_res", sent, gateInput);
            AddLinear($"{name}.linear_2", target, target);
            AddLinear($"{name}.skip_tp", features, output);
        }

        private static Irreps Scalars(int count) => new(new IrrepBlock(count, Irrep.Scalar));

        private Irreps ScalarOutput() => Scalars(_heads);

        private Irreps ReadoutOutput() => model.Kind switch
        {
            ModelKind.AtomicDipolesMace => new Irreps(new IrrepBlock(1, new Irrep(1, -1))),
            ModelKind.EnergyDipolesMace => new Irreps(new IrrepBlock(1, Irrep.Scalar), new IrrepBlock(1, new Irrep(1, -1))),
            ModelKind.AtomicDielectricMace => new Irreps(new IrrepBlock(2, Irrep.Scalar), new IrrepBlock(1, new Irrep(1, -1)), new IrrepBlock(1, new Irrep(2, 1))),
            _ => ScalarOutput(),
        };

        private Irreps GatedReadoutInput()
        {
            Irreps wanted = ReadoutOutput();
            Irreps used = new(model.MlpIrreps.Blocks.Where(b => wanted.CountOf(b.Irrep) > 0));
            return LinearMaps.GateInput(LinearMaps.Scalars(used), LinearMaps.Tensors(used));
        }

        private void AddRadialNetwork(string name, int[] widths)
        {
            for (int i = 0; i + 1 < widths.Length; i++) { Add(string.Create(CultureInfo.InvariantCulture, $"{name}.layer{i}.weight"), TensorRole.Parameter, widths[i], widths[i + 1]); }
        }

        private void AddNormalizedNetwork(string name, int[] widths)
        {
            for (int i = 0; i + 1 < widths.Length; i++)
            {
                AddAffine(string.Create(CultureInfo.InvariantCulture, $"{name}.{3 * i}"), widths[i], widths[i + 1]);
                if (i + 2 == widths.Length) { break; }
                string norm = string.Create(CultureInfo.InvariantCulture, $"{name}.{(3 * i) + 1}");
                Add($"{norm}.weight", TensorRole.Parameter, widths[i + 1]);
                Add($"{norm}.bias", TensorRole.Parameter, widths[i + 1]);
            }
        }

        private void AddAffine(string name, int input, int output)
        {
            Add($"{name}.weight", TensorRole.Parameter, output, input);
            Add($"{name}.bias", TensorRole.Parameter, output);
        }

        private void AddLinear(string name, Irreps input, Irreps output)
        {
            int count = LinearMaps.WeightCount(input, output);
            if (count > 0) { Tensors.Add(new TensorSpecification($"{name}.weight", [count], TensorRole.Parameter) { Input = input, Output = output }); }
        }

        private void AddSkip(string name, Irreps input, Irreps output)
        {
            long count = (long)LinearMaps.WeightCount(input, output) * _elements;
            if (count > int.MaxValue) { throw new InvalidInputException("the hyper-parameters ask for a skip connection of more than 2³¹ weights, which no MACE model has."); }
            Add($"{name}.weight", TensorRole.Parameter, (int)count);
        }

        private void Add(string name, TensorRole role, params int[] shape)
        {
            if (!shape.Contains(0)) { Tensors.Add(new TensorSpecification(name, [.. shape], role)); }
        }
    }
}

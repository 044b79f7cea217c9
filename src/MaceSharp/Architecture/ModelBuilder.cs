using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Architecture;

/// <summary>Makes new models: every tensor that <see cref="ParameterLayout"/> lists, parameters drawn at random and buffers computed.</summary>
/// <remarks>
/// <para>
/// The distributions are those of mace-torch 0.3.15. Linear maps, tensor products, plain radial networks and tables of embeddings: N(0, 1), as the maps carry
/// their own normalisation. Product weights: N(0, 1) divided by the number of paths. Networks of PyTorch layers (the radial networks of non-linear blocks, continuous embeddings
/// and their projection): uniform in ±1/√fan-in, layer norms the identity. Source and target embeddings of non-linear blocks: uniform in ±0.001. There α = 20 and β = 0. Biases of readouts: 0.
/// </para>
/// <para>
/// Every tensor has its own random stream, named after it, so that a tensor does not change when another is added.
/// Upstream freezes a wrong product weight at zero where an order has no coupling path; here no weight is.
/// </para>
/// </remarks>
public static class ModelBuilder
{
    private const double InitialAlpha = 20;
    private const double EmbeddingBound = 0.001;

    /// <summary>Constants of the universal screening function (Ziegler, Biersack and Littmark, The Stopping and Range of Ions in Solids, 1985) as upstream states them.</summary>
    private static readonly double[] ScreeningCoefficients = [0.1818, 0.5099, 0.2802, 0.02817];

    /// <summary>Creates a model.</summary>
    /// <param name="hyperParameters">Shape of the network.</param>
    /// <param name="initialization">Seed, energies and scales; null: the defaults.</param>
    /// <exception cref="InvalidInputException">The hyper-parameters are impossible or too large, or the energies or scales do not fit them.</exception>
    public static MaceModel Create(HyperParameters hyperParameters, ModelInitialization? initialization = null)
    {
        ArgumentNullException.ThrowIfNull(hyperParameters);
        initialization ??= new ModelInitialization();
        CheckFit(hyperParameters, initialization);
        ImmutableArray<TensorSpecification> layout = ParameterLayout.Of(hyperParameters);
        Dictionary<string, NamedTensor> tensors = new(StringComparer.Ordinal);
        AddProducts(hyperParameters, initialization, tensors);
        foreach (TensorSpecification specification in layout)
        {
            if (tensors.ContainsKey(specification.Name)) { continue; }
            double[] values = specification.Role == TensorRole.Parameter
                ? CreateParameter(specification, hyperParameters, initialization.Seed, tensors)
                : CreateBuffer(specification.Name, hyperParameters, initialization);
            tensors.Add(specification.Name, Store([.. specification.Shape], values, initialization.Precision));
        }

        MaceModel model = new(hyperParameters, tensors.ToImmutableSortedDictionary(StringComparer.Ordinal));
        ParameterLayout.Check(model);
        return model;
    }

    private static void CheckFit(HyperParameters model, ModelInitialization initialization)
    {
        ImmutableArray<ImmutableArray<double>> energies = initialization.AtomicEnergies;
        if (!energies.IsEmpty && (energies.Length != model.Heads.Length || energies.Any(head => head.Length != model.AtomicNumbers.Length)))
        {
            throw new InvalidInputException($"The isolated-atom energies must be one list of {model.AtomicNumbers.Length} numbers for each of the {model.Heads.Length} heads.");
        }

        foreach ((string name, ImmutableArray<double> values) in new[] { ("scale", initialization.Scale), ("shift", initialization.Shift) })
        {
            if (!values.IsEmpty && values.Length != model.Heads.Length)
            {
                throw new InvalidInputException($"The {name} must be one number for each of the {model.Heads.Length} heads, not {values.Length}.");
            }
        }

        if (model.Correlations.Any(static order => order > CouplingTensors.LargestOrder))
        {
            throw new InvalidInputException($"A new model can have correlation orders up to {CouplingTensors.LargestOrder}, not {model.Correlations.Max()}.");
        }
    }

    /// <summary>Coupling tensors, and weights of as many paths.</summary>
    private static void AddProducts(HyperParameters model, ModelInitialization initialization, Dictionary<string, NamedTensor> tensors)
    {
        int kinds = model.UseAgnosticProduct ? 1 : model.AtomicNumbers.Length;
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            Irrep[] coupling = [.. model.TargetIrreps(layer).Blocks.Select(static b => b.Irrep)];
            Irreps outputs = model.NodeIrreps(layer + 1);
            int correlation = model.Correlations[layer];
            for (int block = 0; block < outputs.Count; block++)
            {
                string name = ParameterLayout.ContractionName(layer, block);
                for (int order = 1; order <= correlation; order++)
                {
                    int[] shape = CouplingTensors.ShapeOf(coupling, outputs[block].Irrep, order);
                    tensors.Add(
                        string.Create(CultureInfo.InvariantCulture, $"{name}.U_matrix_{order}"),
                        Store(shape, CreateCoupling(coupling, outputs[block].Irrep, order), initialization.Precision));

                    string weights = ParameterLayout.WeightName(name, correlation, order);
                    double[] values = Normal(initialization.Seed, weights, kinds * shape[^1] * model.ChannelCount, 1.0 / shape[^1]);
                    tensors.Add(weights, Store([kinds, shape[^1], model.ChannelCount], values, initialization.Precision));
                }
            }
        }
    }

    private static double[] CreateCoupling(Irrep[] coupling, Irrep output, int order)
    {
        try
        {
            return CouplingTensors.Create(coupling, output, order);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidInputException($"A correlation of order {order} over harmonics up to degree {coupling.Max(static irrep => irrep.Degree)} needs a coupling tensor that is too large; lower correlation or max_ell.", exception);
        }
    }

    private static double[] CreateParameter(TensorSpecification specification, HyperParameters model, long seed, Dictionary<string, NamedTensor> tensors)
    {
        string name = specification.Name;
        int count = specification.Shape.Aggregate(1, static (product, extent) => checked(product * extent));
        int dot = name.LastIndexOf('.');
        string parent = name[..dot], last = name[(dot + 1)..];
        if (last == "alpha") { return [InitialAlpha]; }
        if (last == "beta") { return [0]; }
        if (name.StartsWith("readouts.", StringComparison.Ordinal) && last == "bias") { return new double[count]; }
        if (parent.EndsWith(".source_embedding", StringComparison.Ordinal) || parent.EndsWith(".target_embedding", StringComparison.Ordinal))
        {
            return Uniform(seed, name, count, EmbeddingBound);
        }

        bool isNormalizedNetwork = parent.Contains(".net.", StringComparison.Ordinal);
        if (isNormalizedNetwork && IsLayerNorm(parent)) { return [.. Enumerable.Repeat(last == "weight" ? 1.0 : 0.0, count)]; }

        // The tables of categorical embeddings are all of a joint embedding that is not a PyTorch linear layer [out, in].
        bool isTable = model.Embeddings.Any(e => e.IsCategorical && parent == $"joint_embedding.embedders.{e.Name}");
        if (isNormalizedNetwork || (name.StartsWith("joint_embedding.", StringComparison.Ordinal) && !isTable))
        {
            int inputs = last == "bias" ? tensors[parent + ".weight"].Shape[^1] : specification.Shape[^1];
            return Uniform(seed, name, count, 1 / Math.Sqrt(inputs));
        }

        return Normal(seed, name, count, 1);
    }

    /// <summary>Layers of the networks of non-linear blocks are numbered Linear 0, LayerNorm 1, SiLU 2, Linear 3, ….</summary>
    private static bool IsLayerNorm(string layer) => int.Parse(layer[(layer.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture) % 3 == 1;

    private static double[] CreateBuffer(string name, HyperParameters model, ModelInitialization initialization)
    {
        double cutoff = model.CutoffRadius;
        int count = model.RadialBasisCount;
        return name switch
        {
            "radial_embedding.bessel_fn.bessel_weights" => [.. Enumerable.Range(1, count).Select(n => n * Math.PI / cutoff)],
            "radial_embedding.bessel_fn.prefactor" => [Math.Sqrt(2 / cutoff)],
            "radial_embedding.bessel_fn.gaussian_weights" => [.. Enumerable.Range(0, count).Select(n => n * cutoff / (count - 1))],
            "radial_embedding.distance_transform.q" => [0.9183],
            "radial_embedding.distance_transform.p" => [4.5791],
            "radial_embedding.distance_transform.a" => [1.0805],
            "radial_embedding.distance_transform.alpha" => [4],
            "radial_embedding.distance_transform.covalent_radii" or "pair_repulsion_fn.covalent_radii" => Elements.CovalentRadii.ToArray(),
            "pair_repulsion_fn.c" => [.. ScreeningCoefficients],
            "pair_repulsion_fn.a_exp" => [0.3],
            "pair_repulsion_fn.a_prefactor" => [0.4543],
            "atomic_energies_fn.atomic_energies" => initialization.AtomicEnergies.IsEmpty
                ? new double[model.Heads.Length * model.AtomicNumbers.Length]
                : [.. initialization.AtomicEnergies.SelectMany(static head => head)],
            "scale_shift.scale" => initialization.Scale.IsEmpty ? [.. Enumerable.Repeat(1.0, model.Heads.Length)] : [.. initialization.Scale],
            "scale_shift.shift" => initialization.Shift.IsEmpty ? new double[model.Heads.Length] : [.. initialization.Shift],
            "change_of_basis" => PolarizabilityBasis(),
            _ => throw new InvalidOperationException($"No rule for the buffer '{name}'."),
        };
    }

    /// <summary>Cartesian tensors of the six components 0e + 2e of a symmetric matrix, shape [6, 3, 3].</summary>
    private static double[] PolarizabilityBasis()
    {
        double[] basis = new double[54];
        ReadOnlySpan<double> symbol = Wigner3j.Get(1, 1, 2);
        for (int i = 0; i < 3; i++)
        {
            basis[4 * i] = 1 / Math.Sqrt(3);
            for (int j = 0; j < 3; j++)
            {
                for (int m = 0; m < 5; m++) { basis[(9 * (m + 1)) + (3 * i) + j] = Math.Sqrt(5) * symbol[(((3 * i) + j) * 5) + m]; }
            }
        }

        return basis;
    }

    private static double[] Normal(long seed, string name, int count, double deviation)
    {
        RandomStream generator = new(seed, name);
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan()) { value = deviation * generator.NextNormal(); }
        return values;
    }

    private static double[] Uniform(long seed, string name, int count, double bound)
    {
        RandomStream generator = new(seed, name);
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan()) { value = bound * ((2 * generator.NextUniform()) - 1); }
        return values;
    }

    private static NamedTensor Store(int[] shape, double[] values, Precision precision)
    {
        if (precision == Precision.Float32)
        {
            foreach (ref double value in values.AsSpan()) { value = (float)value; }
        }

        return new NamedTensor(shape, values, precision);
    }
}

using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Serialization.Torch;

/// <summary>
/// Compares what the modules of a file say about themselves with what its hyper-parameters imply, so that a variant that this
/// program would compute differently is refused instead of evaluated wrongly.
/// </summary>
internal sealed class TorchConsistency(TorchModule model, TorchValues values, HyperParameters expected)
{
    /// <summary>Throws a sentence for the first contradiction.</summary>
    /// <exception cref="InvalidInputException">A module is not what the hyper-parameters imply.</exception>
    public void Check()
    {
        foreach (TorchModule module in model.SelfAndDescendants()) { CheckLibrary(module); }
        CheckRadial();
        CheckHarmonics();
        for (int layer = 0; layer < expected.LayerCount; layer++) { CheckLayer(layer); }
        TorchActivations.CheckAll(model);
    }

    /// <summary>Models converted for an accelerator library keep their weights in another order.</summary>
    private static void CheckLibrary(TorchModule module)
    {
        string name = module.Class.FullName;
        bool isAccelerated = name.StartsWith("cuequivariance", StringComparison.Ordinal) || name.StartsWith("openequivariance", StringComparison.Ordinal) || name.StartsWith("mace.modules.wrapper_ops", StringComparison.Ordinal);
        if (isAccelerated)
        {
            throw new InvalidInputException($"the model is converted for cuEquivariance or OpenEquivariance ('{module.Path}' is a {name}); convert it back with mace_cueq_to_e3nn, or use the file it was made from.");
        }

        if (name.Contains(".lora.", StringComparison.OrdinalIgnoreCase) || module.Class.Name.StartsWith("LoRA", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"the model has LoRA adapters that are not merged ('{module.Path}' is a {name}); merge them with mace-torch first.");
        }
    }

    private void CheckRadial()
    {
        TorchModule radial = model.Child("radial_embedding");
        TorchModule basis = radial.Child("bessel_fn"), cutoff = radial.Child("cutoff_fn");
        if (cutoff.Class.FullName != "mace.modules.radial.PolynomialCutoff") { throw new InvalidInputException($"the envelope is a {cutoff.Class.FullName}; known is PolynomialCutoff."); }
        CheckCutoff(cutoff);
        double range = expected.CutoffRadius;
        switch (expected.RadialBasis)
        {
            case RadialBasisKind.Bessel:
                CheckCutoff(basis);
                break;
            case RadialBasisKind.Gaussian:
                double spacing = range / (expected.RadialBasisCount - 1), coefficient = values.Number(TorchValues.TensorOrAttribute(basis, "coeff"), basis.PathOf("coeff"));
                if (!IsNear(coefficient, -0.5 / (spacing * spacing))) { throw new InvalidInputException("the Gaussian radial basis has a width that does not follow from its spacing."); }
                break;
            default:
                CheckCutoff(basis);
                break;
        }

        if (expected.PairRepulsion)
        {
            TorchModule repulsion = model.Child("pair_repulsion_fn");
            if (repulsion.Class.FullName != "mace.modules.radial.ZBLBasis") { throw new InvalidInputException($"the pair repulsion is a {repulsion.Class.FullName}; known is ZBLBasis."); }
            if (values.Integer(TorchValues.TensorOrAttribute(repulsion, "p"), repulsion.PathOf("p")) != expected.CutoffOrder)
            {
                throw new InvalidInputException("the pair repulsion has an envelope of another order than the radial basis.");
            }
        }
    }

    private void CheckCutoff(TorchModule module)
    {
        double cutoff = values.Number(TorchValues.TensorOrAttribute(module, "r_max"), module.PathOf("r_max"));
        if (!IsNear(cutoff, expected.CutoffRadius))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"'{module.Path}' has a cutoff of {cutoff} Å but the model one of {expected.CutoffRadius} Å."));
        }
    }

    private void CheckHarmonics()
    {
        TorchModule harmonics = model.Child("spherical_harmonics");
        if (!values.Flag(harmonics, "normalize") || !harmonics.TryAttribute("normalization", out object? normalization) || normalization is not "component")
        {
            throw new InvalidInputException("the spherical harmonics are not of unit vectors in 'component' normalisation, as mace-torch makes them.");
        }

        Require(harmonics, "irreps_out", expected.HarmonicIrreps);
    }

    private void CheckLayer(int layer)
    {
        TorchModule interaction = model.ChildList("interactions")[layer];
        Irreps features = expected.NodeIrreps(layer), sent = expected.SentIrreps(layer), target = expected.TargetIrreps(layer), output = expected.NodeIrreps(layer + 1);
        Require(interaction, "node_attrs_irreps", new Irreps(new IrrepBlock(expected.AtomicNumbers.Length, Irrep.Scalar)));
        Require(interaction, "node_feats_irreps", features);
        Require(interaction, "edge_attrs_irreps", expected.HarmonicIrreps);
        Require(interaction, "edge_feats_irreps", new Irreps(new IrrepBlock(expected.RadialBasisCount, Irrep.Scalar)));
        Require(interaction, "target_irreps", target);
        Require(interaction, "hidden_irreps", output);
        Require(interaction.Child("linear_up"), "irreps_out", sent);
        TorchModule convolution = interaction.Child("conv_tp");
        Require(convolution, "irreps_in1", sent);
        Require(convolution, "irreps_in2", expected.HarmonicIrreps);
        Require(convolution, "irreps_out", LinearMaps.Convolved(sent, expected.HarmonicIrreps, target));

        TorchModule product = model.ChildList("products")[layer];
        Require(product.Child("symmetric_contractions"), "irreps_in", target);
        Require(product.Child("symmetric_contractions"), "irreps_out", output);
        Require(product.Child("linear"), "irreps_out", output);
        bool hasSkip = layer > 0 || expected.Interactions[0] is not (InteractionKind.RealAgnostic or InteractionKind.RealAgnosticDensity);
        if (values.Flag(product, "use_sc", absent: hasSkip) != hasSkip)
        {
            throw new InvalidInputException($"the product '{product.Path}' {(hasSkip ? "drops" : "adds")} a skip connection against the rule of mace-torch.");
        }

        CheckActivations(interaction, expected.Interactions[layer]);
    }

    private static void CheckActivations(TorchModule interaction, InteractionKind kind)
    {
        if (kind == InteractionKind.RealAgnosticResidualNonLinear)
        {
            TorchModule gate = interaction.Child("equivariant_nonlin");
            foreach (TorchModule scalar in gate.Child("act_scalars").Child("acts").Children) { TorchActivations.Require(scalar, scalar.Path, ActivationKind.Silu); }
            foreach (TorchModule gating in gate.Child("act_gates").Child("acts").Children) { TorchActivations.Require(gating, gating.Path, ActivationKind.Sigmoid); }
            return;
        }

        TorchModule[] layers = [.. interaction.Child("conv_tp_weights").Children];
        for (int i = 0; i < layers.Length; i++)
        {
            TorchActivations.Require(layers[i].TryChild("act"), layers[i].PathOf("act"), i < layers.Length - 1 ? ActivationKind.Silu : ActivationKind.None);
        }
    }

    private static void Require(TorchModule module, string name, Irreps expected)
    {
        Irreps actual = TorchValues.Irreps(module, name);
        if (!actual.Equals(expected))
        {
            throw new InvalidInputException($"'{module.PathOf(name)}' is {actual} where the other hyper-parameters ask for {expected}.");
        }
    }

    private static bool IsNear(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Abs(b);
}

using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Serialization.Torch;

/// <summary>Reads what the readouts say: width of the hidden layer, activation, and whether they have biases.</summary>
internal static class TorchReadouts
{
    private const string Blocks = "mace.modules.blocks.";

    /// <summary>Completes hyper-parameters by those of the readouts.</summary>
    /// <param name="model">The model module.</param>
    /// <param name="values">Reader of attribute values.</param>
    /// <param name="known">The hyper-parameters so far.</param>
    /// <exception cref="InvalidInputException">A readout is of an unknown class, or there are too few or too many.</exception>
    public static HyperParameters Read(TorchModule model, TorchValues values, HyperParameters known)
    {
        IReadOnlyList<TorchModule> readouts = model.ChildList("readouts");
        int expected = known.UseLastReadoutOnly ? 1 : known.LayerCount;
        if (readouts.Count != expected)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the model has {readouts.Count} readouts where {expected} belong."));
        }

        bool hasHidden = known.LayerCount > 1;
        (string linear, string[] hidden) = ExpectedClasses(known.Kind);
        for (int i = 0; i < readouts.Count; i++)
        {
            bool isLast = hasHidden && i == readouts.Count - 1;
            string name = readouts[i].Class.FullName;
            if (isLast ? !hidden.Contains(name) : name != linear)
            {
                throw new InvalidInputException($"the readout '{readouts[i].Path}' is a {name}; known there is {(isLast ? string.Join(" or ", hidden) : linear)}.");
            }
        }

        if (!hasHidden) { return known; }
        TorchModule last = readouts[^1];
        Irreps mlp = TorchValues.Irreps(last, "hidden_irreps");
        if (known.Kind is not (ModelKind.Mace or ModelKind.ScaleShiftMace))
        {
            return known with { MlpIrreps = mlp, Gate = ReadGate(last.Child("equivariant_nonlin")) };
        }

        // The hidden layer is as wide as all heads together.
        int heads = last.TryAttribute("num_heads", out object? count) ? values.Integer(count, last.PathOf("num_heads")) : 1;
        if (heads != known.Heads.Length) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the last readout has {heads} heads but the model {known.Heads.Length}.")); }
        if (mlp.Blocks.Any(b => b.Multiplicity % heads != 0)) { throw new InvalidInputException($"the hidden layer {mlp} of the last readout cannot be shared by {heads} heads."); }
        return known with
        {
            MlpIrreps = new Irreps(mlp.Blocks.Select(b => b with { Multiplicity = b.Multiplicity / heads })),
            Gate = ReadActivation(last.Child("non_linearity")),
            UseBiasReadout = last.Class.FullName == Blocks + "NonLinearBiasReadoutBlock",
        };
    }

    private static (string Linear, string[] Hidden) ExpectedClasses(ModelKind kind) => kind switch
    {
        ModelKind.AtomicDipolesMace or ModelKind.EnergyDipolesMace => (Blocks + "LinearDipoleReadoutBlock", [Blocks + "NonLinearDipoleReadoutBlock"]),
        ModelKind.AtomicDielectricMace => (Blocks + "LinearDipolePolarReadoutBlock", [Blocks + "NonLinearDipolePolarReadoutBlock"]),
        _ => (Blocks + "LinearReadoutBlock", [Blocks + "NonLinearReadoutBlock", Blocks + "NonLinearBiasReadoutBlock"]),
    };

    private static ActivationKind ReadActivation(TorchModule activation)
    {
        TorchModule acts = activation.Child("acts");
        return TorchActivations.Read(acts.TryChild("0"), acts.PathOf("0"));
    }

    /// <summary>Scalars and gates share the model's activation; a hidden layer that nothing reaches has none, and then it does not matter.</summary>
    private static ActivationKind ReadGate(TorchModule gate)
    {
        ActivationKind? result = null;
        foreach (string part in (string[])["act_scalars", "act_gates"])
        {
            foreach (TorchModule activation in gate.Child(part).Child("acts").Children)
            {
                ActivationKind kind = TorchActivations.Read(activation, activation.Path);
                if (result is ActivationKind other && other != kind) { throw new InvalidInputException($"the gate '{gate.Path}' mixes {other} and {kind}."); }
                result = kind;
            }
        }

        return result ?? ActivationKind.Silu;
    }
}

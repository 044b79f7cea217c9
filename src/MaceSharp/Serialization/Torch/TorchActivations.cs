using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>
/// Activation functions as e3nn pickles them: a function and the constant that gives it unit second moment. The constants were
/// measured once, by a Monte-Carlo average of fixed seed, and are part of what a model is.
/// </summary>
internal static class TorchActivations
{
    /// <summary>Room for another order of summation in the average over 10⁶ samples; anything else is another constant.</summary>
    private const double ConstantTolerance = 1e-11;

    private const string Wrapper = "e3nn.math._normalize_activation.normalize2mom";

    /// <summary>The function of an activation module; None for no activation.</summary>
    /// <param name="module">The module, or null.</param>
    /// <param name="path">Where it is.</param>
    /// <exception cref="InvalidInputException">The function is unknown, or its constant is another one than e3nn's.</exception>
    public static ActivationKind Read(TorchModule? module, string path)
    {
        if (module is null) { return ActivationKind.None; }
        if (module.Class.FullName != Wrapper || !module.TryAttribute("f", out object? function) || Kind(function) is not ActivationKind kind)
        {
            throw new InvalidInputException($"the activation '{path}' is neither silu, tanh, abs nor sigmoid.");
        }

        double expected = Constant(kind);
        if (!module.TryAttribute("cst", out object? constant) || constant is not double actual || !(Math.Abs(actual - expected) <= ConstantTolerance * expected))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the activation '{path}' has another normalisation constant than e3nn's {expected} for {kind}, so its results would differ from those of training."));
        }

        return kind;
    }

    /// <summary>Checks the constants of every activation of a model.</summary>
    /// <exception cref="InvalidInputException">One is unknown or differs from e3nn's.</exception>
    public static void CheckAll(TorchModule model)
    {
        foreach (TorchModule module in model.SelfAndDescendants())
        {
            if (module.Class.FullName == Wrapper) { Read(module, module.Path); }
        }
    }

    /// <summary>Checks that an activation is the only one its place can have.</summary>
    /// <exception cref="InvalidInputException">It is another one.</exception>
    public static void Require(TorchModule? module, string path, ActivationKind kind)
    {
        if (Read(module, path) != kind) { throw new InvalidInputException($"the activation '{path}' is not {kind}, the one its block has in mace-torch."); }
    }

    private static ActivationKind? Kind(object? function) => (function as PickleGlobal)?.FullName switch
    {
        "torch.nn.functional.silu" or "torch._C._nn.silu" => ActivationKind.Silu,
        "torch.tanh" or "torch.nn.functional.tanh" => ActivationKind.Tanh,
        "torch.abs" => ActivationKind.Abs,
        "torch.sigmoid" or "torch.nn.functional.sigmoid" => ActivationKind.Sigmoid,
        _ => null,
    };

    private static double Constant(ActivationKind kind) => kind switch
    {
        ActivationKind.Silu => 1.6791767923989418,
        ActivationKind.Tanh => 1.5937334472592695,
        ActivationKind.Sigmoid => 1.8467055342154763,
        _ => 1.001110600838467,
    };
}

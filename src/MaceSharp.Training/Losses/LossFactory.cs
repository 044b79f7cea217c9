using MaceSharp.Training.Configuration;

namespace MaceSharp.Training;

/// <summary>Makes the losses that options name.</summary>
public static class LossFactory
{
    /// <summary>The loss of the first stage.</summary>
    /// <param name="options">Kind, weights and δ.</param>
    public static ILoss Create(LossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Create(options.Kind, options.Weights, options.HuberDelta);
    }

    /// <summary>The loss of the second stage. As in mace-torch, losses without a second stage of their own turn into the weighted one of energy and forces.</summary>
    /// <param name="options">Kind, weights of stage two and δ.</param>
    public static ILoss CreateStageTwo(LossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string kind = options.Kind is "virials" or "stress" or "dipole_polar" or "energy_forces_dipole" or "universal" ? options.Kind : "weighted";
        return Create(kind, options.StageTwoWeights, options.HuberDelta);
    }

    private static ILoss Create(string kind, LossWeights w, double delta) => kind switch
    {
        "weighted" => new WeightedLoss(w.Energy, w.Forces),
        "forces_only" => new ForcesLoss(w.Forces),
        "stress" => new WeightedLoss(w.Energy, w.Forces, w.Stress),
        "virials" => new VirialsLoss(w.Energy, w.Forces, w.Virials),
        "huber" => new HuberLoss(w.Energy, w.Forces, w.Stress, delta),
        "universal" => new UniversalLoss(w.Energy, w.Forces, w.Stress, delta),
        "l1l2energyforces" => new L1L2Loss(w.Energy, w.Forces),
        "dipole" => new DipoleLoss(w.Dipole),
        "dipole_polar" => new DipolePolarizabilityLoss(w.Dipole, w.Polarizability),
        "energy_forces_dipole" => new EnergyForcesDipoleLoss(w.Energy, w.Forces, w.Dipole),
        _ => throw new ArgumentException($"There is no loss '{kind}'."),
    };
}

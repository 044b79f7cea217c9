using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>When the stress is computed.</summary>
internal enum StressMode
{
    /// <summary>For structures periodic in three directions.</summary>
    Auto,

    /// <summary>Always; another structure is an error.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>From what the energy is counted.</summary>
internal enum EnergyReference
{
    /// <summary>The total energy of the model.</summary>
    Total,

    /// <summary>E − ΣE0, with the E0 of the model.</summary>
    Interaction,

    /// <summary>E − Σ E(isolated atom), with the energies the model itself gives to isolated atoms.</summary>
    Atomization,
}

/// <summary>What is computed for every frame, and under which names it goes out.</summary>
internal sealed record EvalRequest
{
    /// <summary>Arithmetic of the network.</summary>
    public Precision Precision { get; init; }

    /// <summary>How radial weights are computed.</summary>
    public RadialMode Radial { get; init; }

    /// <summary>When the stress is computed.</summary>
    public StressMode Stress { get; init; }

    /// <summary>Head for all frames; null: that of the frame, or the default one.</summary>
    public string? Head { get; init; }

    /// <summary>Total charge for all frames, e; null: that of the frame.</summary>
    public double? Charge { get; init; }

    /// <summary>Spin multiplicity for all frames; null: that of the frame.</summary>
    public double? Spin { get; init; }

    /// <summary>A dispersion correction to add, or null.</summary>
    public DispersionRequest? Dispersion { get; init; }

    /// <summary>Properties beyond energy, forces and stress.</summary>
    public Properties Extra { get; init; }

    /// <summary>Whether the Hessian is computed.</summary>
    public bool Hessian { get; init; }

    /// <summary>From what the energy is counted.</summary>
    public EnergyReference Reference { get; init; }

    /// <summary>Whether the energy relative to isolated atoms is shown besides.</summary>
    public bool ShowsBinding { get; init; }

    /// <summary>Keys of the labels, null for the usual ones.</summary>
    public LabelKeys Labels { get; init; } = new(null, null, null);

    /// <summary>Names of the results.</summary>
    public OutputNames Names { get; init; } = new("");
}

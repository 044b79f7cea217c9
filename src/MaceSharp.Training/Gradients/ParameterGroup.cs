namespace MaceSharp.Training;

/// <summary>The groups of parameters to which mace-torch gives optimiser settings of their own.</summary>
public enum ParameterGroup
{
    /// <summary>Node embedding, joint embedding and embedding readout; no weight decay.</summary>
    Embedding,

    /// <summary>Parameters of interactions whose name contains <c>linear.weight</c>; with weight decay.</summary>
    InteractionsDecay,

    /// <summary>The other parameters of interactions: <c>linear_up</c>, <c>skip_tp</c>, radial networks; no weight decay.</summary>
    InteractionsNoDecay,

    /// <summary>Everything in products; with weight decay.</summary>
    Products,

    /// <summary>Readouts; no weight decay.</summary>
    Readouts,
}

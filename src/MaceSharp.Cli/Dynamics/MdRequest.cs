using MaceSharp.Simulation;

namespace MaceSharp.Cli.Dynamics;

/// <summary>What <c>mace md</c> is to do.</summary>
internal sealed record MdRequest
{
    /// <summary>How the atoms move.</summary>
    public required DynamicsOptions Options { get; init; }

    /// <summary>The ensemble as it was named.</summary>
    public required string EnsembleName { get; init; }

    /// <summary>Steps of the whole run, ramp included.</summary>
    public required long Steps { get; init; }

    /// <summary>Which files are written how often; the paths are filled in by the runner.</summary>
    public required DynamicsOutput Output { get; init; }

    /// <summary>Whether to go on from the latest restart file.</summary>
    public bool Restart { get; init; }

    /// <summary>Whether the structure is relaxed before the run.</summary>
    public bool Minimizes { get; init; }

    /// <summary>Whether a figure is written.</summary>
    public bool Draws { get; init; }
}

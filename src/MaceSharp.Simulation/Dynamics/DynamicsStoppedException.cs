using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A guard ended a run of molecular dynamics. The message says at which step, why, and where the last good frame is.</summary>
public sealed class DynamicsStoppedException : InvalidInputException
{
    /// <summary>Creates the exception.</summary>
    public DynamicsStoppedException()
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public DynamicsStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and cause.</summary>
    public DynamicsStoppedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

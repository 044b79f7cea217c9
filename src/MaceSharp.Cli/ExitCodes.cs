namespace MaceSharp.Cli;

/// <summary>What the process returns to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>A defect of this program.</summary>
    public const int Defect = 1;

    /// <summary>The input, an option or a file cannot be used.</summary>
    public const int InvalidInput = 2;

    /// <summary>A result was written, but it is not converged.</summary>
    public const int NotConverged = 3;

    /// <summary>Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>The reader of standard output went away (128 + SIGPIPE).</summary>
    public const int BrokenPipe = 141;

    /// <summary>The process was asked to end (128 + SIGTERM).</summary>
    public const int Terminated = 143;
}

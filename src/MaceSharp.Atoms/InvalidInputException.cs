namespace MaceSharp.Atoms;

/// <summary>
/// What the user gave cannot be used: a file, a structure, a key or an option. The message is one sentence that says
/// what is wrong, where, and what would be right; a command prints it and ends with exit code 2.
/// </summary>
public class InvalidInputException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InvalidInputException()
        : this("The input cannot be used.")
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    /// <param name="message">What is wrong, where, and what would be right.</param>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and cause.</summary>
    /// <param name="message">What is wrong, where, and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

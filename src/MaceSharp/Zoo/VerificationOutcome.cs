namespace MaceSharp.Zoo;

/// <summary>What comparing a file with the zoo found.</summary>
public enum VerificationOutcome
{
    /// <summary>The file is a published model, byte for byte.</summary>
    Matches,

    /// <summary>The file has the name of a published model, but is not that model.</summary>
    Differs,

    /// <summary>The file has the name of a published model of which no SHA-256 is published.</summary>
    NotPublished,

    /// <summary>Neither name nor content is that of a published model.</summary>
    Unknown,
}

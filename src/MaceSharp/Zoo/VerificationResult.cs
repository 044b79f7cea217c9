namespace MaceSharp.Zoo;

/// <summary>What comparing a file with the zoo found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="Outcome">The finding.</param>
/// <param name="Model">The model whose content or name the file has; null when there is none.</param>
/// <param name="Sentence">The finding in words.</param>
public sealed record VerificationResult(string Path, long Size, string Sha256, VerificationOutcome Outcome, ZooModel? Model, string Sentence);

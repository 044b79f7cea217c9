using System.Globalization;
using System.Security.Cryptography;
using MaceSharp.Atoms;

namespace MaceSharp.Zoo;

/// <summary>Tells which published model a file is, and whether it is that model byte for byte.</summary>
public static class ModelVerifier
{
    /// <summary>Compares a file with the zoo: by content first, then by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">The file does not exist or cannot be read.</exception>
    public static VerificationResult Verify(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        (string sha256, long size) = Hash(path, cancellationToken);
        if (ModelZoo.TryFindBySha256(sha256, out ZooModel? model))
        {
            return new VerificationResult(path, size, sha256, VerificationOutcome.Matches, model,
                $"{path} is {model.Title} ({model.Name}): its SHA-256 is the one on {model.Sha256!.Value.Source}.");
        }

        if (!ModelZoo.TryFind(Path.GetFileName(path), out model))
        {
            return new VerificationResult(path, size, sha256, VerificationOutcome.Unknown, null,
                $"{path} is not a published model that is known here: neither its name nor its SHA-256 is in 'mace models list'.");
        }

        if (model.Sha256 is { } published)
        {
            return new VerificationResult(path, size, sha256, VerificationOutcome.Differs, model,
                $"{path} has the name of {model.Title} ({model.Name}), but its SHA-256 is not {published.Value}, the one on {published.Source}; the file is damaged or another one.");
        }

        return model.Size is { } expected && expected.Value != size
            ? new VerificationResult(path, size, sha256, VerificationOutcome.Differs, model, string.Create(CultureInfo.InvariantCulture,
                $"{path} has the name of {model.Title} ({model.Name}), but {size} bytes instead of {expected.Value}; the file is damaged or another one."))
            : new VerificationResult(path, size, sha256, VerificationOutcome.NotPublished, model,
                $"{path} has the name of {model.Title} ({model.Name}); no SHA-256 of that model is published, so it cannot be verified.");
    }

    private static (string Sha256, long Size) Hash(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) { throw new InvalidInputException($"'{path}' is a folder; give the path of a model file."); }
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[1 << 17];
            long size = 0;
            for (int count = file.Read(buffer); count > 0; count = file.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, count));
                size += count;
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"'{path}' does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}

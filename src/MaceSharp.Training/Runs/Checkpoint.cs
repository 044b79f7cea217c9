using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Safetensors;

namespace MaceSharp.Training.Runs;

/// <summary>Everything a run needs to go on as if it had never stopped, in one safetensors file.</summary>
internal static class Checkpoint
{
    /// <summary>Version of the content.</summary>
    private const string Format = "macesharp-checkpoint-1";

    /// <summary>Writes a checkpoint; an existing one is replaced only by a complete one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What the run depends on (<see cref="DataFingerprint"/>).</param>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="arrays">Arrays by name.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, string fingerprint, RunProgress progress, IEnumerable<KeyValuePair<string, double[]>> arrays)
    {
        List<KeyValuePair<string, string>> metadata = [new("format", Format), new("fingerprint", fingerprint), .. progress.Save()];
        var tensors = arrays.Select(static a => KeyValuePair.Create(a.Key, new NamedTensor([a.Value.Length], a.Value)));
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, metadata, tensors));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What the run depends on now.</param>
    /// <param name="progress">Receives where the run stands.</param>
    /// <param name="arrays">The arrays, by name, to overwrite.</param>
    /// <returns>Arrays that are in the file but not among those to overwrite.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, or belongs to another run.</exception>
    public static Dictionary<string, double[]> Read(string path, string fingerprint, RunProgress progress, IEnumerable<KeyValuePair<string, double[]>> arrays)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            (IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, NamedTensor> tensors) = SafetensorsFile.Read(stream);
            if (metadata.GetValueOrDefault("format") != Format) { throw new InvalidInputException("this is not a checkpoint of mace train."); }
            if (metadata.GetValueOrDefault("fingerprint") != fingerprint)
            {
                throw new InvalidInputException("the checkpoint belongs to other data or another network; give the run another name, or leave restart_latest out to begin anew.");
            }

            progress.Load(metadata);
            Dictionary<string, double[]> others = tensors.ToDictionary(static t => t.Key, static t => t.Value.Values, StringComparer.Ordinal);
            foreach ((string name, double[] target) in arrays)
            {
                if (!others.Remove(name, out double[]? values)) { throw new InvalidInputException($"the checkpoint has no '{name}'; it was made with another optimizer, scheduler or ema."); }
                if (values.Length != target.Length)
                {
                    throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"'{name}' of the checkpoint has {values.Length} numbers where {target.Length} are needed; it was made with other options."));
                }

                values.CopyTo(target, 0);
            }

            return others;
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}

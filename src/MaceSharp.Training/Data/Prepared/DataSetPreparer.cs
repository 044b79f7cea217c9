using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>What a data set is prepared from and how.</summary>
public sealed record PrepareOptions
{
    /// <summary>Files of labelled structures, with frames behind an '@' where not all are meant.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>The folder to write; it may hold what an earlier, interrupted preparation left.</summary>
    public required string Folder { get; init; }

    /// <summary>Cutoff of the neighbours, Å: the <c>r_max</c> of the models that will be trained.</summary>
    public required double Cutoff { get; init; }

    /// <summary>Keys of the labels.</summary>
    public TrainingKeys Keys { get; init; } = new();

    /// <summary>A file of frames ends with the frame that takes it beyond this length, bytes.</summary>
    public long ShardBytes { get; init; } = 256L << 20;

    /// <summary>Number of threads; 0: one a core.</summary>
    public int Threads { get; init; }
}

/// <summary>How far a preparation is.</summary>
/// <param name="Frames">Number of frames that are written.</param>
/// <param name="Shard">Number of the present file of frames.</param>
public readonly record struct PrepareProgress(int Frames, int Shard);

/// <summary>
/// Turns labelled structures into a <see cref="PreparedDataSet"/>. Frames pass through one after the other, so memory does not grow with their number.
/// A preparation that is stopped at any moment goes on, when it is called again, after the last complete file of frames, and ends with the same bytes as one that was not.
/// </summary>
public static class DataSetPreparer
{
    /// <summary>Atoms that are under way at once, for all threads together.</summary>
    private const int AtomsAtOnce = 16_384;

    /// <summary>Prepares a data set.</summary>
    /// <param name="options">From what and how.</param>
    /// <param name="progress">Is told how far it is, on the calling thread.</param>
    /// <param name="cancellationToken">Stops early; the same call goes on later.</param>
    /// <returns>The complete data set; the caller disposes of it.</returns>
    /// <exception cref="InvalidInputException">A file cannot be used, or the folder holds something else.</exception>
    public static PreparedDataSet Prepare(PrepareOptions options, Action<PrepareProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        PreparedDataSet.RequireLittleEndian();
        if (!(options.Cutoff is > 0 and <= 100)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"r_max cannot be {options.Cutoff} Å; it is the cutoff of the model, for example 5.")); }
        if (options.ShardBytes < 1) { throw new InvalidInputException("Files of frames must be allowed at least one byte."); }
        if (options.Files.IsDefaultOrEmpty) { throw new InvalidInputException("Name at least one file of labelled structures."); }
        LabelReader reader = new(options.Keys);
        LabelledFile[] files = [.. options.Files.Select(f => new LabelledFile(f, reader, options.Keys))];
        PreparedManifest recipe = new() { Cutoff = options.Cutoff, Keys = options.Keys, ShardBytes = options.ShardBytes, Sources = [.. options.Files.Select(f => Describe(f, cancellationToken))] };
        string complete = Path.Combine(options.Folder, PreparedManifest.FileName), unfinished = Path.Combine(options.Folder, PreparedManifest.UnfinishedName);
        if (Begin(options, recipe, complete, unfinished))
        {
            TryDelete(unfinished);
            return PreparedDataSet.Open(options.Folder);
        }

        List<ShardSummary> shards = CompleteShards(options.Folder, recipe);
        (int[] counts, bool any) = Write(options, recipe, files, shards, progress, cancellationToken);
        if (!any) { throw new InvalidInputException($"{string.Join(", ", options.Files)}: there is no frame."); }
        PreparedManifest manifest = recipe with { Shards = [.. shards], Sources = [.. recipe.Sources.Select((s, i) => s with { Frames = counts[i] })] };
        Runs.AtomicFile.Write(complete, stream => stream.Write(manifest.ToBytes()));
        TryDelete(unfinished);
        return PreparedDataSet.Open(options.Folder);
    }

    /// <summary>Makes the folder, or recognises what is in it.</summary>
    /// <returns>Whether the data set is complete already.</returns>
    private static bool Begin(PrepareOptions options, PreparedManifest recipe, string complete, string unfinished)
    {
        string? known = File.Exists(complete) ? complete : File.Exists(unfinished) ? unfinished : null;
        if (known is not null)
        {
            PreparedManifest earlier = PreparedManifest.Read(known);
            if (earlier.Id == recipe.Id) { return known == complete; }
            throw new InvalidInputException($"{options.Folder} holds a data set that was prepared {Difference(earlier, recipe)}; name another folder, or remove this one.");
        }

        try
        {
            if (File.Exists(options.Folder)) { throw new InvalidInputException($"{options.Folder} is a file; name a folder for the data set."); }
            if (Directory.Exists(options.Folder) && Directory.EnumerateFileSystemEntries(options.Folder).Any(static f => !f.EndsWith(".partial", StringComparison.Ordinal)))
            {
                throw new InvalidInputException($"The folder {options.Folder} is not empty and does not hold a data set of mace data prepare; name a new folder.");
            }

            Directory.CreateDirectory(options.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The folder {options.Folder} cannot be made: {exception.Message}", exception);
        }

        Runs.AtomicFile.Write(unfinished, stream => stream.Write(recipe.ToBytes()));
        return false;
    }

    private static string Difference(PreparedManifest earlier, PreparedManifest now)
    {
        if (earlier.Cutoff != now.Cutoff) { return string.Create(CultureInfo.InvariantCulture, $"with r_max {earlier.Cutoff} Å instead of {now.Cutoff} Å"); }
        if (earlier.Keys != now.Keys) { return "with other keys of the labels"; }
        if (earlier.ShardBytes != now.ShardBytes) { return "with files of another size"; }
        if (!earlier.Sources.Select(static s => s.Name).SequenceEqual(now.Sources.Select(static s => s.Name), StringComparer.Ordinal)) { return $"from other files ({string.Join(", ", earlier.Sources.Select(static s => s.Name))})"; }
        PreparedSource? changed = now.Sources.Where((s, i) => s.Sha256 != earlier.Sources[i].Sha256).FirstOrDefault();
        return changed is null ? "differently" : $"when {changed.Path} had another content";
    }

    private static PreparedSource Describe(string file, CancellationToken cancellationToken)
    {
        string path = FrameSlice.ParsePath(file).Path;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[1 << 20];
            long length = 0;
            for (int read; (read = stream.Read(buffer)) > 0; length += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
            }

            return new PreparedSource(file, length, Convert.ToHexStringLower(hash.GetHashAndReset()), -1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The files of frames that an earlier preparation completed, up to the first that is missing or damaged.</summary>
    private static List<ShardSummary> CompleteShards(string folder, PreparedManifest recipe)
    {
        List<ShardSummary> shards = [];
        int frames = 0;
        UInt128 id = recipe.Id;
        while (true)
        {
            string path = Path.Combine(folder, ShardWriter.NameOf(shards.Count));
            if (!File.Exists(path)) { return shards; }
            try
            {
                using ShardReader shard = new(path, id, shards.Count, frames, recipe.Cutoff);
                for (int i = 0; i < shard.FrameCount; i++) { shard.Record(i); }
                shards.Add(shard.Summary);
                frames += shard.FrameCount;
            }
            catch (InvalidInputException)
            {
                // It is written anew, and so are those after it.
                return shards;
            }
        }
    }

    /// <summary>Writes the files of frames that are missing.</summary>
    /// <returns>The number of frames of each source, and whether there is any.</returns>
    private static (int[] Counts, bool Any) Write(PrepareOptions options, PreparedManifest recipe, LabelledFile[] files, List<ShardSummary> shards, Action<PrepareProgress>? progress, CancellationToken cancellationToken)
    {
        int[] counts = new int[files.Length];
        int written = shards.Sum(static s => s.Frames), read = 0;
        UInt128 id = recipe.Id;
        ShardWriter? shard = null;
        List<(LabelledStructure Frame, int Source)> waiting = [];
        int atoms = 0;
        try
        {
            for (int source = 0; source < files.Length; source++)
            {
                foreach (LabelledStructure frame in files[source].Read(0, 1, cancellationToken))
                {
                    counts[source]++;
                    if (read == Array.MaxLength) { throw new InvalidInputException($"A data set holds at most {Array.MaxLength} frames."); }
                    if (read++ < written) { continue; }
                    waiting.Add((frame, source));
                    atoms += frame.Structure.Count;
                    if (atoms >= AtomsAtOnce) { Flush(); }
                }

                Flush();
                files[source].RequireLabels();
            }

            if (shard is not null) { shards.Add(shard.Complete()); }
        }
        finally
        {
            shard?.Dispose();
        }

        return (counts, read > 0);

        void Flush()
        {
            foreach (byte[] record in Encode(waiting, options, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                shard ??= new ShardWriter(Path.Combine(options.Folder, ShardWriter.NameOf(shards.Count)), id, shards.Count, written, options.Cutoff);
                shard.Append(record);
                written++;
                if (shard.RecordBytes < options.ShardBytes) { continue; }
                shards.Add(shard.Complete());
                shard.Dispose();
                shard = null;
                progress?.Invoke(new PrepareProgress(written, shards.Count));
            }

            waiting.Clear();
            atoms = 0;
            progress?.Invoke(new PrepareProgress(written, shards.Count));
        }
    }

    private static byte[][] Encode(List<(LabelledStructure Frame, int Source)> frames, PrepareOptions options, CancellationToken cancellationToken)
    {
        byte[][] records = new byte[frames.Count][];
        FrameSet set = FrameSet.Of([.. frames.Select(static f => f.Frame)]).WithNeighbors(options.Cutoff, options.Threads, cancellationToken);
        Parallel.For(0, records.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads, CancellationToken = cancellationToken }, i =>
        {
            LabelledStructure frame = set[i];
            string origin = frame.Structure.Origin!;
            records[i] = FrameRecord.Encode(frame, frame.Pairs!, frames[i].Source, long.Parse(origin.AsSpan(origin.LastIndexOf('@') + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        });
        return records;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A complete data set is not harmed by it.
        }
    }
}

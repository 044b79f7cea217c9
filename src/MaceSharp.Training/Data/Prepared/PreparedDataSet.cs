using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// A data set that <see cref="DataSetPreparer"/> wrote: labelled frames with their neighbours in files that are mapped into memory, so that it may be larger than memory.
/// Frames are read when they are asked for and checked each time: what is not as it was written is found. Thread-safe for reading.
/// </summary>
public sealed class PreparedDataSet : IDisposable
{
    private readonly PreparedManifest _manifest;
    private readonly ShardReader[] _shards;
    private readonly int[] _firstFrames;
    private readonly string[] _sources;

    private PreparedDataSet(string folder, PreparedManifest manifest)
    {
        Folder = folder;
        _manifest = manifest;
        _sources = [.. manifest.Sources.Select(static s => s.Path)];
        _shards = new ShardReader[manifest.Shards.Length];
        _firstFrames = new int[_shards.Length + 1];
        UInt128 id = manifest.Id;
        for (int i = 0; i < _shards.Length; i++)
        {
            string path = Path.Combine(folder, ShardWriter.NameOf(i));
            try
            {
                _shards[i] = new ShardReader(path, id, i, _firstFrames[i], manifest.Cutoff);
                if (_shards[i].Summary != manifest.Shards[i]) { throw new InvalidInputException($"{path} is not the file that {PreparedManifest.FileName} describes; prepare the data set again."); }
            }
            catch
            {
                Dispose();
                throw;
            }

            _firstFrames[i + 1] = _firstFrames[i] + _shards[i].FrameCount;
        }
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Number of frames, isolated atoms included.</summary>
    public int FrameCount => _firstFrames[^1];

    /// <summary>Cutoff of the neighbours, Å.</summary>
    public double Cutoff => _manifest.Cutoff;

    /// <summary>Keys under which the labels stood.</summary>
    public TrainingKeys Keys => _manifest.Keys;

    /// <summary>The files that it was made of, with the number of frames of each; the frames follow each other in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Sources => [.. _manifest.Sources.Select(static s => KeyValuePair.Create(s.Name, s.Frames))];

    /// <summary>Length of all files of frames, bytes.</summary>
    public long Bytes => _manifest.Shards.Sum(static s => s.Bytes);

    /// <summary>Number of files of frames.</summary>
    public int ShardCount => _shards.Length;

    /// <summary>All frames, with head 0 and the weights of the files.</summary>
    public FrameSet Frames => FrameSet.Of(new PreparedFrames(this, 0, 1, ImmutableDictionary<string, double>.Empty));

    /// <summary>Whether a folder is such a data set, complete or not.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, PreparedManifest.FileName)) || File.Exists(Path.Combine(folder, PreparedManifest.UnfinishedName));

    /// <summary>Opens a data set and checks the description, the sizes and the tables of all files; <see cref="Verify"/> checks every byte.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">It is not complete, or a file is missing or damaged; the message names it.</exception>
    public static PreparedDataSet Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RequireLittleEndian();
        string path = Path.Combine(folder, PreparedManifest.FileName);
        if (!File.Exists(path))
        {
            throw new InvalidInputException(File.Exists(Path.Combine(folder, PreparedManifest.UnfinishedName))
                ? $"The data set in {folder} is not complete; run the same mace data prepare again, which goes on where it stopped."
                : $"'{folder}' is not a data set of mace data prepare: there is no {PreparedManifest.FileName} in it.");
        }

        PreparedManifest manifest = PreparedManifest.Read(path);
        return manifest.Shards.IsEmpty ? throw new InvalidInputException($"{path} names no file of frames; prepare the data set again.") : new PreparedDataSet(folder, manifest);
    }

    /// <summary>Reads every byte and checks it.</summary>
    /// <param name="progress">Is told the number of frames so far.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <exception cref="InvalidInputException">Something is not as it was written; the message names file and frame.</exception>
    public void Verify(Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < FrameCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(i);
            if (i % 256 == 0) { progress?.Invoke(i); }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ShardReader? shard in _shards) { shard?.Dispose(); }
    }

    /// <summary>Files are little-endian and are read as they are.</summary>
    internal static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian) { throw new InvalidInputException("Prepared data sets are little-endian and cannot be used on this big-endian machine; train from the extended XYZ files."); }
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    internal LabelledStructure Read(int index)
    {
        (ShardReader shard, int frame) = Find(index);
        return FrameRecord.Decode(shard.Record(frame), Cutoff, _sources) ?? throw shard.FrameDamaged(frame);
    }

    /// <summary>What is known of a frame without reading it.</summary>
    internal FrameFlags FlagsOf(int index)
    {
        (ShardReader shard, int frame) = Find(index);
        return shard.Entries[frame].Flags;
    }

    /// <summary>The error that a data set does not suit a model.</summary>
    internal InvalidInputException WrongCutoff(double cutoff) => new(string.Create(
        CultureInfo.InvariantCulture, $"The data set in {Folder} was prepared with the cutoff {Cutoff} Å, but the model has r_max {cutoff}; prepare it again with --r_max {cutoff}, or give r_max: {Cutoff}."));

    private (ShardReader Shard, int Frame) Find(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)FrameCount, nameof(index));
        int shard = Array.BinarySearch(_firstFrames, index);
        if (shard < 0) { shard = ~shard - 1; }
        return (_shards[shard], index - _firstFrames[shard]);
    }
}

using System.Collections;
using System.Runtime.CompilerServices;

namespace MaceSharp.Training;

/// <summary>
/// Labelled frames in an order: some of those of one or several sources, which hold them in memory (<see cref="Create"/>) or in files (<see cref="PreparedDataSet"/>).
/// A frame of a file is read anew whenever it is asked for, so a set may be larger than memory; frames of either kind are used in the same way. Immutable.
/// </summary>
[CollectionBuilder(typeof(FrameSet), nameof(Create))]
public sealed class FrameSet : IReadOnlyList<LabelledStructure>
{
    private readonly IReadOnlyList<LabelledStructure>[] _sources;

    /// <summary>Source (upper half) and number in it (lower half) of each frame; null: all of the only source.</summary>
    private readonly long[]? _places;

    private FrameSet(IReadOnlyList<LabelledStructure>[] sources, long[]? places)
    {
        _sources = sources;
        _places = places;
    }

    /// <summary>No frames.</summary>
    public static FrameSet Empty { get; } = new([Array.Empty<LabelledStructure>()], null);

    /// <inheritdoc/>
    public int Count => _places?.Length ?? _sources[0].Count;

    /// <inheritdoc/>
    public LabelledStructure this[int index]
    {
        get
        {
            if (_places is null) { return _sources[0][index]; }
            long place = _places[index];
            return _sources[place >> 32][(int)place];
        }
    }

    /// <summary>Frames in memory.</summary>
    /// <param name="frames">The frames.</param>
    public static FrameSet Create(params ReadOnlySpan<LabelledStructure> frames) => frames.IsEmpty ? Empty : new([frames.ToArray()], null);

    /// <summary>All frames of a source; the source is kept, not copied.</summary>
    /// <param name="source">The source.</param>
    public static FrameSet Of(IReadOnlyList<LabelledStructure> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source as FrameSet ?? new([source], null);
    }

    /// <summary>The frames of several sets, one set after the other.</summary>
    /// <param name="sets">The sets.</param>
    public static FrameSet Join(params IEnumerable<FrameSet> sets)
    {
        FrameSet[] parts = [.. sets.Where(static s => s.Count > 0)];
        if (parts.Length < 2) { return parts.FirstOrDefault() ?? Empty; }
        IReadOnlyList<LabelledStructure>[] sources = [.. parts.SelectMany(static p => p._sources)];
        long[] places = new long[parts.Sum(static p => (long)p.Count)];
        long first = 0;
        int next = 0;
        foreach (FrameSet part in parts)
        {
            for (int i = 0; i < part.Count; i++) { places[next++] = (first << 32) + (part._places?[i] ?? i); }
            first += part._sources.Length;
        }

        return new(sources, places);
    }

    /// <summary>Some of the frames.</summary>
    /// <param name="indices">Which, in the order that is wanted.</param>
    public FrameSet Select(params ReadOnlySpan<int> indices)
    {
        if (indices.IsEmpty) { return Empty; }
        long[] places = new long[indices.Length];
        for (int i = 0; i < places.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)indices[i], (uint)Count, nameof(indices));
            places[i] = _places?[indices[i]] ?? indices[i];
        }

        return new(_sources, places);
    }

    /// <summary>The frames that share a key, the keys in the order in which they first occur.</summary>
    /// <param name="keyOf">Gives the key of a frame, or null to leave it out; asked once for each.</param>
    public IReadOnlyList<KeyValuePair<string, FrameSet>> GroupBy(Func<LabelledStructure, string?> keyOf)
    {
        ArgumentNullException.ThrowIfNull(keyOf);
        OrderedDictionary<string, List<int>> groups = new(StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            if (keyOf(this[i]) is not { } key) { continue; }
            if (!groups.TryGetValue(key, out List<int>? members)) { groups.Add(key, members = []); }
            members.Add(i);
        }

        return [.. groups.Select(g => KeyValuePair.Create(g.Key, Select([.. g.Value])))];
    }

    /// <summary>Some frames, read now: what a batch is made of.</summary>
    /// <param name="indices">Which.</param>
    public LabelledStructure[] Read(params ReadOnlySpan<int> indices)
    {
        LabelledStructure[] frames = new LabelledStructure[indices.Length];
        for (int i = 0; i < frames.Length; i++) { frames[i] = this[indices[i]]; }
        return frames;
    }

    /// <summary>At most some frames that follow each other, read now.</summary>
    /// <param name="first">The first.</param>
    /// <param name="most">How many at most.</param>
    public LabelledStructure[] ReadFrom(int first, int most)
    {
        LabelledStructure[] frames = new LabelledStructure[Math.Min(most, Count - first)];
        for (int i = 0; i < frames.Length; i++) { frames[i] = this[first + i]; }
        return frames;
    }

    /// <summary>The same frames with their neighbours: those in memory get them now, on all processors; those of files must have been prepared for the cutoff.</summary>
    /// <param name="cutoff">Cutoff radius, Å.</param>
    /// <param name="threads">Number of threads; 0: one a core.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <exception cref="Atoms.InvalidInputException">A structure has no sensible neighbour list, or a source was prepared for another cutoff; the message names it.</exception>
    public FrameSet WithNeighbors(double cutoff, int threads = 0, CancellationToken cancellationToken = default)
    {
        // Of a source in memory only the frames that are wanted get neighbours.
        IReadOnlyList<LabelledStructure>[] sources = [.. _sources];
        long[]? places = _places is null ? null : [.. _places];
        for (int s = 0; s < sources.Length; s++)
        {
            if (sources[s] is PreparedFrames prepared)
            {
                prepared.RequireCutoff(cutoff);
                continue;
            }

            if (places is null)
            {
                sources[s] = DataSetStatistics.WithNeighbors(sources[s], cutoff, threads, cancellationToken);
                continue;
            }

            int[] wanted = [.. Enumerable.Range(0, places.Length).Where(i => places[i] >> 32 == s)];
            sources[s] = DataSetStatistics.WithNeighbors([.. wanted.Select(i => sources[s][(int)places[i]])], cutoff, threads, cancellationToken);
            for (int k = 0; k < wanted.Length; k++) { places[wanted[k]] = ((long)s << 32) + k; }
        }

        return new(sources, places);
    }

    /// <inheritdoc/>
    public IEnumerator<LabelledStructure> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) { yield return this[i]; }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

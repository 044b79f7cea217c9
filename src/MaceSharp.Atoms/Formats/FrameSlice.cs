using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// Which frames of a file are meant, as in ASE: one frame (<c>0</c>, <c>-1</c>) or a range <c>start:stop:step</c> of which every part may be left out
/// (<c>:</c>, <c>::10</c>, <c>2:5</c>, <c>-3:</c>, <c>::-1</c>). Frames count from 0, negative numbers from the end; stop is not included.
/// </summary>
/// <remarks>
/// As in Python, ranges are cut to the frames there are, while a single frame that is not there is an error.
/// A negative step holds the selected frames in memory; everything else streams.
/// </remarks>
public readonly record struct FrameSlice
{
    /// <summary>Larger numbers are cut to this, so that sums of two cannot overflow.</summary>
    private const long Largest = 1L << 60;

    private readonly long _step;

    private FrameSlice(long? index, long? start, long? stop, long step)
    {
        Index = Cut(index);
        Start = Cut(start);
        Stop = Cut(stop);
        _step = Math.Clamp(step, -Largest, Largest);
    }

    /// <summary>All frames, in order.</summary>
    public static FrameSlice All => default;

    /// <summary>The single frame, or null for a range.</summary>
    public long? Index { get; }

    /// <summary>The first frame of a range, or null for the natural one.</summary>
    public long? Start { get; }

    /// <summary>The frame before which a range ends, or null for the natural one.</summary>
    public long? Stop { get; }

    /// <summary>The step of a range; never 0.</summary>
    public long Step => _step == 0 ? 1 : _step;

    /// <summary>One frame.</summary>
    /// <param name="index">From 0, or negative from the end.</param>
    public static FrameSlice At(long index) => new(index, null, null, 1);

    /// <summary>A range of frames.</summary>
    /// <param name="start">The first frame, negative from the end, or null.</param>
    /// <param name="stop">The frame before which the range ends, negative from the end, or null.</param>
    /// <param name="step">The step; negative runs backwards.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is 0.</exception>
    public static FrameSlice Range(long? start, long? stop, long step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step);
        return new(null, start, stop, step);
    }

    /// <summary>Reads what stands behind the '@', for example <c>-1</c> or <c>::10</c>.</summary>
    /// <param name="text">The selection without the '@'.</param>
    /// <exception cref="InvalidInputException">It is not a selection.</exception>
    public static FrameSlice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out FrameSlice slice)
            ? slice
            : throw new InvalidInputException($"'@{Excerpt.Of(text)}' does not select frames; write for example @0, @-1, @::10, @2:5 or @:, with a step that is not 0.");
    }

    /// <summary>
    /// Splits <c>file.xyz@slice</c> into file and slice. A file that exists under the whole name is meant literally;
    /// a name without '@', or with something else than a selection behind it, means all its frames.
    /// </summary>
    /// <param name="path">A path with or without a selection.</param>
    /// <returns>The path of the file, and the frames that are meant.</returns>
    /// <exception cref="InvalidInputException">What stands before the '@' exists, but what stands behind it is not a selection.</exception>
    public static (string Path, FrameSlice Frames) ParsePath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int at = path.LastIndexOf('@');
        if (at <= 0 || path.AsSpan(at).IndexOfAny('/', Path.DirectorySeparatorChar) >= 0 || File.Exists(path)) { return (path, All); }
        string file = path[..at];
        if (TryParse(path.AsSpan(at + 1), out FrameSlice slice)) { return (file, slice); }
        return File.Exists(file) ? (file, Parse(path[(at + 1)..])) : (path, All);
    }

    /// <summary>The selection as it is written behind the '@'.</summary>
    public override string ToString() => Index is long index
        ? string.Create(CultureInfo.InvariantCulture, $"{index}")
        : string.Create(CultureInfo.InvariantCulture, $"{Start}:{Stop}") + (Step == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $":{Step}"));

    /// <summary>The frames as first index, end and step for a known number of frames, as Python's <c>slice.indices</c>.</summary>
    /// <param name="count">The number of frames.</param>
    /// <returns>For a positive step indices from First below End, for a negative one from First above End; all valid.</returns>
    internal (long First, long End, long Step) Resolve(long count)
    {
        if (Index is long index)
        {
            long first = index < 0 ? count + index : index;
            return first >= 0 && first < count ? (first, first + 1, 1) : (0, 0, 1);
        }

        (long low, long high) = Step > 0 ? (0, count) : (-1, count - 1);
        long Clamp(long? bound, long natural) => bound is not long b ? natural : Math.Clamp(b < 0 ? b + count : b, low, high);
        return Step > 0
            ? (Clamp(Start, 0), Clamp(Stop, count), Step)
            : (Clamp(Start, count - 1), Clamp(Stop, -1), Step);
    }

    private static long? Cut(long? value) => value is long given ? Math.Clamp(given, -Largest, Largest) : null;

    private static bool TryParse(ReadOnlySpan<char> text, out FrameSlice slice)
    {
        slice = default;
        int first = text.IndexOf(':');
        if (first < 0)
        {
            if (!NumberText.TryReadInteger(text, out long index)) { return false; }
            slice = At(index);
            return true;
        }

        ReadOnlySpan<char> rest = text[(first + 1)..];
        int second = rest.IndexOf(':');
        long? step = 1;
        if (!TryPart(text[..first], out long? start)
            || !TryPart(second < 0 ? rest : rest[..second], out long? stop)
            || (second >= 0 && !TryPart(rest[(second + 1)..], out step))
            || step == 0)
        {
            return false;
        }

        slice = new(null, start, stop, step ?? 1);
        return true;
    }

    private static bool TryPart(ReadOnlySpan<char> text, out long? value)
    {
        value = null;
        if (text.IsEmpty) { return true; }
        if (!NumberText.TryReadInteger(text, out long number)) { return false; }
        value = number;
        return true;
    }
}

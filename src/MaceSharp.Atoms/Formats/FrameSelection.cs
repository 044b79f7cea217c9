namespace MaceSharp.Atoms;

/// <summary>Applies a <see cref="FrameSlice"/> to frames that come one after the other.</summary>
internal static class FrameSelection
{
    /// <summary>Whether the slice needs to know how many frames there are.</summary>
    public static bool NeedsCount(FrameSlice slice) => slice.Index < 0 || slice.Start < 0 || slice.Stop < 0 || slice.Step < 0;

    /// <summary>Counts the frames.</summary>
    public static long Count(IFrameReader frames, CancellationToken cancellationToken = default)
    {
        long count = 0;
        while (frames.Skip())
        {
            count++;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return count;
    }

    /// <summary>The selected frames with their indices. Reads no further than needed.</summary>
    /// <param name="frames">All frames from the first.</param>
    /// <param name="slice">The selection.</param>
    /// <param name="count">The number of frames, or null when it is not known.</param>
    /// <param name="source">What the input is called in messages.</param>
    /// <exception cref="InvalidInputException">There is no frame at all, or the single frame that is asked for does not exist.</exception>
    public static IEnumerable<(long Index, Structure Structure)> Select(IFrameReader frames, FrameSlice slice, long? count, string source)
    {
        if (count is null && NeedsCount(slice)) { return SelectFromEnd(frames, slice, source); }
        if (count is long known)
        {
            ThrowIfMissing(slice, known, source);
            (long first, long end, long step) = slice.Resolve(known);
            return step > 0 ? Forward(frames, first, end, step, null, source) : Backward(frames, first, end, step);
        }

        long start = slice.Index ?? slice.Start ?? 0;
        long? stop = slice.Index is long index ? index + 1 : slice.Stop;
        return Forward(frames, start, stop, slice.Step, slice, source);
    }

    /// <summary>Walks from the first frame on; <paramref name="asked"/> is given where the end was not known before.</summary>
    private static IEnumerable<(long Index, Structure Structure)> Forward(IFrameReader frames, long start, long? stop, long step, FrameSlice? asked, string source)
    {
        long next = start;
        long i = 0;
        for (; stop is null || next < stop; i++)
        {
            if (i < next)
            {
                if (!frames.Skip()) { break; }
                continue;
            }

            if (frames.Read() is not Structure structure) { break; }
            yield return (i, structure);
            next += step;
        }

        // The loop ended before its last frame, so i is the number of frames.
        if (asked is FrameSlice slice && (stop is null || next < stop)) { ThrowIfMissing(slice, i, source); }
    }

    private static List<(long Index, Structure Structure)> Backward(IFrameReader frames, long first, long end, long step)
    {
        // From the lowest selected frame up, then handed out from behind.
        if (first <= end) { return []; }
        long stride = -step;
        long lowest = first - ((first - end - 1) / stride * stride);
        List<(long Index, Structure Structure)> selected = [.. Forward(frames, lowest, first + 1, stride, null, "")];
        selected.Reverse();
        return selected;
    }

    /// <summary>Negative indices without knowing the number of frames: holds no more frames than the largest distance from the end, all for a negative step.</summary>
    private static IEnumerable<(long Index, Structure Structure)> SelectFromEnd(IFrameReader frames, FrameSlice slice, string source)
    {
        bool tail = (slice.Index ?? slice.Start) < 0;
        long window = slice.Step < 0 ? long.MaxValue : -((tail ? slice.Index ?? slice.Start : slice.Stop) ?? 0);
        Queue<(long Index, Structure? Structure)> held = new();
        long count = 0;
        long start = slice.Start ?? 0;
        while (true)
        {
            // A range that starts at a known frame needs only its own frames.
            bool wanted = tail || slice.Step < 0 || (count >= start && (count - start) % slice.Step == 0);
            Structure? structure = wanted ? frames.Read() : null;
            if (wanted ? structure is null : !frames.Skip()) { break; }
            held.Enqueue((count++, structure));
            if (held.Count <= window) { continue; }
            (long index, Structure? leaving) = held.Dequeue();
            if (!tail && leaving is not null) { yield return (index, leaving); }
        }

        ThrowIfMissing(slice, count, source);
        if (!tail && slice.Step > 0) { yield break; }
        (long first, long end, long step) = slice.Resolve(count);
        if (step > 0)
        {
            foreach ((long index, Structure? structure) in held)
            {
                if (index >= first && index < end && (index - first) % step == 0) { yield return (index, structure!); }
            }
        }
        else
        {
            (long Index, Structure? Structure)[] all = [.. held];
            for (long i = first; i > end; i += step) { yield return (i, all[i].Structure!); }
        }
    }

    private static void ThrowIfMissing(FrameSlice slice, long count, string source)
    {
        if (count == 0) { throw new InvalidInputException($"{source} holds no structure: it is empty."); }
        if (slice.Index is long index && (index < -count || index >= count))
        {
            throw new InvalidInputException($"{source} has {(count == 1 ? "one frame" : $"{count} frames")}, so there is no frame {index}; frames count from 0.");
        }
    }
}

using System.Runtime.Intrinsics;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Selection;

/// <summary>
/// Descriptors of frames, a row each, in single precision: the mean over its atoms of the rotation-invariant features that a model has of an atom.
/// So memory grows by 4 bytes a number, whatever the size of the frames.
/// </summary>
/// <remarks>
/// Distances between rows are Euclidean. A mean forgets how many atoms there are and which atom has what: frames are alike when they are made of alike environments in alike proportions,
/// which is what training data should differ in; a large frame in which one atom is unusual is not far from the others.
/// </remarks>
public sealed class DescriptorTable
{
    /// <summary>Rows of a chunk; tables grow without moving.</summary>
    private const int RowsPerChunk = 1024;

    /// <summary>Frames and atoms that are under way at once.</summary>
    private const int FramesAtOnce = 256;
    private const int AtomsAtOnce = 16_384;

    private readonly List<float[]> _chunks = [];
    private readonly int _stride;

    /// <summary>Creates an empty table.</summary>
    /// <param name="width">Numbers a row.</param>
    public DescriptorTable(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Width = width;

        // Rows are filled up with zeros to whole vectors, which changes no distance.
        _stride = checked((width + Vector256<float>.Count - 1) / Vector256<float>.Count * Vector256<float>.Count);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers a row.</summary>
    public int Width { get; }

    /// <summary>A row.</summary>
    /// <param name="index">Its number.</param>
    public ReadOnlySpan<float> this[int index] => Row(index)[..Width];

    /// <summary>Computes the descriptors of frames, several at a time.</summary>
    /// <param name="frames">The frames; read once, and none is kept.</param>
    /// <param name="potential">A potential with descriptors, best of one thread itself.</param>
    /// <param name="threads">Number of frames that are worked on at the same time; 0: one a core.</param>
    /// <param name="progress">Is told the number of frames so far.</param>
    /// <param name="cancellationToken">Ends the computation early.</param>
    /// <exception cref="InvalidInputException">There is no frame, or the potential cannot evaluate one; the message names it.</exception>
    public static DescriptorTable Compute(IEnumerable<Structure> frames, IPotential potential, int threads = 0, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(potential);
        if ((potential.Supported & Properties.Descriptors) == 0) { throw new InvalidInputException("The model has no descriptors; frames cannot be compared with it."); }
        Worker[] workers = [.. Enumerable.Range(0, threads == 0 ? Environment.ProcessorCount : threads).Select(_ => new Worker(potential))];
        DescriptorTable? table = null;
        try
        {
            List<Structure> waiting = [];
            int atoms = 0;
            foreach (Structure frame in frames)
            {
                waiting.Add(frame);
                atoms += frame.Count;
                if (waiting.Count < FramesAtOnce && atoms < AtomsAtOnce) { continue; }
                Flush();
                atoms = 0;
            }

            Flush();
            return table ?? throw new InvalidInputException("There is no frame to compare.");

            void Flush()
            {
                double[][] rows = new double[waiting.Count][];
                ParallelOptions options = new() { MaxDegreeOfParallelism = workers.Length, CancellationToken = cancellationToken };
                int next = -1;
                try
                {
                    Parallel.ForEach(workers, options, worker =>
                    {
                        for (int i; (i = Interlocked.Increment(ref next)) < rows.Length;) { rows[i] = worker.MeanOf(waiting[i], cancellationToken); }
                    });
                }
                catch (AggregateException exception) when (exception.InnerExceptions.OfType<InvalidInputException>().FirstOrDefault() is { } first)
                {
                    throw first;
                }

                foreach (double[] row in rows) { (table ??= new DescriptorTable(row.Length)).Add(row); }
                waiting.Clear();
                progress?.Invoke(table?.Count ?? 0);
            }
        }
        finally
        {
            foreach (Worker worker in workers) { worker.Dispose(); }
        }
    }

    /// <summary>Appends a row.</summary>
    /// <param name="descriptor">Its numbers.</param>
    /// <exception cref="ArgumentException">The row has another width.</exception>
    public void Add(ReadOnlySpan<double> descriptor)
    {
        if (descriptor.Length != Width) { throw new ArgumentException($"A row has {Width} numbers, not {descriptor.Length}.", nameof(descriptor)); }
        if (Count == _chunks.Count * RowsPerChunk) { _chunks.Add(new float[RowsPerChunk * _stride]); }
        Span<float> row = _chunks[^1].AsSpan(Count % RowsPerChunk * _stride, _stride);
        for (int i = 0; i < descriptor.Length; i++) { row[i] = (float)descriptor[i]; }
        Count++;
    }

    /// <summary>The square of the distance between a row and one of a table of the same width; the same bits on every machine.</summary>
    internal float SquaredDistance(int index, DescriptorTable other, int otherIndex)
    {
        ReadOnlySpan<float> a = Row(index), b = other.Row(otherIndex);
        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i + Vector256<float>.Count <= a.Length && i + Vector256<float>.Count <= b.Length; i += Vector256<float>.Count)
        {
            Vector256<float> difference = Vector256.Create(a[i..]) - Vector256.Create(b[i..]);
            sum += difference * difference;
        }

        return Vector256.Sum(sum);
    }

    private ReadOnlySpan<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _chunks[index / RowsPerChunk].AsSpan(index % RowsPerChunk * _stride, _stride);
    }

    /// <summary>Evaluates one frame after the other.</summary>
    private sealed class Worker(IPotential potential) : IDisposable
    {
        private readonly IPotentialEvaluator _evaluator = potential.CreateEvaluator();
        private readonly PotentialResult _result = new();

        public double[] MeanOf(Structure frame, CancellationToken cancellationToken)
        {
            try
            {
                if (frame.Count == 0) { throw new InvalidInputException("the frame has no atoms"); }
                frame.Validate();
                _evaluator.Evaluate(frame, Properties.Descriptors, _result, cancellationToken);
            }
            catch (InvalidInputException exception) when (frame.Origin is { } origin && !exception.Message.StartsWith(origin, StringComparison.Ordinal))
            {
                throw new InvalidInputException($"{origin}: {exception.Message}", exception);
            }

            ReadOnlySpan<double> all = _result.Descriptors;
            double[] mean = new double[_result.DescriptorWidth];
            for (int i = 0; i < all.Length; i++) { mean[i % mean.Length] += all[i]; }
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] /= frame.Count;
                if (!float.IsFinite((float)mean[i])) { throw new InvalidInputException($"{frame.Origin ?? "A frame"}: its descriptors are not finite."); }
            }

            return mean;
        }

        public void Dispose() => _evaluator.Dispose();
    }
}

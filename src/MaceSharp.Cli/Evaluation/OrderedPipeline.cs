using System.Runtime.ExceptionServices;

namespace MaceSharp.Cli.Evaluation;

/// <summary>
/// Works on the items of a sequence in parallel and hands the results on in the order of the sequence.
/// At most a fixed number of items is under way, so memory does not grow with the length of the sequence,
/// and what is handed on does not depend on the number of workers.
/// </summary>
internal static class OrderedPipeline
{
    /// <summary>How long a cancelled run waits for workers that may be stuck in a read.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs to the end of the sequence.</summary>
    /// <param name="source">The items; advanced by one worker at a time.</param>
    /// <param name="workers">What each worker does with an item; one delegate a worker, called from that worker alone.</param>
    /// <param name="consume">Receives the results in order, on the calling thread. The flag says whether more results are ready.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <remarks>The first error in the order of the sequence is thrown, after the results before it were handed on.</remarks>
    public static void Run<TItem, TResult>(IEnumerator<TItem> source, IReadOnlyList<Func<TItem, TResult>> workers, Action<TResult, bool> consume, CancellationToken cancellationToken)
    {
        State<TItem, TResult> state = new(source, (2 * workers.Count) + 2);
        Thread[] threads = new Thread[workers.Count];
        for (int i = 0; i < threads.Length; i++)
        {
            Func<TItem, TResult> work = workers[i];
            threads[i] = new Thread(() => state.Work(work)) { IsBackground = true, Name = "mace worker" };
            threads[i].Start();
        }

        using CancellationTokenRegistration registration = cancellationToken.Register(state.Stop);
        try
        {
            while (state.TryTake(out TResult? result, out bool more, cancellationToken)) { consume(result!, more); }
        }
        finally
        {
            state.Stop();
            long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            foreach (Thread thread in threads) { thread.Join((int)Math.Max(0, deadline - Environment.TickCount64)); }
        }
    }

    private sealed class State<TItem, TResult>(IEnumerator<TItem> source, int capacity)
    {
        private readonly Lock _reading = new();
        private readonly object _gate = new();
        private readonly Slot?[] _slots = new Slot?[capacity];
        private long _started;
        private long _taken;
        private bool _ended;
        private bool _stopped;

        public void Work(Func<TItem, TResult> work)
        {
            while (TryStart(out TItem? item, out long index, out ExceptionDispatchInfo? error))
            {
                Slot slot;
                if (error is not null)
                {
                    slot = new Slot(default, error);
                }
                else
                {
                    try
                    {
                        slot = new Slot(work(item!), null);
                    }
#pragma warning disable CA1031 // Every error travels to the consumer, at its place in the order.
                    catch (Exception exception)
#pragma warning restore CA1031
                    {
                        slot = new Slot(default, ExceptionDispatchInfo.Capture(exception));
                    }
                }

                lock (_gate)
                {
                    _slots[index % capacity] = slot;
                    if (slot.Error is not null) { _ended = true; }
                    Monitor.PulseAll(_gate);
                }
            }
        }

        public bool TryTake(out TResult? result, out bool more, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (_slots[_taken % capacity] is Slot slot)
                    {
                        slot.Error?.Throw();
                        _slots[_taken % capacity] = null;
                        _taken++;
                        Monitor.PulseAll(_gate);
                        result = slot.Result;
                        more = _slots[_taken % capacity] is not null;
                        return true;
                    }

                    if (_ended && _taken == _started)
                    {
                        result = default;
                        more = false;
                        return false;
                    }

                    Monitor.Wait(_gate);
                }
            }
        }

        public void Stop()
        {
            lock (_gate)
            {
                _stopped = _ended = true;
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Takes the next item when there is room for its result. An error of the sequence counts as its last item.</summary>
        private bool TryStart(out TItem? item, out long index, out ExceptionDispatchInfo? error)
        {
            item = default;
            index = 0;
            error = null;
            lock (_reading)
            {
                lock (_gate)
                {
                    while (!_stopped && !_ended && _started - _taken >= capacity) { Monitor.Wait(_gate); }
                    if (_stopped || _ended) { return false; }
                }

                bool found = true;
                try
                {
                    found = source.MoveNext();
                    if (found) { item = source.Current; }
                }
#pragma warning disable CA1031 // As above.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    error = ExceptionDispatchInfo.Capture(exception);
                }

                lock (_gate)
                {
                    if (!found)
                    {
                        _ended = true;
                        Monitor.PulseAll(_gate);
                        return false;
                    }

                    if (error is not null) { _ended = true; }
                    index = _started++;
                    return true;
                }
            }
        }

        private sealed record Slot(TResult? Result, ExceptionDispatchInfo? Error);
    }
}

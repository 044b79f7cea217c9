using System.Runtime.ExceptionServices;

namespace MaceSharp.Atoms;

/// <summary>
/// A fixed number of threads that run one job together again and again: parked between jobs, started and awaited
/// without allocating. The caller is one of them. Not thread-safe: one job at a time.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly AutoResetEvent[] _start;
    private readonly Exception?[] _failures;
    private readonly CountdownEvent _running = new(1);
    private Action<int>? _job;
    private volatile bool _disposed;

    /// <summary>Creates the team.</summary>
    /// <param name="threadCount">Number of threads, the caller included.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public WorkerTeam(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threadCount);
        ThreadCount = threadCount;
        _failures = new Exception?[threadCount];
        _threads = new Thread[threadCount - 1];
        _start = new AutoResetEvent[threadCount - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _start[i] = new AutoResetEvent(false);
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"MaceSharp worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs a job on every thread and waits for all of them.</summary>
    /// <param name="job">Called once a thread with its index, 0 to <see cref="ThreadCount"/> − 1; 0 is the caller.</param>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <remarks>When threads throw, the exception of the one with the lowest index is thrown again after all have ended.</remarks>
    public void Run(Action<int> job)
    {
        ArgumentNullException.ThrowIfNull(job);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (ThreadCount == 1)
        {
            job(0);
            return;
        }

        _job = job;
        _running.Reset(ThreadCount);
        foreach (AutoResetEvent start in _start) { start.Set(); }
        Execute(0);
        _running.Wait();
        _job = null;
        for (int worker = 0; worker < ThreadCount; worker++)
        {
            if (_failures[worker] is not { } failure) { continue; }
            Array.Clear(_failures);
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed) { return; }
        _disposed = true;
        foreach (AutoResetEvent start in _start) { start.Set(); }
        foreach (Thread thread in _threads) { thread.Join(); }
        foreach (AutoResetEvent start in _start) { start.Dispose(); }
        _running.Dispose();
    }

    private void Work(int worker)
    {
        while (true)
        {
            _start[worker - 1].WaitOne();
            if (_disposed) { return; }
            Execute(worker);
        }
    }

    private void Execute(int worker)
    {
        try
        {
            _job!(worker);
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the caller of Run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failures[worker] = exception;
        }
        finally
        {
            _running.Signal();
        }
    }
}

namespace MaceSharp.Zoo;

/// <summary>Exclusive use of something on disk, by one thread of one process at a time.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until nobody else holds the lock. The system releases the lock of a process that dies.</summary>
    /// <param name="path">A file that exists only to be locked; it stays, because to delete it could take it from under another process.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<FileLock> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (IOException exception) when (IsHeld(exception, path))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException exception, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            const int SharingViolation = unchecked((int)0x80070020);
            const int LockViolation = unchecked((int)0x80070021);
            return exception.HResult is SharingViolation or LockViolation;
        }

        // The lock is advisory here: the exception is a plain IOException with EWOULDBLOCK (11 on Linux, 35 on macOS).
        return exception.GetType() == typeof(IOException) && exception.HResult is 11 or 35 && File.Exists(path);
    }
}

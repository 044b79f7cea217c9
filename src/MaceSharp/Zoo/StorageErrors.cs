using MaceSharp.Atoms;

namespace MaceSharp.Zoo;

/// <summary>Says in a sentence why a folder cannot be written.</summary>
internal static class StorageErrors
{
    /// <summary>A sentence for an error of the file system; null for any other exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="folder">The folder that was written to.</param>
    public static string? TryDescribe(Exception exception, string folder) => exception switch
    {
        InvalidInputException or HttpRequestException => null,
        UnauthorizedAccessException => $"The folder {folder} cannot be written; name another one with the environment variable {ModelStore.FolderVariable}.",
        IOException io when IsFull(io) => $"The disk of {folder} is full; free some space and run the command again, it goes on where it stopped.",
        IOException io when IsReadOnly(io) => $"The folder {folder} is on a read-only file system; name another one with the environment variable {ModelStore.FolderVariable}.",
        IOException io => $"The folder {folder} cannot be used ({io.Message.TrimEnd('.')}); name another one with the environment variable {ModelStore.FolderVariable}.",
        _ => null,
    };

    /// <summary>ENOSPC and EDQUOT (28 and 122 on Linux, 28 and 69 on macOS), ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.</summary>
    private static bool IsFull(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is unchecked((int)0x80070027) or unchecked((int)0x80070070)
        : exception.HResult is 28 || exception.HResult == (OperatingSystem.IsMacOS() ? 69 : 122);

    /// <summary>EROFS.</summary>
    private static bool IsReadOnly(IOException exception) => !OperatingSystem.IsWindows() && exception.HResult is 30;
}

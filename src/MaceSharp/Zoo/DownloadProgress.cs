namespace MaceSharp.Zoo;

/// <summary>How far a download is.</summary>
/// <param name="BytesReceived">Bytes of the file that are on disk, those of an earlier attempt included.</param>
/// <param name="TotalBytes">Size of the file; null while it is unknown.</param>
public readonly record struct DownloadProgress(long BytesReceived, long? TotalBytes);

namespace MaceSharp.Atoms;

/// <summary>Where a scan leaves what it finds.</summary>
/// <param name="Offsets">
/// When counting, element i + 1 receives the number of edges of receiver i; when filling, element i holds the index of its first edge.
/// </param>
/// <param name="Senders">Receives the sender of each edge when filling.</param>
/// <param name="Shifts">Receives the packed shift of each edge when filling.</param>
/// <param name="Fill">Whether edges are written, or only counted.</param>
internal readonly record struct ScanTarget(long[] Offsets, int[] Senders, int[] Shifts, bool Fill);

namespace MaceSharp.Zoo;

/// <summary>How a <see cref="ModelStore"/> works.</summary>
public sealed record ModelStoreOptions
{
    /// <summary>Folder of the files; null: <see cref="ModelStore.DefaultFolder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the network may not be used.</summary>
    public bool Offline { get; init; }

    /// <summary>Number of attempts after which a download that keeps breaking off is given up. Attempts that made progress do not count.</summary>
    public int MaximumAttempts { get; init; } = 5;

    /// <summary>Pause after the first failed attempt; it doubles with every further one, up to <see cref="MaximumRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between two attempts.</summary>
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time without a single byte after which a connection counts as broken.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest file that is accepted when no size is published, bytes.</summary>
    public long MaximumFileSize { get; init; } = 4L << 30;

    /// <summary>Handler of the requests; null: one that follows redirects over https. The caller disposes of a handler given here.</summary>
    public HttpMessageHandler? Handler { get; init; }
}

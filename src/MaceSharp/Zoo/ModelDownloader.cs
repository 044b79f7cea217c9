using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using MaceSharp.Atoms;

namespace MaceSharp.Zoo;

/// <summary>
/// One download: into <c>FILE.part</c>, resumed after a break by a range request that the server only honours for the
/// same file (RFC 9110 §13.1.5 If-Range), checked, then renamed.
/// </summary>
internal sealed class ModelDownloader(HttpClient client, ModelStoreOptions options, ZooModel model, string path)
{
    private const int BufferSize = 1 << 17;

    /// <summary>Bytes after which a connection that broke off counts as a success: a server that sends a little and hangs up must not be asked for ever.</summary>
    private const long WorthwhileProgress = 1 << 20;

    private readonly string _part = path + ".part";
    private readonly string _validatorFile = path + ".part.etag";
    private bool _resumed;

    /// <summary>Downloads, checks and renames.</summary>
    public async Task RunAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        RequireSecure(model.Address.Value);
        bool startedOver = false;
        while (true)
        {
            _resumed = false;
            await FetchAsync(progress, cancellationToken).ConfigureAwait(false);
            string? fault = await CheckAsync(cancellationToken).ConfigureAwait(false);
            if (fault is null) { break; }
            DeletePart();

            // The beginning may have been another file's, left by an earlier attempt: one more try from zero tells.
            if (!_resumed || startedOver) { throw new InvalidInputException(fault); }
            startedOver = true;
        }

        File.Move(_part, path, overwrite: true);
        File.Delete(_validatorFile);
    }

    /// <summary>Attempts until the whole file is in <c>.part</c>.</summary>
    private async Task FetchAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            long before = PartLength;
            string reason;
            try
            {
                await AttemptAsync(progress, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (TransientException exception)
            {
                reason = exception.Message;
            }
            catch (HttpRequestException exception)
            {
                reason = Describe(exception);
            }

            failures = PartLength - before >= WorthwhileProgress ? 1 : failures + 1;
            if (failures >= options.MaximumAttempts)
            {
                throw new InvalidInputException($"{model.Name} could not be downloaded from {model.Address.Value}: {reason}; run the command again later, it goes on where it stopped.");
            }

            double factor = Math.Pow(2, Math.Min(failures - 1, 20));
            TimeSpan delay = TimeSpan.FromTicks((long)Math.Min(options.RetryDelay.Ticks * factor, options.MaximumRetryDelay.Ticks));
            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AttemptAsync(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        long offset = PartLength;
        string? validator = ReadValidator();
        using HttpRequestMessage request = new(HttpMethod.Get, model.Address.Value);
        if (offset > 0 && (validator is not null || model.Sha256 is not null))
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            if (validator is not null) { request.Headers.TryAddWithoutValidation("If-Range", validator); }
        }

        using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            RequireSecure(response.RequestMessage?.RequestUri ?? model.Address.Value);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // Either everything is here already, or what is here belongs to another file.
                if (response.Content.Headers.ContentRange?.Length == offset)
                {
                    _resumed = true;
                    return;
                }

                DeletePart();
                throw new TransientException("the server has another file than the one begun");
            }

            RequireModel(response);
            bool resumes = response.StatusCode == HttpStatusCode.PartialContent;
            if (resumes && response.Content.Headers.ContentRange?.From != offset)
            {
                DeletePart();
                throw new TransientException("the server sent another part than the one asked for");
            }

            _resumed |= resumes;
            long start = resumes ? offset : 0;
            long? total = resumes ? response.Content.Headers.ContentRange?.Length ?? start + response.Content.Headers.ContentLength : response.Content.Headers.ContentLength;
            RequireSize(total ?? 0);
            RequireSpace(total - start ?? 0);
            WriteValidator(response);
            await CopyAsync(response, start, total, progress, stall).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(string.Create(CultureInfo.InvariantCulture, $"nothing arrived for {options.StallTimeout.TotalSeconds:0.###} seconds"));
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, long start, long? total, IProgress<DownloadProgress>? progress, CancellationTokenSource stall)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        byte[] buffer = new byte[BufferSize];
        int count = await ReadAsync(body, buffer, start, stall).ConfigureAwait(false);

        // Looked at before the file is touched: a portal's page must not cost what has already arrived.
        if (start == 0 && LooksLikeMarkup(buffer.AsSpan(0, count))) { throw NotAModel(); }
        long received = start;
        FileStream file = new(_part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1);
        await using (file.ConfigureAwait(false))
        {
            file.SetLength(start);
            file.Position = start;
            progress?.Report(new DownloadProgress(received, total ?? model.Size?.Value));
            while (count > 0 && received <= Limit)
            {
                await file.WriteAsync(buffer.AsMemory(0, count), stall.Token).ConfigureAwait(false);
                received += count;
                progress?.Report(new DownloadProgress(received, total ?? model.Size?.Value));
                count = await ReadAsync(body, buffer, received, stall).ConfigureAwait(false);
            }

            file.Flush(flushToDisk: true);
        }

        RequireSize(received);
        if (total is { } expected && received < expected) { throw BrokenOff(received); }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, long received, CancellationTokenSource stall)
    {
        try
        {
            int count = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            stall.CancelAfter(options.StallTimeout);
            return count;
        }
        catch (IOException exception)
        {
            throw BrokenOff(received, exception);
        }
    }

    /// <summary>What is wrong with the whole file; null: nothing.</summary>
    private async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        long length = PartLength;
        if (model.Size is { } size && size.Value != length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"What {model.Address.Value} sent has {length} bytes, but {model.Name} has {size.Value} ({size.Source}); it was discarded.");
        }

        if (length == 0) { return $"What {model.Address.Value} sent is empty; it was discarded."; }
        if (model.Sha256 is not { } expected) { return null; }
        FileStream file = new(_part, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
        await using (file.ConfigureAwait(false))
        {
            string actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            return actual == expected.Value
                ? null
                : $"What {model.Address.Value} sent has the SHA-256 {actual}, but that of {model.Name} is {expected.Value} ({expected.Source}); it was discarded.";
        }
    }

    private void RequireModel(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                break;
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{model.Name} is no longer at {model.Address.Value} (HTTP {status}); download it from its authors and give the path of the file to --model."));
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new TransientException(string.Create(CultureInfo.InvariantCulture, $"the server answered HTTP {status} ({response.ReasonPhrase})"));
            default:
                throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{model.Address.Value} answered HTTP {status} ({response.ReasonPhrase}) instead of sending {model.Name}; download it from its authors and give the path of the file to --model."));
        }

        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml") { throw NotAModel(); }
    }

    private InvalidInputException NotAModel() => new($"{model.Address.Value} sent a web page instead of a model; if you are behind a portal or a proxy, sign in there first, or download {model.Name} with a browser and give the path of the file to --model.");

    private void RequireSize(long bytes)
    {
        if (bytes <= Limit) { return; }
        DeletePart();
        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"What {model.Address.Value} sends is larger than the {Limit} bytes that {model.Name} may have; it was discarded."));
    }

    private void RequireSpace(long bytes)
    {
        long free;
        try
        {
            free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return;
        }

        if (free < bytes)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{model.Name} needs {bytes} more bytes, but the disk of {Path.GetDirectoryName(path)} has only {free} left."));
        }
    }

    /// <summary>Weights decide what is computed: they come over https, or from this machine.</summary>
    private static void RequireSecure(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            throw new InvalidInputException($"{address} is not an https address, so nobody vouches for what it sends; models are downloaded over https only.");
        }
    }

    private static bool LooksLikeMarkup(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.TrimStart(" \t\r\n\u00EF\u00BB\u00BF"u8);
        return text.StartsWith("<!"u8) || text.StartsWith("<html"u8) || text.StartsWith("<HTML"u8) || text.StartsWith("<?xml"u8);
    }

    private static TransientException BrokenOff(long received, Exception? cause = null) => new(string.Create(CultureInfo.InvariantCulture, $"the connection broke off after {received} bytes"), cause);

    /// <summary>The largest size the file may have, bytes.</summary>
    private long Limit => model.Size?.Value ?? options.MaximumFileSize;

    private long PartLength => new FileInfo(_part) is { Exists: true } file ? file.Length : 0;

    private string? ReadValidator()
    {
        if (!File.Exists(_validatorFile)) { return null; }
        string[] lines = File.ReadAllLines(_validatorFile);
        return lines.Length == 2 && lines[0] == model.Address.Value.AbsoluteUri ? lines[1] : null;
    }

    /// <summary>Remembers which version of the file is being fetched: a strong entity tag, or else the date of the last change.</summary>
    private void WriteValidator(HttpResponseMessage response)
    {
        string? validator = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
        if (validator is null)
        {
            File.Delete(_validatorFile);
        }
        else
        {
            File.WriteAllLines(_validatorFile, [model.Address.Value.AbsoluteUri, validator]);
        }
    }

    private void DeletePart()
    {
        File.Delete(_part);
        File.Delete(_validatorFile);
    }

    private static string Describe(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the name of the server cannot be resolved, is there a network?",
        HttpRequestError.ConnectionError => "the server cannot be reached, is there a network?",
        HttpRequestError.SecureConnectionError => "no secure connection to the server can be made",
        _ => exception.Message.TrimEnd('.'),
    };

    /// <summary>A failure that another attempt may cure.</summary>
    private sealed class TransientException(string message, Exception? cause = null) : Exception(message, cause);
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MaceSharp.Tests.Zoo;

/// <summary>A request as the test server saw it.</summary>
/// <param name="Path">Path of the request line.</param>
/// <param name="Headers">Header fields, names in lower case.</param>
internal sealed record ServedRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>First byte asked for by a range, or null.</summary>
    public long? RangeStart => Headers.TryGetValue("range", out string? range) ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : null;
}

/// <summary>
/// A server of HTTP/1.1 on the loopback interface that misbehaves on demand: a connection a request, and the handler
/// writes the bytes of the answer itself.
/// </summary>
internal sealed class ModelServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ServedRequest, NetworkStream, int, Task> _handler;
    private readonly List<ServedRequest> _requests = [];
    private readonly CancellationTokenSource _stop = new();

    public ModelServer(Func<ServedRequest, NetworkStream, int, Task> handler)
    {
        _handler = handler;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address(string file = "test.model") => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{file}");

    /// <summary>Requests so far.</summary>
    public IReadOnlyList<ServedRequest> Requests
    {
        get
        {
            lock (_requests) { return [.. _requests]; }
        }
    }

    /// <summary>Writes a status line, header fields and a body.</summary>
    public static async Task AnswerAsync(NetworkStream stream, string status, ReadOnlyMemory<byte> body, params string[] headers)
    {
        string head = $"HTTP/1.1 {status}\r\nConnection: close\r\n" + string.Concat(headers.Select(header => header + "\r\n"));
        if (!headers.Any(header => header.StartsWith("Content-Length", StringComparison.Ordinal) || header.StartsWith("Transfer-Encoding", StringComparison.Ordinal)))
        {
            head += string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + "\r\n"));
        await stream.WriteAsync(body);
    }

    /// <summary>Sends a file as a good server does: ranges, entity tag, If-Range.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="file">The file.</param>
    /// <param name="etag">Its entity tag.</param>
    /// <param name="send">Bytes after which the connection is dropped; all by default.</param>
    public static Task SendFileAsync(NetworkStream stream, ServedRequest request, byte[] file, string etag = "\"v1\"", int send = int.MaxValue)
    {
        bool honoured = request.RangeStart is not null && (!request.Headers.TryGetValue("if-range", out string? tag) || tag == etag);
        int start = honoured ? (int)request.RangeStart!.Value : 0;
        if (honoured && start >= file.Length)
        {
            return AnswerAsync(stream, "416 Range Not Satisfiable", default, string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes */{file.Length}"));
        }

        int length = file.Length - start;
        List<string> headers = [$"ETag: {etag}", "Accept-Ranges: bytes", "Content-Type: application/octet-stream", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}")];
        if (honoured) { headers.Add(string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {start}-{file.Length - 1}/{file.Length}")); }
        return AnswerAsync(stream, honoured ? "206 Partial Content" : "200 OK", file.AsMemory(start, Math.Min(send, length)), [.. headers]);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (int number = 0; ; number++) { _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), number); }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            try
            {
                ServedRequest request = await ReadRequestAsync(stream);
                lock (_requests) { _requests.Add(request); }
                await _handler(request, stream, number);
            }
            catch (IOException)
            {
                // The client hung up.
            }
        }
    }

    private static async Task<ServedRequest> ReadRequestAsync(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1) { text.Append((char)one[0]); }
        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new ServedRequest(
            lines[0].Split(' ')[1],
            lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1], StringComparer.Ordinal));
    }
}

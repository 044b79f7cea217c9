using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Zoo;

namespace MaceSharp.Tests.Zoo;

public sealed class ModelStoreTests : IDisposable
{
    private static readonly byte[] Model = RandomBytes(3_000_000, seed: 1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "mace-store-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Downloads_verifies_and_keeps()
    {
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();
        List<DownloadProgress> seen = [];
        ZooModel model = Describe(server);

        string path = await store.GetAsync(model, new Listener(seen));

        Assert.Equal(Path.Combine(_folder, "test.model"), path);
        Assert.Equal(Model, await File.ReadAllBytesAsync(path));
        Assert.Equal(new DownloadProgress(Model.Length, Model.Length), seen[^1]);
        Assert.Equal(seen.OrderBy(step => step.BytesReceived), seen);
        Assert.Equal(path, await store.GetAsync(model));
        Assert.Single(server.Requests);
        AssertTidy();
    }

    [Fact]
    public async Task Goes_on_where_the_connection_broke_off()
    {
        using ModelServer server = new((request, stream, number) => ModelServer.SendFileAsync(stream, request, Model, send: number == 0 ? 1_000_000 : int.MaxValue));
        using ModelStore store = Open();

        string path = await store.GetAsync(Describe(server));

        Assert.Equal(Model, await File.ReadAllBytesAsync(path));
        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(server.Requests[1].RangeStart!.Value, 1, 1_000_000);
        Assert.Equal("\"v1\"", server.Requests[1].Headers["if-range"]);
        AssertTidy();
    }

    [Fact]
    public async Task A_later_run_goes_on_too()
    {
        using ModelServer server = new((request, stream, number) => ModelServer.SendFileAsync(stream, request, Model, send: number < 2 ? 500_000 : int.MaxValue));
        using (ModelStore store = Open(attempts: 1))
        {
            InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
            Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
            Assert.Contains("goes on where it stopped", error.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(_folder, "test.model")));
        Assert.True(File.Exists(Path.Combine(_folder, "test.model.part")));
        using ModelStore next = Open();
        Assert.Equal(Model, await File.ReadAllBytesAsync(await next.GetAsync(Describe(server))));
        Assert.All(server.Requests.Skip(1), request => Assert.NotNull(request.RangeStart));
        AssertTidy();
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_fetched_anew()
    {
        byte[] older = RandomBytes(Model.Length, seed: 2);
        using ModelServer server = new((request, stream, number) => number == 0
            ? ModelServer.SendFileAsync(stream, request, older, "\"v0\"", send: 1_000_000)
            : ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal("\"v0\"", server.Requests[1].Headers["if-range"]);
    }

    [Fact]
    public async Task Leftovers_of_another_file_are_noticed_by_the_hash_and_fetched_anew()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "test.model.part"), RandomBytes(1_000_000, seed: 3));
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal([1_000_000L, null], server.Requests.Select(request => request.RangeStart));
    }

    [Fact]
    public async Task A_whole_file_that_was_not_renamed_yet_is_not_fetched_again()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "test.model.part"), Model);
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal([(long)Model.Length], server.Requests.Select(request => request.RangeStart!.Value));
    }

    [Fact]
    public async Task A_server_without_ranges_starts_from_the_beginning()
    {
        using ModelServer server = new((_, stream, number) => ModelServer.AnswerAsync(
            stream, "200 OK", Model.AsMemory(0, number == 0 ? 1_500_000 : Model.Length), Length(Model)));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Without_hash_and_entity_tag_nothing_is_resumed()
    {
        using ModelServer server = new((_, stream, number) => ModelServer.AnswerAsync(
            stream, "200 OK", Model.AsMemory(0, number == 0 ? 1_500_000 : Model.Length), Length(Model)));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server) with { Sha256 = null, Size = null })));
        Assert.All(server.Requests, request => Assert.Null(request.RangeStart));
    }

    [Fact]
    public async Task Chunked_bodies_without_a_length_are_read_to_their_end()
    {
        using ModelServer server = new(async (_, stream, number) =>
        {
            await ModelServer.AnswerAsync(stream, "200 OK", default, "Transfer-Encoding: chunked");
            await stream.WriteAsync(Encoding.ASCII.GetBytes("100000\r\n"));
            await stream.WriteAsync(Model.AsMemory(0, 0x100000));
            if (number > 0) { await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray()); }
        });
        using ModelStore store = Open();
        ZooModel model = Describe(server) with { Sha256 = null, Size = null };

        Assert.Equal(0x100000, new FileInfo(await store.GetAsync(model)).Length);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_hash_is_an_error_and_leaves_nothing()
    {
        byte[] other = RandomBytes(Model.Length, seed: 4);
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, other));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));

        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(other)), error.Message, StringComparison.Ordinal);
        Assert.Contains("https://example.org/digests", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        AssertNoModel();
        AssertTidy();
    }

    [Fact]
    public async Task A_wrong_size_is_an_error_and_leaves_nothing()
    {
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model[..^1]));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));

        Assert.Contains("2999999 bytes", error.Message, StringComparison.Ordinal);
        AssertNoModel();
        AssertTidy();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_larger_than_it_may_be_is_cut_off(bool announced)
    {
        using ModelServer server = new(async (_, stream, _) =>
        {
            await ModelServer.AnswerAsync(stream, "200 OK", default, announced ? "Content-Length: 1000000000000" : "Transfer-Encoding: chunked");
            byte[] chunk = [.. "10000\r\n"u8, .. new byte[0x10000], .. "\r\n"u8];
            while (true) { await stream.WriteAsync(chunk); }
        });
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));

        Assert.Contains("larger than the 3000000 bytes", error.Message, StringComparison.Ordinal);
        AssertNoModel();
        AssertTidy();
    }

    [Fact]
    public async Task Not_found_is_said_at_once()
    {
        using ModelServer server = new((_, stream, _) => ModelServer.AnswerAsync(stream, "404 Not Found", default));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));

        Assert.Contains("no longer at", error.Message, StringComparison.Ordinal);
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        AssertNoModel();
    }

    [Theory]
    [InlineData("Content-Type: text/html; charset=utf-8", "anything")]
    [InlineData("Content-Type: application/octet-stream", "\n <!DOCTYPE html><html><body>Please sign in</body></html>")]
    [InlineData("X-Nothing: 1", "<html><body>Please sign in</body></html>")]
    public async Task A_web_page_is_not_a_model_and_costs_nothing_that_was_there(string type, string page)
    {
        Directory.CreateDirectory(_folder);
        byte[] begun = Model[..100_000];
        await File.WriteAllBytesAsync(Path.Combine(_folder, "test.model.part"), begun);
        using ModelServer server = new((_, stream, _) => ModelServer.AnswerAsync(stream, "200 OK", Encoding.UTF8.GetBytes(page), type));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));

        Assert.Contains("web page instead of a model", error.Message, StringComparison.Ordinal);
        Assert.Equal(begun, await File.ReadAllBytesAsync(Path.Combine(_folder, "test.model.part")));
        AssertNoModel();
    }

    [Fact]
    public async Task Redirects_are_followed_and_keep_the_range()
    {
        using ModelServer server = new((request, stream, number) => request.Path == "/test.model"
            ? ModelServer.AnswerAsync(stream, "302 Found", default, "Location: /elsewhere/blob")
            : ModelServer.SendFileAsync(stream, request, Model, send: number <= 1 ? 1_200_000 : int.MaxValue));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal(["/test.model", "/elsewhere/blob", "/test.model", "/elsewhere/blob"], server.Requests.Select(request => request.Path));
        Assert.NotNull(server.Requests[3].RangeStart);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        using ModelServer server = new((_, stream, _) => ModelServer.AnswerAsync(stream, "302 Found", default, "Location: /test.model"));
        using ModelStore store = Open();

        await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        Assert.InRange(server.Requests.Count, 2, 100);
    }

    [Fact]
    public async Task Only_https_is_trusted_beyond_this_machine()
    {
        using ModelServer server = new((_, stream, _) => ModelServer.AnswerAsync(stream, "302 Found", default, "Location: http://models.invalid/test.model"));
        using ModelStore store = Open(attempts: 1);

        InvalidInputException direct = await Assert.ThrowsAsync<InvalidInputException>(
            () => store.GetAsync(Describe(server) with { Address = new(new Uri("http://models.invalid/test.model"), "https://example.org") }));
        Assert.Contains("https only", direct.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        AssertNoModel();
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    public async Task A_server_in_trouble_is_asked_again(string status)
    {
        using ModelServer server = new((request, stream, number) => number < 2 ? ModelServer.AnswerAsync(stream, status, default) : ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Other_refusals_are_said_at_once()
    {
        using ModelServer server = new((_, stream, _) => ModelServer.AnswerAsync(stream, "403 Forbidden", default));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_falls_silent_counts_as_broken()
    {
        using ModelServer server = new(async (request, stream, number) =>
        {
            await ModelServer.SendFileAsync(stream, request, Model, send: number == 0 ? 1_000_000 : int.MaxValue);
            if (number == 0) { await Task.Delay(TimeSpan.FromSeconds(20)); }
        });
        using ModelStore store = Open(stall: TimeSpan.FromMilliseconds(300));
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal(Model, await File.ReadAllBytesAsync(await store.GetAsync(Describe(server))));
        Assert.InRange(server.Requests.Count, 2, 5);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.2, 10);
    }

    [Fact]
    public async Task A_server_that_drops_every_connection_is_given_up()
    {
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model, send: 1000));
        using ModelStore store = Open(attempts: 4);

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        Assert.Contains("could not be downloaded", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
        AssertNoModel();
    }

    [Fact]
    public async Task No_server_is_a_sentence()
    {
        ZooModel model;
        using (ModelServer server = new((_, _, _) => Task.CompletedTask)) { model = Describe(server); }
        using ModelStore store = Open(attempts: 2);

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(model));
        Assert.Contains("is there a network?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_keeps_what_arrived()
    {
        using CancellationTokenSource cancel = new();
        using ModelServer server = new(async (request, stream, _) =>
        {
            await ModelServer.SendFileAsync(stream, request, Model, send: 1_000_000);
            await Task.Delay(TimeSpan.FromSeconds(20));
        });
        using ModelStore store = Open();

        Task<string> download = store.GetAsync(Describe(server), new Reaction(step => { if (step.BytesReceived > 100_000) { cancel.Cancel(); } }), cancellationToken: cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);

        AssertNoModel();
        Assert.InRange(new FileInfo(Path.Combine(_folder, "test.model.part")).Length, 100_000, 1_000_000);
    }

    [Fact]
    public async Task Offline_uses_the_folder_only()
    {
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore offline = new(new ModelStoreOptions { Folder = _folder, Offline = true });
        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => offline.GetAsync(Describe(server)));
        Assert.Contains("--offline", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.False(Directory.Exists(_folder));

        using (ModelStore online = Open()) { await online.GetAsync(Describe(server)); }
        Assert.True(File.Exists(await offline.GetAsync(Describe(server))));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_academic_licence_is_asked_for_once()
    {
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        ZooModel model = Describe(server) with { Licence = new(ModelLicence.AcademicSoftware, "https://example.org/licence") };
        using ModelStore store = Open();
        int asked = 0;

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(model));
        Assert.Contains("Academic Software License", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(model, acceptLicence: _ => { asked++; return false; }));
        Assert.Empty(server.Requests);

        await store.GetAsync(model, acceptLicence: _ => { asked++; return true; });
        Assert.Equal(2, asked);
        using ModelStore another = Open();
        File.Delete(store.PathOf(model));
        await another.GetAsync(model, acceptLicence: _ => { asked++; return true; });
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Several_stores_at_once_fetch_once()
    {
        using ModelServer server = new(async (request, stream, _) =>
        {
            await Task.Delay(50);
            await ModelServer.SendFileAsync(stream, request, Model);
        });
        ZooModel model = Describe(server);

        string[] paths = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using ModelStore store = Open();
            return await store.GetAsync(model);
        }));

        Assert.Single(paths.Distinct());
        Assert.Equal(Model, await File.ReadAllBytesAsync(paths[0]));
        Assert.Single(server.Requests);
        AssertTidy();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_sentence()
    {
        Directory.CreateDirectory(_folder);
        string file = Path.Combine(_folder, "plain");
        await File.WriteAllTextAsync(file, "not a folder");
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = new(new ModelStoreOptions { Folder = Path.Combine(file, "models") });

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        Assert.Contains(ModelStore.FolderVariable, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Errors_of_the_disk_are_told_apart()
    {
        if (OperatingSystem.IsWindows()) { return; }
        Assert.Contains("is full", StorageErrors.TryDescribe(new IOException("x", 28), "/f"), StringComparison.Ordinal);
        Assert.Contains("read-only", StorageErrors.TryDescribe(new IOException("x", 30), "/f"), StringComparison.Ordinal);
        Assert.Contains("cannot be written", StorageErrors.TryDescribe(new UnauthorizedAccessException(), "/f"), StringComparison.Ordinal);
        Assert.Null(StorageErrors.TryDescribe(new InvalidInputException("x"), "/f"));
        Assert.Null(StorageErrors.TryDescribe(new InvalidOperationException(), "/f"));
    }

    [Fact]
    public async Task A_damaged_file_in_the_folder_is_not_handed_out()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "test.model"), Model[..1000]);
        using ModelServer server = new((request, stream, _) => ModelServer.SendFileAsync(stream, request, Model));
        using ModelStore store = Open();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync(Describe(server)));
        Assert.Contains("has 1000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_suggests_near_ones()
    {
        using ModelStore store = Open();
        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => store.GetAsync("mp-0-smal"));
        Assert.Contains("did you mean mp-0-small", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_folder_follows_the_environment()
    {
        Dictionary<string, string?> environment = new(StringComparer.Ordinal) { ["HOME"] = "/home/someone" };
        string Folder() => ModelStore.FolderFor(name => environment.GetValueOrDefault(name));

        if (OperatingSystem.IsLinux()) { Assert.Equal("/home/someone/.cache/macesharp", Folder()); }
        if (OperatingSystem.IsMacOS()) { Assert.Equal("/home/someone/Library/Caches/macesharp", Folder()); }
        string absolute = OperatingSystem.IsWindows() ? "C:\\cache" : "/cache";
        environment["XDG_CACHE_HOME"] = absolute;
        Assert.Equal(Path.Combine(absolute, "macesharp"), Folder());
        string withCache = Folder();
        environment["XDG_CACHE_HOME"] = "relative";
        Assert.NotEqual(withCache, Folder());
        Assert.DoesNotContain("relative", Folder(), StringComparison.Ordinal);
        environment["MACE_MODELS"] = absolute;
        Assert.Equal(absolute, Folder());
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) { Directory.Delete(_folder, recursive: true); }
    }

    private static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Length(byte[] body) => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}");

    private static ZooModel Describe(ModelServer server) => new()
    {
        Name = "test-model",
        Title = "Test model",
        Address = new(server.Address(), "https://example.org"),
        Licence = new(ModelLicence.Mit, "https://example.org"),
        Size = new(Model.Length, "https://example.org/sizes"),
        Sha256 = new(Convert.ToHexStringLower(SHA256.HashData(Model)), "https://example.org/digests"),
    };

    private ModelStore Open(int attempts = 5, TimeSpan? stall = null) => new(new ModelStoreOptions
    {
        Folder = _folder,
        MaximumAttempts = attempts,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromMilliseconds(20),
        StallTimeout = stall ?? TimeSpan.FromSeconds(10),
    });

    private void AssertNoModel() => Assert.False(File.Exists(Path.Combine(_folder, "test.model")));

    /// <summary>Nothing is left but models and the empty lock file.</summary>
    private void AssertTidy() => Assert.Empty(Directory.GetFiles(_folder, "*.part*"));

    private sealed class Listener(List<DownloadProgress> seen) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => seen.Add(value);
    }

    private sealed class Reaction(Action<DownloadProgress> action) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => action(value);
    }
}

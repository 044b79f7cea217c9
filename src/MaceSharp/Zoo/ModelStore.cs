using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Zoo;

/// <summary>
/// The folder in which downloaded models are kept. A file is there whole and verified or not at all; several threads and
/// processes may use the same folder.
/// </summary>
public sealed class ModelStore : IDisposable
{
    /// <summary>Environment variable that names the folder of the models.</summary>
    public const string FolderVariable = "MACE_MODELS";

    private readonly ModelStoreOptions _options;
    private readonly HttpClient _client;

    /// <summary>Opens a store; nothing is created before the first download.</summary>
    /// <param name="options">How it works.</param>
    public ModelStore(ModelStoreOptions? options = null)
    {
        _options = options ?? new ModelStoreOptions();
        Folder = Path.GetFullPath(_options.Folder ?? DefaultFolder);
        _client = _options.Handler is null
            ? new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), MaxAutomaticRedirections = 10 }, disposeHandler: true)
            : new HttpClient(_options.Handler, disposeHandler: false);
        _client.Timeout = Timeout.InfiniteTimeSpan;
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("MaceSharp");
    }

    /// <summary>
    /// The folder that is used unless another is given: the one named by <c>MACE_MODELS</c>, or else <c>macesharp</c> in
    /// <c>XDG_CACHE_HOME</c>, or else in the cache folder of the system (<c>%LOCALAPPDATA%</c>, <c>~/Library/Caches</c>, <c>~/.cache</c>).
    /// </summary>
    public static string DefaultFolder => FolderFor(Environment.GetEnvironmentVariable);

    /// <summary>Folder of the files, absolute.</summary>
    public string Folder { get; }

    /// <summary>Where the file of a model is or would be.</summary>
    /// <param name="model">The model.</param>
    public string PathOf(ZooModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Path.Combine(Folder, model.FileName);
    }

    /// <summary>Whether the file of a model is in the folder.</summary>
    /// <param name="model">The model.</param>
    public bool Contains(ZooModel model) => File.Exists(PathOf(model));

    /// <summary>The file of a model, downloaded if it is not in the folder yet.</summary>
    /// <param name="name">Name or alias of the model.</param>
    /// <param name="progress">Told how far the download is.</param>
    /// <param name="acceptLicence">Asked once, before the first download of a model with an academic licence; null: such a model is refused. The answer yes is remembered in the folder.</param>
    /// <param name="cancellationToken">Breaks the download off; what has arrived is kept for the next attempt.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="InvalidInputException">There is no such model, its licence was not accepted, or the file cannot be had or stored; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<string> GetAsync(string name, IProgress<DownloadProgress>? progress = null, Func<ZooModel, bool>? acceptLicence = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ModelZoo.TryFind(name, out ZooModel? model)
            ? GetAsync(model, progress, acceptLicence, cancellationToken)
            : throw new InvalidInputException($"There is no published model '{name}'; {Suggest(name)}'mace models list' shows them all.");
    }

    /// <summary>The file of a model, downloaded if it is not in the folder yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Told how far the download is.</param>
    /// <param name="acceptLicence">Asked once, before the first download of a model with an academic licence; null: such a model is refused. The answer yes is remembered in the folder.</param>
    /// <param name="cancellationToken">Breaks the download off; what has arrived is kept for the next attempt.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="InvalidInputException">The licence was not accepted, or the file cannot be had or stored; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<string> GetAsync(ZooModel model, IProgress<DownloadProgress>? progress = null, Func<ZooModel, bool>? acceptLicence = null, CancellationToken cancellationToken = default)
    {
        string path = PathOf(model);
        if (IsComplete(model, path)) { return path; }
        if (_options.Offline)
        {
            throw new InvalidInputException($"{model.Name} is not in {Folder} and --offline forbids to download it; run 'mace models get {model.Name}' once with the network.");
        }

        try
        {
            Directory.CreateDirectory(Folder);
            AcceptLicence(model, acceptLicence);
            using FileLock held = await FileLock.AcquireAsync(Path.Combine(Folder, $".{model.FileName}.lock"), cancellationToken).ConfigureAwait(false);
            // Another process may have fetched it while this one waited.
            if (!IsComplete(model, path))
            {
                await new ModelDownloader(_client, _options, model, path).RunAsync(progress, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (StorageErrors.TryDescribe(exception, Folder) is { } sentence)
        {
            throw new InvalidInputException(sentence, exception);
        }

        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>"did you mean …? " with the nearest names; empty when nothing is near.</summary>
    internal static string Suggest(string name) => ModelZoo.NearestNames(name) is { Length: > 0 } near ? $"did you mean {string.Join(" or ", near)}? " : "";

    /// <summary>The default folder in a given environment.</summary>
    internal static string FolderFor(Func<string, string?> variable)
    {
        if (variable(FolderVariable) is { Length: > 0 } chosen) { return Path.GetFullPath(chosen); }

        // A relative XDG_CACHE_HOME is invalid and ignored (XDG Base Directory Specification 0.8).
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathFullyQualified(cache)) { return Path.Combine(cache, "macesharp"); }
        if (OperatingSystem.IsWindows()) { return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "macesharp"); }
        string home = variable("HOME") is { Length: > 0 } folder ? folder : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "macesharp") : Path.Combine(home, ".cache", "macesharp");
    }

    private static bool IsComplete(ZooModel model, string path)
    {
        FileInfo file = new(path);
        if (!file.Exists) { return false; }
        return model.Size is not { } size || size.Value == file.Length
            ? true
            : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{path} has {file.Length} bytes, but {model.Name} has {size.Value}; delete the file and run 'mace models get {model.Name}'."));
    }

    private void AcceptLicence(ZooModel model, Func<ZooModel, bool>? acceptLicence)
    {
        if (model.Licence.Value != ModelLicence.AcademicSoftware) { return; }
        LicenceLedger ledger = new(Folder);
        if (ledger.Contains(model.Licence.Value)) { return; }
        if (acceptLicence is null || !acceptLicence(model))
        {
            throw new InvalidInputException($"{model.Name} is published under the Academic Software License (https://github.com/gabor1/ASL), which allows academic and forbids commercial use; accept it with 'mace models get {model.Name} --accept-licence'.");
        }

        ledger.Add(model.Licence.Value);
    }
}

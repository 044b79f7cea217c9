using MaceSharp.Atoms;

namespace MaceSharp.Cli.Inputs;

/// <summary>The structures a command was given: files with or without a selection of frames, and standard input.</summary>
internal sealed class StructureInputs
{
    /// <summary>How standard input is written on the command line.</summary>
    public const string StandardInput = "-";

    private readonly CliContext _context;
    private readonly List<Input> _inputs = [];
    private readonly StructureFormat? _format;
    private readonly long _bytesTotal;
    private long _bytesRead;

    /// <summary>Looks the inputs up.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="names">Files, with frames behind an '@' where not all are meant; <c>-</c> is standard input.</param>
    /// <param name="format">Format of all of them; null to recognise it.</param>
    /// <exception cref="InvalidInputException">There is none, a file does not exist, or standard input is named twice.</exception>
    public StructureInputs(CliContext context, IReadOnlyCollection<string> names, StructureFormat? format)
    {
        _context = context;
        _format = format;
        if (names.Count == 0) { throw new InvalidInputException("Name at least one file of structures, or - for standard input."); }
        foreach (string name in names)
        {
            if (name == StandardInput || name.StartsWith("-@", StringComparison.Ordinal))
            {
                if (HasStandardInput) { throw new InvalidInputException("Standard input can be read only once."); }
                HasStandardInput = true;
                _inputs.Add(new(null, name.Length == 1 ? FrameSlice.All : FrameSlice.Parse(name[2..])));
                continue;
            }

            (string path, FrameSlice frames) = FrameSlice.ParsePath(name);
            if (!File.Exists(path)) { throw new InvalidInputException(Directory.Exists(path) ? $"'{path}' is a folder; name a file of structures." : $"The file '{path}' does not exist."); }
            _inputs.Add(new(path, frames));
        }

        HasKnownSize = _inputs.TrueForAll(static i => i.Path is not null && i.Frames == FrameSlice.All);
        if (HasKnownSize) { _bytesTotal = _inputs.Sum(static i => new FileInfo(i.Path!).Length); }
    }

    /// <summary>Whether standard input is among them.</summary>
    public bool HasStandardInput { get; }

    /// <summary>Share of the inputs that was read, 0 to 1; null when it cannot be known.</summary>
    public double? FractionRead => HasKnownSize && _bytesTotal > 0 ? Interlocked.Read(ref _bytesRead) / (double)_bytesTotal : null;

    private bool HasKnownSize { get; }

    /// <summary>The structures in order; each knows where it came from.</summary>
    public IEnumerable<Structure> Read()
    {
        foreach (Input input in _inputs)
        {
            foreach (Structure structure in Read(input)) { yield return structure; }
        }
    }

    private IEnumerable<Structure> Read(Input input)
    {
        if (input.Path is null) { return StructureReader.Read(_context.Input, "standard input", input.Frames, _format); }
        return input.Frames == FrameSlice.All ? ReadCounted(input.Path) : StructureReader.Read(input.Path, input.Frames, _format);
    }

    private IEnumerable<Structure> ReadCounted(string path)
    {
        StructureFormat? format = _format ?? (StructureFormats.TryFromFileName(path, out StructureFormat named) ? named : null);
        using FileStream file = Open(path);
        using CountingStream counted = new(file, bytes => Interlocked.Add(ref _bytesRead, bytes));
        foreach (Structure structure in StructureReader.Read(counted, path, FrameSlice.All, format)) { yield return structure; }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private sealed record Input(string? Path, FrameSlice Frames);
}

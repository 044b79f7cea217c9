using System.Text;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli;

/// <summary>Everything a command touches outside its arguments: streams, terminal, environment, models. Tests hand in their own.</summary>
internal sealed class CliContext : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private StreamWriter? _out;

    /// <summary>Creates a context.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    public CliContext(Stream input, Stream output, TextWriter error, CancellationToken cancellationToken = default)
    {
        Input = input;
        Output = output;
        Error = error;
        CancellationToken = cancellationToken;
    }

    /// <summary>Standard input as bytes.</summary>
    public Stream Input { get; }

    /// <summary>Standard output as bytes; flush <see cref="Out"/> before writing here.</summary>
    public Stream Output { get; }

    /// <summary>Standard output as text (UTF-8, line feeds). Created when first used and flushed by <see cref="Cli.Run(string[], CliContext)"/>.</summary>
    public TextWriter Out => _out ??= new StreamWriter(Output, Utf8, bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };

    /// <summary>Standard error as text.</summary>
    public TextWriter Error { get; }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether a person watches standard output.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person watches standard error; only then is there a progress bar.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Where potentials come from.</summary>
    public ModelSource Models { get; init; } = ModelSource.Default;

    /// <summary>The streams of this process.</summary>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    public static CliContext ForConsole(CancellationToken cancellationToken)
    {
        bool errorIsTerminal = !Console.IsErrorRedirected;
        bool outputIsTerminal = !Console.IsOutputRedirected;
        return new CliContext(StandardInput.Open(), StandardOutput.Open(), Console.Error, cancellationToken)
        {
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Width = errorIsTerminal || outputIsTerminal ? TerminalWidth() : 100,
        };
    }

    /// <summary>Whether text for a person on the given stream may be coloured (<see href="https://no-color.org"/>).</summary>
    /// <param name="isTerminal">Whether the stream is a terminal.</param>
    public bool UseColor(bool isTerminal) =>
        isTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb" && !OperatingSystem.IsWindows();

    /// <summary>Tables and lists for a person on standard output.</summary>
    public StyledOutput StyledOut => new(Out, UseColor(OutputIsTerminal));

    /// <summary>Tables and lists for a person on standard error.</summary>
    public StyledOutput StyledError => new(Error, UseColor(ErrorIsTerminal));

    /// <summary>Writes what <see cref="Out"/> still holds.</summary>
    public void Flush()
    {
        _out?.Flush();
        Output.Flush();
        Error.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is flushed here: after an error the buffer may hold what can no longer be written.
        Output.Dispose();
        Input.Dispose();
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is int width and > 0 ? Math.Max(40, width) : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}

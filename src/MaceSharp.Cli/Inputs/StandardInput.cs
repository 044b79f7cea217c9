using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Inputs;

/// <summary>
/// Standard input, or an error where there is none. In a process that is started with standard input closed (<c>&lt;&amp;-</c>), the first file that the runtime opens for itself takes its number:
/// a pipe of its own, from which a reader would wait for ever.
/// </summary>
internal static class StandardInput
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>Opens standard input of this process.</summary>
    public static Stream Open() => IsClosed() ? new Closed() : Console.OpenStandardInput();

    /// <summary>Whether standard input is missing, or is a pipe into which this process itself writes.</summary>
    private static bool IsClosed()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Descriptors)) { return false; }
        try
        {
            if (TargetOf("0") is not string target) { return true; }
            if (!target.StartsWith("pipe:", StringComparison.Ordinal)) { return false; }
            foreach (string path in Directory.EnumerateFileSystemEntries(Descriptors))
            {
                string descriptor = Path.GetFileName(path);
                if (descriptor != "0" && TargetOf(descriptor) == target && CanWrite(descriptor)) { return true; }
            }

            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? TargetOf(string descriptor) => new FileInfo(Path.Combine(Descriptors, descriptor)).LinkTarget;

    private static bool CanWrite(string descriptor)
    {
        // "flags:" is octal; the last two bits are the access: 0 to read, 1 to write, 2 for both.
        foreach (string line in File.ReadLines($"/proc/self/fdinfo/{descriptor}"))
        {
            if (line.StartsWith("flags:", StringComparison.Ordinal)) { return line.Length > 6 && int.TryParse(line.AsSpan()[^1..], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && (last & 3) != 0; }
        }

        return false;
    }

    /// <summary>Tells whoever reads.</summary>
    private sealed class Closed : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidInputException("Standard input is closed; name a file, or pipe structures into the command.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

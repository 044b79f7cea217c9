using System.Text;

namespace MaceSharp.Cli.Tests.Support;

/// <summary>What a command did.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The only line on standard error.</summary>
    public string ErrorLine => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)).TrimEnd('\r');
}

/// <summary>Runs commands in this process, in a folder of its own, with Lennard-Jones potentials in place of models.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-cli-");

    /// <summary>Variables of the environment of the command.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The models a command finds.</summary>
    public TestModels Models { get; } = new();

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>A path in the folder.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file into the folder and gives its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Reads a file of the folder.</summary>
    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Runs a command.</summary>
    public Outcome Run(params string[] args) => RunWith("", default, args);

    /// <summary>Runs a command with text on standard input.</summary>
    public Outcome RunWith(string input, CancellationToken cancellationToken, params string[] args)
    {
        using MemoryStream stdin = new(Encoding.UTF8.GetBytes(input));
        using MemoryStream stdout = new();
        using StringWriter stderr = new();
        using CliContext context = new(stdin, stdout, stderr, cancellationToken) { Models = Models, Variable = name => Variables.GetValueOrDefault(name) };
        int exitCode = Cli.Run(args, context);
        return new Outcome(exitCode, Encoding.UTF8.GetString(stdout.ToArray()), stderr.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}

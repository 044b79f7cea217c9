using System.Diagnostics;
using System.Text.RegularExpressions;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>
/// A reader who types the commands of a page, in a fresh folder that holds <c>examples/</c> and <c>models/</c>. Commands run in bash, with programs of this build in the place
/// of <c>mace</c> and <c>dotnet run</c>; only <c>dotnet pack</c> and <c>dotnet tool install</c> reach the SDK, and neither leaves anything outside the folder.
/// </summary>
internal sealed partial class ReaderShell : IDisposable
{
    private const int LimitInSeconds = 120;
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mace-docs-");

    /// <summary>Prepares the folder.</summary>
    public ReaderShell()
    {
        foreach (string folder in new[] { "examples", "models" })
        {
            string source = Path.Combine(GoldenData.RepositoryRoot, folder);
            Directory.CreateDirectory(PathOf(folder));
            foreach (string file in Directory.EnumerateFiles(source)) { File.Copy(file, Path.Combine(PathOf(folder), Path.GetFileName(file))); }
        }

        Directory.CreateDirectory(Path.Combine(_root.FullName, "home"));
        WriteShim("mace", "mace");
        WriteShim("LibraryGuide", "LibraryGuide");
        WriteShim("EvaluateMolecules", "EvaluateMolecules");
    }

    /// <summary>Path of a file that the commands see under this name.</summary>
    public string PathOf(string name) => Path.Combine(_root.FullName, "work", name);

    /// <summary>Runs a command.</summary>
    /// <returns>What it printed, on both streams.</returns>
    public string Run(string command, string where)
    {
        Match project = DotnetRun().Match(command);
        string typed = project.Success ? $"{ProgramOf(project.Groups[1].Value)} {command[project.Length..]}" : command;
        if (typed.StartsWith("dotnet pack ", StringComparison.Ordinal))
        {
            // What is built already is packed; nothing is built while other tests run.
            typed = $"{Quote(Dotnet)} pack {Quote(GoldenData.RepositoryRoot)}/{typed["dotnet pack ".Length..].Replace("-c Release", $"-c {Configuration} --no-build -nodeReuse:false", StringComparison.Ordinal)}";
        }
        else if (typed.StartsWith("dotnet tool install --global ", StringComparison.Ordinal))
        {
            typed = $"{Quote(Dotnet)} tool install --tool-path tools {typed["dotnet tool install --global ".Length..]}";
        }

        (int exitCode, string output) = Execute(typed);
        Assert.True(exitCode == 0, $"{where}: '{command}' ended with {exitCode}:\n{output}");
        return output;
    }

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>The program that <c>dotnet run --project</c> would start.</summary>
    public static string ProgramOf(string project) => project.TrimEnd('/') == "src/MaceSharp.Cli" ? "mace" : Path.GetFileName(project.TrimEnd('/'));

    private (int ExitCode, string Output) Execute(string command)
    {
        ProcessStartInfo start = new("bash", ["-c", $"{{ {command}\n}} 2>&1"])
        {
            WorkingDirectory = PathOf(""),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(_root.FullName, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["XDG_CACHE_HOME"] = start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_root.FullName, "home");
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("MACE_MODELS");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(LimitInSeconds)))
        {
            process.Kill(entireProcessTree: true);
            return (124, $"not finished within {LimitInSeconds} s");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult());
    }

    private void WriteShim(string name, string assembly)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root.FullName, "bin")).FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\nexec {Quote(Dotnet)} exec {Quote(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"))} \"$@\"\n");
        if (!OperatingSystem.IsWindows()) { File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^dotnet run -c Release --project ([^ ]+)(?: --(?= |$))?")]
    private static partial Regex DotnetRun();
}

using System.Diagnostics;
using MaceSharp.Atoms;

namespace MaceSharp.Scaling;

/// <summary>This program again, for one measurement.</summary>
internal static class ChildProcess
{
    /// <summary>Starts it, waits, and gives what it printed.</summary>
    /// <exception cref="InvalidInputException">It failed.</exception>
    public static string Run(params string[] arguments)
    {
        // The host of this program, or dotnet with the program as its first argument.
        string host = Environment.ProcessPath ?? throw new InvalidInputException("The path of this program is not known.");
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) { start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]); }
        foreach (string argument in arguments) { start.ArgumentList.Add(argument); }
        using Process process = Process.Start(start) ?? throw new InvalidInputException($"'{host}' cannot be started.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidInputException($"'{string.Join(' ', arguments)}' could not be measured.");
    }
}

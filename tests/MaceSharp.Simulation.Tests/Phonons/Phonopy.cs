using System.Diagnostics;

namespace MaceSharp.Simulation.Tests;

/// <summary>A test against phonopy itself; skipped with a reason where no Python with phonopy is found (Debian: python3-phonopy).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PhonopyTheoryAttribute : TheoryAttribute
{
    public PhonopyTheoryAttribute()
    {
        if (Phonopy.Python is null) { Skip = "No Python with phonopy was found (Debian's python3-phonopy)."; }
    }
}

/// <summary>Runs phonopy.</summary>
internal static class Phonopy
{
    /// <summary>The interpreter that can import phonopy, or null.</summary>
    public static string? Python { get; } = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(CanImport);

    /// <summary>Runs a script in a folder and returns what it prints.</summary>
    public static string Run(string folder, string script)
    {
        (int code, string output, string error) = Start(Python!, folder, ["-W", "ignore", "-c", script]);
        return code == 0 ? output : throw new InvalidOperationException(error);
    }

    private static bool CanImport(string python)
    {
        try
        {
            return Start(python, ".", ["-c", "import phonopy"]).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int Code, string Output, string Error) Start(string program, string folder, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["PYTHONUTF8"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}

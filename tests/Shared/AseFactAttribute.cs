using System.Diagnostics;

namespace MaceSharp.TestSupport;

/// <summary>A test against ASE itself; skipped with a reason where no Python with ASE is found (Debian: python3-ase).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AseFactAttribute : FactAttribute
{
    public AseFactAttribute()
    {
        if (Ase.Python is null) { Skip = "No Python with ASE was found (Debian's python3-ase)."; }
    }
}

/// <summary>A parametrised test against ASE itself; skipped with a reason where no Python with ASE is found.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AseTheoryAttribute : TheoryAttribute
{
    public AseTheoryAttribute()
    {
        if (Ase.Python is null) { Skip = "No Python with ASE was found (Debian's python3-ase)."; }
    }
}

/// <summary>As <see cref="AseFactAttribute"/>, and with a model of the shared folder; skipped with a reason where that is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AseGoldenFactAttribute : FactAttribute
{
    public AseGoldenFactAttribute()
    {
        if (Ase.Python is null) { Skip = "No Python with ASE was found (Debian's python3-ase)."; }
        else if (!GoldenData.Exists) { Skip = "The folder ../shared/golden is not there."; }
    }
}

/// <summary>Runs ASE.</summary>
internal static class Ase
{
    /// <summary>The interpreter that can import ASE, or null.</summary>
    public static string? Python { get; } = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(CanImport);

    /// <summary>Runs a script and returns what it prints.</summary>
    public static string Run(string script, params string[] arguments)
    {
        (int code, string output, string error) = Start(Python!, ["-c", script, .. arguments]);
        return code == 0 ? output : throw new InvalidOperationException(error);
    }

    private static bool CanImport(string python)
    {
        try
        {
            return Start(python, ["-c", "import ase.io.extxyz"]).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int Code, string Output, string Error) Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONUTF8"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}

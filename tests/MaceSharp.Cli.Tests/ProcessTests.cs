using System.Diagnostics;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary>What only a process of its own can show: exit codes, pipes that close, signals, the shipped potential.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "mace.dll");
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void TheShippedPotentialIsTheDefault()
    {
        string input = _mace.Write("water.xyz", "3\n\nO 0.0 0.0 0.119\nH 0.0 0.763 -0.477\nH 0.0 -0.763 -0.477\n");
        (int exitCode, string output, string error) = Run($"eval {input}");
        Assert.True(exitCode == 0, error);
        Assert.Contains("H2O, 3 atoms", output, StringComparison.Ordinal);
        Assert.Contains("kJ/mol", output, StringComparison.Ordinal);
        Assert.Contains("gfn2-chno.safetensors; float64", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorReachesTheShell()
    {
        (int exitCode, string output, string error) = Run("eval nothing.xyz");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Equal("mace: The file 'nothing.xyz' does not exist.", error.Trim());
    }

    [UnixFact]
    public void APipeThatClosesEndsQuietly()
    {
        string input = _mace.Write("run.xyz", Samples.Trajectory(4000));
        (_, string output, string error) = Run($"convert-structure {input} - --quiet", " | head -1; echo ${PIPESTATUS[0]}");
        Assert.Equal("2\n141\n", output);
        Assert.Equal("", error);
    }

    [UnixFact]
    public void AFullDiskIsAnError()
    {
        if (!File.Exists("/dev/full")) { return; }
        string input = _mace.Write("run.xyz", Samples.Trajectory(4000));
        (int exitCode, _, string error) = Run($"convert-structure {input} - --quiet", " > /dev/full");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("mace: ", error, StringComparison.Ordinal);
    }

    [UnixFact]
    public void AnErrorThatNobodyCanReadIsStillAnExitCode()
    {
        (_, string output, _) = Run("eval nothing.xyz", " 2>&-; echo $?");
        Assert.Equal("2\n", output);
    }

    [UnixFact]
    public void AClosedStandardInputIsAnErrorAndNoWait()
    {
        (int exitCode, string output, string error) = Run("eval -", " <&-");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("Standard input is closed", error, StringComparison.Ordinal);
        string input = _mace.Write("water.xyz", Samples.Water);
        Assert.Equal(0, Run($"convert-structure {input} {_mace.PathOf("copy.xyz")} --quiet", " <&-").ExitCode);
        Assert.Equal(0, Run($"convert-structure - {_mace.PathOf("copy.xyz")} --quiet", $" < {input}").ExitCode);
    }

    [UnixFact]
    public void CtrlCEndsWithItsExitCodeAndLeavesNoFile()
    {
        // Standard input stays open, so the command is still waiting for frames when the signal comes.
        // A parent that ignores the signal, as a script in the background does, would hand that down.
        string reset = OperatingSystem.IsLinux() ? "env --default-signal=INT " : "";
        ProcessStartInfo start = Start("bash", "-c", $"exec {reset}dotnet {Program} eval - --output {_mace.PathOf("out.xyz")}");
        start.RedirectStandardInput = true;
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(Samples.Water);
        process.StandardInput.Flush();
        SpinWait.SpinUntil(() => Directory.GetFiles(_mace.Folder).Length > 0, TimeSpan.FromSeconds(30));
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) { kill.WaitForExit(); }
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("was not written", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_mace.Folder));
    }

    [UnixFact]
    public void APartnerGetsEachFrameBeforeItSendsTheNext()
    {
        ProcessStartInfo start = Start("dotnet", Program, "eval", "-", "--output", "-", "--format", "jsonl", "--quiet");
        start.RedirectStandardInput = true;
        using Process process = Process.Start(start)!;
        for (int i = 0; i < 3; i++)
        {
            process.StandardInput.Write("{\"symbols\":[\"H\",\"H\"],\"positions\":[[0,0,0],[0,0,0.8]]}\n");
            process.StandardInput.Flush();
            Task<string?> answer = process.StandardOutput.ReadLineAsync();
            Assert.True(answer.Wait(TimeSpan.FromSeconds(30)), "There is no answer.");
            Assert.Contains("\"energy\":", answer.Result, StringComparison.Ordinal);
        }

        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, process.ExitCode);
    }

    private static (int ExitCode, string Output, string Error) Run(string arguments, string tail = "")
    {
        using Process process = Process.Start(tail.Length == 0 ? Start("dotnet", [Program, .. arguments.Split(' ')]) : Start("bash", "-c", $"dotnet {Program} {arguments}{tail}"))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>A test of what Unix shells do.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute()
        {
            if (OperatingSystem.IsWindows()) { Skip = "Windows has no POSIX signals and pipes."; }
        }
    }
}

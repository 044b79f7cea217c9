using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary>What goes wrong in <c>mace eval</c> ends with one sentence, the right exit code and no half file.</summary>
public sealed class EvalErrorTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Theory]
    [InlineData("Name at least one file", "eval")]
    [InlineData("'nothing.xyz' does not exist", "eval", "nothing.xyz")]
    [InlineData("There is no model 'unknown'", "eval", "IN", "--model", "unknown")]
    [InlineData("no head 'x'", "eval", "IN", "--head", "x")]
    [InlineData("--stress cannot be 'maybe'; it is one of auto, on, off", "eval", "IN", "--stress", "maybe")]
    [InlineData("--dtype cannot be 'float16'", "eval", "IN", "--dtype", "float16")]
    [InlineData("in.xyz@0: --stress on asks", "eval", "IN", "--stress", "on")]
    [InlineData("does not know of charges", "eval", "IN", "--charge", "1")]
    [InlineData("does not know of spins", "eval", "IN", "--spin", "3")]
    [InlineData("--hessian asks for what the model 'lj' does not compute", "eval", "IN", "--hessian")]
    [InlineData("--hessian takes one model", "eval", "IN", "--hessian", "--model", "lj", "lj")]
    [InlineData("this committee does not compute", "eval", "IN", "--descriptors", "--model", "lj", "lj")]
    [InlineData("--descriptors asks for what the model 'lj' does not compute", "eval", "IN", "--descriptors", "full")]
    [InlineData("--threads cannot be '0'; give a whole number from 1 to", "eval", "IN", "--threads", "0")]
    [InlineData("--threads cannot be 'two'", "eval", "IN", "--threads", "two")]
    [InlineData("--threads cannot be '100000'", "eval", "IN", "--threads", "100000")]
    [InlineData("--prefix 'a b'", "eval", "IN", "--prefix", "a b")]
    [InlineData("cif cannot hold energies", "eval", "IN", "--output", "out.cif")]
    [InlineData("does not tell a format", "eval", "IN", "--output", "out")]
    [InlineData("'yaml' is not a structure format", "eval", "IN", "--format", "yaml")]
    [InlineData("Standard input can be read only once", "eval", "-", "-")]
    [InlineData("there is no frame 7", "eval", "IN@7")]
    [InlineData("'evaluate' is not a command; the commands are eval,", "evaluate", "IN")]
    [InlineData("'--nonsense' is not an option of 'mace eval'", "eval", "IN", "--nonsense")]
    [InlineData("'--nonsense' is not an option of 'mace eval'", "eval", "IN", "--model", "lj", "--nonsense")]
    [InlineData("'-x' is not an option of 'mace info'", "info", "-x")]
    [InlineData("'--dtyp' is not an option of 'mace convert'", "convert", "--dtyp", "a.model", "b.safetensors")]
    [InlineData("SHELL cannot be 'tcsh'; it is one of bash, zsh, fish, pwsh", "completion", "tcsh")]
    [InlineData("--dtype cannot be 'half'; it is one of float64, float32", "convert", "a", "b", "--dtype", "half")]
    [InlineData("'1,5'", "eval", "IN", "--charge", "1,5", "--model", "charged")]
    public void AnErrorIsOneLineAndExitCodeTwo(string part, params string[] args)
    {
        string input = _mace.Write("in.xyz", Samples.Water);
        Outcome outcome = _mace.Run([.. args.Select(a => a.Replace("IN", input, StringComparison.Ordinal))]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("mace: ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
        Assert.Single(Directory.GetFileSystemEntries(_mace.Folder));
    }

    [Fact]
    public void AFrameThatCannotBeEvaluatedIsNamedAndTheOldOutputStays()
    {
        string input = _mace.Write("in.xyz", Samples.Water + Samples.Water + Samples.Water.Replace("O 0.0", "Fe 0.0", StringComparison.Ordinal) + Samples.Water);
        _mace.Write("out.xyz", "old");
        Outcome outcome = _mace.Run("eval", input, "-o", _mace.PathOf("out.xyz"), "--threads", "2");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal($"mace: {input}@2: Element 26 is unknown to the model.", outcome.ErrorLine);
        Assert.Equal("old", _mace.Read("out.xyz"));
        Assert.Equal(2, Directory.GetFiles(_mace.Folder).Length);
    }

    [Fact]
    public void ADamagedFrameIsNamed()
    {
        string input = _mace.Write("in.xyz", Samples.Trajectory(40) + "3\n\nH 0 0 0\nH 0 0 x\nH 1 1 1\n");
        Outcome outcome = _mace.Run("eval", input, "-o", _mace.PathOf("out.xyz"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"{input}, frame 40", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.False(File.Exists(_mace.PathOf("out.xyz")));
    }

    [Fact]
    public void TheFirstErrorInTheOrderOfTheFramesIsReported()
    {
        // Frame 30 fails long before frame 3 does.
        string text = string.Concat(Enumerable.Range(0, 40).Select(i => $"1\nstep={i}\n{(i is 3 or 30 ? "Fe" : "O")} 0 0 0\n"));
        _mace.Models.BeforeEvaluation = static s => Thread.Sleep(Samples.StepOf(s) == 3 ? 100 : 0);
        string input = _mace.Write("in.xyz", text);
        for (int i = 0; i < 3; i++)
        {
            Assert.StartsWith($"mace: {input}@3: ", _mace.Run("eval", input, "--threads", "16", "-o", _mace.PathOf("out.xyz")).ErrorLine, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CtrlCLeavesWhatWasThere()
    {
        using CancellationTokenSource cancellation = new();
        _mace.Models.BeforeEvaluation = s =>
        {
            if (Samples.StepOf(s) == 20) { cancellation.Cancel(); }
        };
        string input = _mace.Write("in.xyz", Samples.Trajectory(100));
        _mace.Write("out.xyz", "old");
        Outcome outcome = _mace.RunWith("", cancellation.Token, "eval", input, "-o", _mace.PathOf("out.xyz"), "--threads", "2");
        Assert.Equal(130, outcome.ExitCode);
        Assert.Matches("^mace: Cancelled after [0-9]+ frames?; '.*out.xyz' was not written, and what was there before is unchanged.$", outcome.ErrorLine);
        Assert.Equal("old", _mace.Read("out.xyz"));
        Assert.Equal(2, Directory.GetFiles(_mace.Folder).Length);
    }

    [Fact]
    public void ADefectAsksToBeReported()
    {
        string input = _mace.Write("in.xyz", Samples.Water);
        Outcome outcome = _mace.Run("eval", input, "--model", "broken");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("a defect of mace: InvalidOperationException: This is a defect. Run it again with MACE_DEBUG=1", outcome.ErrorLine, StringComparison.Ordinal);
        _mace.Variables["MACE_DEBUG"] = "1";
        outcome = _mace.Run("eval", input, "--model", "broken");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("   at MaceSharp.Cli.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenIsNamedBeforeAnythingIsComputed()
    {
        bool evaluated = false;
        _mace.Models.BeforeEvaluation = _ => evaluated = true;
        Outcome outcome = _mace.Run("eval", _mace.Write("in.xyz", Samples.Water), "-o", Path.Combine(_mace.Folder, "no", "out.xyz"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("cannot be written", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.False(evaluated);
    }
}

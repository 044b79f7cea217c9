namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>A test that needs bash.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BashTheoryAttribute : TheoryAttribute
{
    public BashTheoryAttribute()
    {
        if (OperatingSystem.IsWindows()) { Skip = "The commands of the documentation are written for bash."; }
    }
}

using System.Globalization;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Tests;

/// <summary>How tables, lists and progress look on a terminal and elsewhere.</summary>
public sealed class OutputTests
{
    [Fact]
    public void WithoutATerminalTablesAreAlignedTextWithoutStyles()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        StreamedTable table = new(new StyledOutput(writer, useColor: false), [new("frame", IsText: true), new("energy", "eV")]);
        table.Add("a [0].xyz", "-1.5");
        table.Add("b", "1234567.000001");
        table.Finish();
        Assert.Equal("frame              energy\n                       eV\na [0].xyz            -1.5\nb          1234567.000001\n", writer.ToString());
    }

    [Fact]
    public void LongTablesAreWrittenInPiecesThatAlign()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        StreamedTable table = new(new StyledOutput(writer, useColor: false), [new("frame"), new("value")]);
        for (int i = 0; i < 1000; i++) { table.Add(i.ToString(CultureInfo.InvariantCulture), "0.25"); }
        table.Finish();
        string[] lines = writer.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(1001, lines.Length);
        Assert.All(lines, static line => Assert.Equal("frame  value".Length, line.Length));
        Assert.Equal("  999   0.25", lines[^1]);
    }

    [Fact]
    public void NothingIsFoldedOrCut()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        string value = new('x', 5000);
        Spectre.Console.Grid list = PlainLayout.List(10);
        list.Add("  label", value);
        new StyledOutput(writer, useColor: true).Write(list);
        Assert.Equal($"  label   {value}\n", writer.ToString());
    }

    [Fact]
    public void HeadingsAreBoldWhereStylesAreWelcome()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        new StyledOutput(writer, useColor: true).WriteHeading("energy");
        Assert.Equal("\e[1menergy\e[0m\n", writer.ToString());
    }

    [Fact]
    public void TextOfAFileCannotCommandTheTerminal()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        StyledOutput output = new(writer, useColor: false);
        Spectre.Console.Grid list = PlainLayout.List(6);
        list.Add("name", "a\e[31mb\r\nc");
        output.Write(list);
        output.WriteHeading("\u009b2Jx");
        Assert.Equal("name  a [31mb  c\n 2Jx\n", writer.ToString());
    }

    [Theory]
    [InlineData(0.25, "25%")]
    [InlineData(null, "3 frames")]
    public void ProgressIsShownOnATerminalAndTakenAway(double? fraction, string expected)
    {
        using StringWriter error = new();
        using CliContext context = Context(error, isTerminal: true);
        using (ProgressDisplay display = ProgressDisplay.OfFrames(context, enabled: true, delay: TimeSpan.Zero))
        {
            display.Report(3, fraction);
        }

        string written = error.ToString();
        Assert.Contains(expected, written, StringComparison.Ordinal);
        Assert.Contains("3 frames", written, StringComparison.Ordinal);
        Assert.Equal(fraction is not null, written.Contains(" left", StringComparison.Ordinal));
        Assert.EndsWith("\e[?25h", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true, "xterm")]
    [InlineData(true, false, "xterm")]
    [InlineData(true, true, "dumb")]
    public void ProgressIsNotShownElsewhere(bool isTerminal, bool enabled, string terminal)
    {
        using StringWriter error = new();
        using CliContext context = Context(error, isTerminal, terminal);
        using (ProgressDisplay display = ProgressDisplay.OfFrames(context, enabled, delay: TimeSpan.Zero))
        {
            display.Report(3, 0.5);
        }

        Assert.Equal("", error.ToString());
    }

    private static CliContext Context(TextWriter error, bool isTerminal, string terminal = "xterm") => new(Stream.Null, Stream.Null, error)
    {
        ErrorIsTerminal = isTerminal,
        Variable = name => name == "TERM" ? terminal : null,
    };
}

namespace MaceSharp.Atoms.Tests;

public class FrameSliceTests
{
    private const int Frames = 7;

    /// <summary>Selections and what Python's <c>list(range(7))[…]</c> gives for them.</summary>
    public static TheoryData<string, int[]> Selections => new()
    {
        { "0", [0] },
        { "6", [6] },
        { "-1", [6] },
        { "-7", [0] },
        { ":", [0, 1, 2, 3, 4, 5, 6] },
        { "::", [0, 1, 2, 3, 4, 5, 6] },
        { "::3", [0, 3, 6] },
        { "1::3", [1, 4] },
        { "2:5", [2, 3, 4] },
        { "5:2", [] },
        { "-3:", [4, 5, 6] },
        { ":-3", [0, 1, 2, 3] },
        { "-3:-1", [4, 5] },
        { "-5:-1:2", [2, 4] },
        { "1:-1:2", [1, 3, 5] },
        { "-100:2", [0, 1] },
        { "-3:6", [4, 5] },
        { "3:100", [3, 4, 5, 6] },
        { "100:", [] },
        { "0:0", [] },
        { "::-1", [6, 5, 4, 3, 2, 1, 0] },
        { "5:1:-2", [5, 3] },
        { "-2::-3", [5, 2] },
        { ":3:-1", [6, 5, 4] },
        { "100::-4", [6, 2] },
        { "::9223372036854775807", [0] },
        { "-9223372036854775808:", [0, 1, 2, 3, 4, 5, 6] },
    };

    [Theory]
    [MemberData(nameof(Selections))]
    public void A_file_gives_the_frames_Python_would(string slice, int[] expected)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("run.xyz", Text());
        Assert.Equal(expected, StructureReader.Read($"{path}@{slice}").Select(static s => (int)s.Positions[0].X));
        Assert.Equal(expected.Select(i => $"{path}@{i}"), StructureReader.Read($"{path}@{slice}").Select(static s => s.Origin));
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public void A_pipe_gives_the_same_frames(string slice, int[] expected)
    {
        using StringReader text = new(Text());
        Assert.Equal(expected, StructureReader.Read(text, "pipe", FrameSlice.Parse(slice)).Select(static s => (int)s.Positions[0].X));
    }

    [Fact]
    public void Without_a_selection_all_frames_are_meant()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(Frames, StructureReader.Read(folder.Write("run.xyz", Text())).Count());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-8")]
    [InlineData("99999999999999")]
    public void A_frame_that_is_not_there_is_an_error_from_files_and_pipes(string slice)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("run.xyz", Text());
        Assert.Contains("has 7 frames", Assert.Throws<InvalidInputException>(() => StructureReader.Read($"{path}@{slice}").Count()).Message, StringComparison.Ordinal);
        using StringReader text = new(Text());
        Assert.Contains("has 7 frames", Assert.Throws<InvalidInputException>(() => StructureReader.Read(text, "pipe", FrameSlice.Parse(slice)).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_with_the_last_frame_that_is_asked_for()
    {
        using StringReader text = new(Text() + "garbage\n");
        Assert.Equal([0, 2, 4], StructureReader.Read(text, "pipe", FrameSlice.Range(0, 6, 2)).Select(static s => (int)s.Positions[0].X));
    }

    [Fact]
    public void Frames_from_a_pipe_come_before_the_pipe_ends()
    {
        // The last frame of ":-2" that is known for sure is handed out as soon as two more were read.
        EndlessText text = new();
        Assert.Equal([0, 1, 2, 3], StructureReader.Read(text, "pipe", FrameSlice.Range(null, -2), StructureFormat.ExtendedXyz).Take(4).Select(static s => (int)s.Positions[0].X));
        Assert.True(text.FramesGiven < 20_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1:x")]
    [InlineData("1:2:0")]
    [InlineData("1:2:3:4")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    [InlineData("99999999999999999999")]
    public void What_selects_nothing_is_refused(string text) =>
        Assert.Contains("does not select frames", Assert.Throws<InvalidInputException>(() => FrameSlice.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_is_split_at_its_last_at_sign_unless_a_file_has_the_whole_name()
    {
        using TemporaryFolder folder = new();
        string plain = folder.Write("a.xyz", Text());
        string literal = folder.Write("user@1", Text());
        Assert.Equal((plain, FrameSlice.At(-1)), FrameSlice.ParsePath(plain + "@-1"));
        Assert.Equal((plain, FrameSlice.All), FrameSlice.ParsePath(plain));
        Assert.Equal((literal, FrameSlice.All), FrameSlice.ParsePath(literal));
        Assert.Equal((literal, FrameSlice.Range(null, null, 10)), FrameSlice.ParsePath(literal + "@::10"));
        Assert.Equal(("-", FrameSlice.At(0)), FrameSlice.ParsePath("-@0"));
        Assert.Equal(("some@folder/b.xyz", FrameSlice.All), FrameSlice.ParsePath("some@folder/b.xyz"));
        Assert.Equal(("not.there@x", FrameSlice.All), FrameSlice.ParsePath("not.there@x"));
        Assert.Throws<InvalidInputException>(() => FrameSlice.ParsePath(plain + "@last"));
        Assert.Throws<InvalidInputException>(() => FrameSlice.ParsePath(plain + "@"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData(":")]
    [InlineData("2:5")]
    [InlineData("-3:")]
    [InlineData("::10")]
    [InlineData("1:2:-3")]
    public void A_selection_is_printed_as_it_is_written(string text) => Assert.Equal(text, FrameSlice.Parse(text).ToString());

    private static string Text() => string.Concat(Enumerable.Range(0, Frames).Select(static i => $"{1 + (i % 2)}\nframe\n" + string.Concat(Enumerable.Repeat($"H {i} 0 0\n", 1 + (i % 2)))));

    private sealed class EndlessText : TextReader
    {
        public int FramesGiven { get; private set; }

        public override int Read(Span<char> buffer)
        {
            string frame = $"1\n\nH {FramesGiven} 0 0\n";
            frame.CopyTo(buffer);
            FramesGiven++;
            return frame.Length;
        }
    }
}

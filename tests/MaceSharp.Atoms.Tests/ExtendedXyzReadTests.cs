using System.Text;

namespace MaceSharp.Atoms.Tests;

public class ExtendedXyzReadTests
{
    /// <summary>A value on the comment line, its kind, its shape and its elements as text.</summary>
    public static TheoryData<string, DataKind, int[], string> Values => new()
    {
        { "x=word", DataKind.Text, [], "word" },
        { "x=a=b", DataKind.Text, [], "a=b" },
        { "x=a@b/c%d", DataKind.Text, [], "a@b/c%d" },
        { "x=\"two words\"", DataKind.Text, [], "two words" },
        { "x='two words'", DataKind.Text, [], "two words" },
        { "x={two words}", DataKind.Text, [], "two words" },
        { "x=[T F S]", DataKind.Text, [], "T F S" },
        { "x=\"1.2 3.4 text\"", DataKind.Text, [], "1.2 3.4 text" },
        { "x=\"it's\"", DataKind.Text, [], "it's" },
        { "x=\"say \\\"hi\\\" \\\\ now\"", DataKind.Text, [], "say \"hi\" \\ now" },
        { "x=\"two\\nlines\"", DataKind.Text, [], "two\nlines" },
        { "x=\"\"", DataKind.Text, [], "" },
        { "x=\"[[1, 2], [3, 4]]\"", DataKind.Text, [], "[[1, 2], [3, 4]]" },
        { "x=12d4", DataKind.Text, [], "12d4" },
        { "x=1_000", DataKind.Text, [], "1_000" },
        { "x=0x10", DataKind.Text, [], "0x10" },
        { "x=1.5.2", DataKind.Text, [], "1.5.2" },
        { "x=--1", DataKind.Text, [], "--1" },
        { "x=e5", DataKind.Text, [], "e5" },
        { "x=1e", DataKind.Text, [], "1e" },
        { "uid=123", DataKind.Text, [], "123" },
        { "x", DataKind.Boolean, [], "True" },
        { "x=T", DataKind.Boolean, [], "True" },
        { "x = F", DataKind.Boolean, [], "False" },
        { "x=True", DataKind.Boolean, [], "True" },
        { "x=False", DataKind.Boolean, [], "False" },
        { "x=\"T F T\"", DataKind.Boolean, [3], "True False True" },
        { "x=[T, F, T]", DataKind.Boolean, [3], "True False True" },
        { "x=22", DataKind.Integer, [], "22" },
        { "x=-7", DataKind.Integer, [], "-7" },
        { "x=\"4 8 12\"", DataKind.Integer, [3], "4 8 12" },
        { "x=[4, 8, 12]", DataKind.Integer, [3], "4 8 12" },
        { "x={4 8 12}", DataKind.Integer, [3], "4 8 12" },
        { "x=\" 4,8 ,12 \"", DataKind.Integer, [3], "4 8 12" },
        { "x=\"1 2 3 4 5 6 7 8 9\"", DataKind.Integer, [9], "1 2 3 4 5 6 7 8 9" },
        { "stress=\"1 2 3 4 5 6\"", DataKind.Integer, [6], "1 2 3 4 5 6" },
        { "stress=\"1 2 3 4 5 6 7 8 9\"", DataKind.Integer, [3, 3], "1 4 7 2 5 8 3 6 9" },
        { "virial=\"1.5 2 3 4 5 6 7 8 9\"", DataKind.Real, [3, 3], "1.5 4 7 2 5 8 3 6 9" },
        { "virials=\"1.5 2 3 4 5 6 7 8 9\"", DataKind.Real, [9], "1.5 2 3 4 5 6 7 8 9" },
        { "x=99999999999999999999", DataKind.Real, [], "1E+20" },
        { "x=1.5", DataKind.Real, [], "1.5" },
        { "x=.5", DataKind.Real, [], "0.5" },
        { "x=5.", DataKind.Real, [], "5" },
        { "x=+1.5e-3", DataKind.Real, [], "0.0015" },
        { "x=1.5D-03", DataKind.Real, [], "0.0015" },
        { "x=-0.1d+02", DataKind.Real, [], "-10" },
        { "x=nan", DataKind.Real, [], "NaN" },
        { "x=-inf", DataKind.Real, [], "-Infinity" },
        { "x=1e999", DataKind.Real, [], "Infinity" },
        { "x=\"1 2.5 3e2\"", DataKind.Real, [3], "1 2.5 300" },
        { "x=[[1,2],[3,4]]", DataKind.Integer, [2, 2], "1 2 3 4" },
        { "x=[[1, 2.5, 3], [4, 5, 6]]", DataKind.Real, [2, 3], "1 2.5 3 4 5 6" },
        { "x=[ [T F] [F F] ]", DataKind.Boolean, [2, 2], "True False False False" },
        { "x=[[[1],[2]],[[3],[4]]]", DataKind.Integer, [2, 2, 1], "1 2 3 4" },
        { "x=[[1,2],[3]]", DataKind.Text, [], "[[1,2],[3]]" },
        { "x=[[1,2],[T,F]]", DataKind.Text, [], "[[1,2],[T,F]]" },
        { "x=\"_JSON [[1.5, 2], [3, 4]]\"", DataKind.Real, [2, 2], "1.5 2 3 4" },
        { "x=\"_JSON [1, 2]\"", DataKind.Integer, [2], "1 2" },
        { "x=\"_JSON [1.5]\"", DataKind.Real, [1], "1.5" },
        { "x=\"_JSON []\"", DataKind.Real, [0], "" },
        { "x=\"_JSON [[true, false]]\"", DataKind.Boolean, [1, 2], "True False" },
        { "x=\"_JSON [NaN, -Infinity, 1]\"", DataKind.Real, [3], "NaN -Infinity 1" },
        { "x=\"_JSON [\\\"a b\\\", \\\"c\\\"]\"", DataKind.Text, [2], "a b c" },
        { "x=\"_JSON \\\"12\\\"\"", DataKind.Text, [], "12" },
        { "x={_JSON {\"a\": 1}}", DataKind.Text, [], "_JSON {\"a\": 1}" },
        { "x=\"_JSON [1, \\\"a\\\"]\"", DataKind.Text, [], "_JSON [1, \"a\"]" },
        { "x=\"unbalanced", DataKind.Text, [], "unbalanced" },
        { "x=end\\", DataKind.Text, [], "end" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_understood_as_in_ASE(string comment, DataKind kind, int[] shape, string elements)
    {
        // What is unbalanced reaches to the end of the line.
        bool open = comment is "x=\"unbalanced" or "x=end\\";
        string separated = open ? $"first=1 {comment}" : $" first=1   {comment}\tlast=2 ";
        Structure structure = One($"1\n{separated}\nH 0 0 0\n");
        DataArray value = structure.Info[comment.StartsWith('x') ? "x" : comment[..comment.IndexOf('=', StringComparison.Ordinal)]];
        Assert.Equal(kind, value.Kind);
        Assert.Equal(shape, value.Shape);
        Assert.Equal(elements, Words(value));
        Assert.Equal(1, structure.Info["first"].Integers[0]);
        if (!open) { Assert.Equal(2, structure.Info["last"].Integers[0]); }
    }

    [Fact]
    public void Keys_may_be_quoted_and_keep_their_order()
    {
        Structure structure = One("1\n\"with space\"=1 b-c=2 2body=3 \"quo\\\"te\"=4 a=5 b-c=6\nH 0 0 0\n");
        Assert.Equal(["with space", "b-c", "2body", "quo\"te", "a"], structure.Info.Keys);
        Assert.Equal(6, structure.Info["b-c"].Integers[0]);
    }

    [Theory]
    [InlineData("Lattice=\"1 2 3 4 5 6 7 8 10\"")]
    [InlineData("Lattice={1, 2, 3, 4, 5, 6, 7, 8, 10}")]
    [InlineData("Lattice=[[1, 2, 3], [4, 5, 6], [7, 8, 10]]")]
    [InlineData("Lattice=\"_JSON [[1, 2, 3], [4, 5, 6], [7, 8, 10]]\"")]
    [InlineData("Lattice=\"1.0D0 2.0d+00 3 4 5 6 7 8 10.\"")]
    public void A_lattice_is_three_vectors_in_a_row_and_periodic(string comment)
    {
        Structure structure = One($"1\n{comment}\nH 0 0 0\n");
        Assert.Equal(new Matrix3(1, 2, 3, 4, 5, 6, 7, 8, 10), structure.Cell);
        Assert.Equal(Periodicity.All, structure.Periodicity);
        Assert.Empty(structure.Info);
    }

    [Theory]
    [InlineData("a=1", "F F F")]
    [InlineData("pbc=T a=1", "T T T")]
    [InlineData("pbc=\"T F T\"", "T F T")]
    [InlineData("pbc=[True, False, True]", "T F T")]
    [InlineData("pbc=\"1 0 1\"", "T F T")]
    [InlineData("pbc=\"F F F\" Lattice=\"1 0 0 0 1 0 0 0 1\"", "F F F")]
    public void Periodicity_is_given_or_follows_from_the_lattice(string comment, string expected) =>
        Assert.Equal(expected, One($"1\n{comment}\nH 0 0 0\n").Periodicity.ToString());

    [Fact]
    public void Columns_of_every_type_and_width_are_read()
    {
        Structure structure = One(
            "2\nProperties=id:I:1:species:S:1:tags:S:2:pos:R:3:fixed:L:1:mask:L:3:tensor:R:9:map:I:2\n"
            + "7 Si ab cd 1.0 -2.5D1 3e-1 T T F True 1 2 3 4 5 6 7 8 9 10 20\n"
            + "8\tO  ab e  .5 +5. 0      F 0F F T 1 2 3 4 5 6 7 8 9.5 -1 -2\n".Replace("0F", "False", StringComparison.Ordinal));
        Assert.Equal([14, 8], structure.AtomicNumbers.ToArray());
        Assert.Equal(new Vector3D(1, -25, 0.3), structure.Positions[0]);
        Assert.Equal(["id", "tags", "fixed", "mask", "tensor", "map"], structure.Arrays.Keys);
        Assert.Equal([7, 8], structure.Arrays["id"].Integers.ToArray());
        Assert.Equal([2, 2], structure.Arrays["tags"].Shape);
        Assert.Equal(["ab", "cd", "ab", "e"], structure.Arrays["tags"].Texts.ToArray());
        Assert.Equal([true, false], structure.Arrays["fixed"].Booleans.ToArray());
        Assert.Equal([true, false, true, false, false, true], structure.Arrays["mask"].Booleans.ToArray());
        Assert.Equal([2, 9], structure.Arrays["tensor"].Shape);
        Assert.Equal(9.5, structure.Arrays["tensor"].Reals[17]);
        Assert.Equal([10, 20, -1, -2], structure.Arrays["map"].Integers.ToArray());
    }

    [Theory]
    [InlineData("Properties=Z:I:1:pos:R:3", "14 0 0 0")]
    [InlineData("Properties=species:I:1:pos:R:3", "14 0 0 0")]
    [InlineData("Properties=pos:R:3:species:S:1:Z:I:1", "0 0 0 C 14")]
    [InlineData("", "14 0 0 0")]
    [InlineData("", "si 0 0 0")]
    [InlineData("", "SI 0 0 0 and more columns")]
    public void Elements_are_symbols_in_any_case_or_numbers(string comment, string line) =>
        Assert.Equal(14, One($"1\n{comment}\n{line}\n").AtomicNumbers[0]);

    [Theory]
    [InlineData("water, optimised at B3LYP (it's converged)")]
    [InlineData("i 5 E -17.2 \"quote")]
    public void A_comment_without_an_equals_sign_is_text(string comment)
    {
        Structure structure = One($"1\n  {comment} \nH 0 0 0\n");
        Assert.Equal(comment, structure.Info["comment"].Texts[0]);
        Assert.Single(structure.Info);
    }

    [Theory]
    [InlineData("= 5")]
    [InlineData("E = -17.2 eV, step= 5 (final)")]
    [InlineData("\\")]
    [InlineData("\"\"=\"\"")]
    public void No_comment_is_an_error(string comment) => One($"1\n{comment}\nH 0 0 0\n");

    [Theory]
    [InlineData("2\r\nE=1.5\r\nH 0 0 0\r\nO 1 2 3\r\n1\r\n\r\nC 4 5 6")]
    [InlineData("2\rE=1.5\rH 0 0 0\rO 1 2 3\r1\r\rC 4 5 6")]
    [InlineData("\uFEFF2\nE=1.5\n\tH\t0\t0\t0\n  O 1 2 3  \n\n \t\n1\n\nC 4 5 6\n\n\n  \n")]
    public void Line_ends_tabs_blank_lines_and_byte_order_marks_do_not_matter(string text)
    {
        Structure[] structures = [.. Read(text)];
        Assert.Equal(2, structures.Length);
        Assert.Equal(1.5, structures[0].Info["E"].Reals[0]);
        Assert.Equal(new Vector3D(1, 2, 3), structures[0].Positions[1]);
        Assert.Equal(new Vector3D(4, 5, 6), structures[1].Positions[0]);
        using MemoryStream utf8 = new(Encoding.UTF8.GetBytes(text));
        Assert.Equal(2, StructureReader.Read(utf8).Count());
        using MemoryStream utf16 = new([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]);
        Assert.Equal(2, StructureReader.Read(utf16).Count());
    }

    [Fact]
    public void Every_way_of_cutting_the_text_into_blocks_gives_the_same()
    {
        const string text = "2\r\nE=1.5 x=\"a b\"\r\nH 0 0 0\r\nO 1 2 3\r\n1\r\n\r\nC 4 5 6\r\n";
        for (int size = 1; size < text.Length; size++)
        {
            using BlockwiseText blocks = new(text, size);
            Structure[] structures = [.. StructureReader.Read(blocks)];
            Assert.Equal(2, structures.Length);
            Assert.Equal(new Vector3D(1, 2, 3), structures[0].Positions[1]);
            Assert.Equal("a b", structures[0].Info["x"].Texts[0]);
        }
    }

    [Fact]
    public void Lattice_lines_after_plain_frames_are_read()
    {
        Structure[] structures = [.. Read("1\nfirst\nC 0 0 0\n VEC1 1 0.5 0\nVEC2 0 2 0\n1\n\nC 0 0 0\n1\n\nC 1 0 0\nVEC1 3 0 0\n")];
        Assert.Equal(new Matrix3(1, 0.5, 0, 0, 2, 0, 0, 0, 0), structures[0].Cell);
        Assert.Equal(["T T F", "F F F", "T F F"], structures.Select(static s => s.Periodicity.ToString()));
        using StringReader again = new("1\nfirst\nC 0 0 0\n VEC1 1 0.5 0\nVEC2 0 2 0\n1\n\nC 7 0 0\n");
        Assert.Equal(7, Assert.Single(StructureReader.Read(again, "pipe", FrameSlice.At(1))).Positions[0].X);
    }

    [Fact]
    public void Positions_that_are_not_finite_are_read_and_refused_by_the_validation()
    {
        Structure structure = One("1\n\nH nan inf -Infinity\n");
        Assert.True(double.IsNaN(structure.Positions[0].X));
        Assert.Equal(double.NegativeInfinity, structure.Positions[0].Z);
        Assert.Throws<InvalidInputException>(structure.Validate);
    }

    [Fact]
    public void A_frame_may_have_no_atoms() => Assert.Equal([0, 1], Read("0\nenergy=0.0\n1\n\nH 0 0 0\n").Select(static s => s.Count));

    [Fact]
    public void Plain_format_keeps_the_comment_as_it_is()
    {
        using StringReader text = new("1\nProperties=nonsense E=1\nH 0 0 0 9 9\n");
        Structure structure = Assert.Single(StructureReader.Read(text, "input", default, StructureFormat.Xyz));
        Assert.Equal("Properties=nonsense E=1", structure.Info["comment"].Texts[0]);
    }

    [Fact]
    public void Numbers_are_rounded_correctly()
    {
        Random random = new(5);
        StringBuilder text = new("3000\n\n");
        List<double> expected = [];
        for (int i = 0; i < 9000; i++)
        {
            string digits = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => (char)('0' + random.Next(10))));
            int point = random.Next(digits.Length + 1);
            string number = (random.Next(2) == 0 ? "-" : "") + digits[..point] + "." + digits[point..] + (random.Next(2) == 0 ? "" : $"e{random.Next(-330, 310)}");
            if (i % 3 == 0) { text.Append("H "); }
            text.Append(number).Append(i % 3 == 2 ? '\n' : ' ');
            expected.Add(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
        }

        Structure structure = One(text.ToString());
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected[i]), BitConverter.DoubleToInt64Bits(structure.Positions[i / 3][i % 3]));
        }
    }

    private static IEnumerable<Structure> Read(string text) => StructureReader.Read(new StringReader(text));

    private static Structure One(string text) => Assert.Single(Read(text));

    private static string Words(DataArray value) => value.Kind switch
    {
        DataKind.Boolean => string.Join(' ', value.Booleans.ToArray()),
        DataKind.Integer => string.Join(' ', value.Integers.ToArray()),
        DataKind.Real => string.Join(' ', value.Reals.ToArray()),
        _ => string.Join(' ', value.Texts.ToArray()),
    };

    private sealed class BlockwiseText(string text, int size) : TextReader
    {
        private int _at;

        public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

        public override int Read(Span<char> buffer)
        {
            int length = Math.Min(Math.Min(size, text.Length - _at), buffer.Length);
            text.AsSpan(_at, length).CopyTo(buffer);
            _at += length;
            return length;
        }
    }

    /// <summary>The mass is that of NIST; ASE 3.22 refuses the symbol.</summary>
    [Fact]
    public void DeuteriumIsHydrogenWithItsMass()
    {
        using MemoryStream plain = new(Encoding.UTF8.GetBytes("3\n\nO 0 0 0\nD 0 0 1\nH 0 1 0\n1\n\nH 0 0 0\n"));
        Structure[] frames = [.. StructureReader.Read(plain, "heavy.xyz", FrameSlice.All)];
        Assert.Equal([8, 1, 1], frames[0].AtomicNumbers.ToArray());
        Assert.Equal([Elements.Mass(8), 2.01410177812, Elements.Mass(1)], frames[0].Arrays["masses"].Reals.ToArray());
        Assert.Empty(frames[1].Arrays);
        using MemoryStream given = new(Encoding.UTF8.GetBytes("1\nProperties=species:S:1:pos:R:3:masses:R:1\nD 0 0 0 2.5\n"));
        Assert.Equal([2.5], StructureReader.Read(given, "given.xyz", FrameSlice.All).Single().Arrays["masses"].Reals.ToArray());
    }
}

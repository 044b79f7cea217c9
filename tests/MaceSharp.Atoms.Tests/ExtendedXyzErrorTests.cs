namespace MaceSharp.Atoms.Tests;

public class ExtendedXyzErrorTests
{
    [Theory]
    [InlineData("", "in holds no structure")]
    [InlineData("\n \n", "in holds no structure")]
    [InlineData("PK\u0003\u0004 not text", "in, frame 0, line 1: the number of atoms should stand here, but there is 'PK?? not text'")]
    [InlineData("PK\0\0\0", "in is a binary file")]
    [InlineData("-1\n\n", "in, frame 0, line 1: the number of atoms")]
    [InlineData("1000000000000\n\nH 0 0 0\n", "in, frame 0, line 1: 1000000000000 atoms are more than")]
    [InlineData("500000000\n\nH 0 0 0\n", "in, frame 0, line 3: the text ends after 1 of 500000000 atoms")]
    [InlineData("1\n", "in, frame 0, line 1: the text ends before the comment line")]
    [InlineData("2\n\nH 0 0 0\n", "in, frame 0, line 3: the text ends after 1 of 2 atoms")]
    [InlineData("2\n\nH 0 0 0\n1\n\nH 0 0 0\n", "in, frame 0, line 4: the atom line has 1 word, 4 are needed ('1')")]
    [InlineData("1\n\nH 0 0 0\nH 0 0 0\n", "in, frame 1, line 4: the number of atoms should stand here, but there is 'H 0 0 0'; the number of atoms of frame 0 may be wrong")]
    [InlineData("1\n\nH 0 abc 0\n", "in, frame 0, line 3: 'abc' is not a number (column 3, pos)")]
    [InlineData("1\n\nH 0 1.2.3 0\n", "'1.2.3' is not a number")]
    [InlineData("1\n\nH 0 ****** 0\n", "'******' is not a number")]
    [InlineData("1\n\nH 0 1,5 0\n", "'1,5' is not a number")]
    [InlineData("1\n\nQq 0 0 0\n", "in, frame 0, line 3: 'Qq' is not the symbol or number of an element (column 1, species)")]
    [InlineData("1\n\n119 0 0 0\n", "'119' is not the symbol or number of an element")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:n:I:1\nH 0 0 0 1.5\n", "'1.5' is not an integer (column 5, n)")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:n:L:1\nH 0 0 0 2\n", "'2' is not a truth value (T or F) (column 5, n)")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:forces:R:3\nH 0 0 0 1\n", "the atom line has 5 words, 7 are needed")]
    [InlineData("1\nProperties=species:S:1:pos:R\nH 0 0 0\n", "in, frame 0, line 2: Properties='species:S:1:pos:R' is not a list of name:type:columns")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:x:Q:1\nH 0 0 0\n", "the type 'Q'; the types are R, I, S and L")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:x:R:0\nH 0 0 0\n", "gives 'x' '0' columns")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:x:R:2000000000\nH 0 0 0\n", "gives 'x' '2000000000' columns")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:x:R:65000:y:R:65000\nH 0 0 0\n", "gives 'y' '65000' columns")]
    [InlineData("500000000\nProperties=species:S:1:pos:R:3:x:R:65000\nH 0 0 0\n", "are more than an array can hold")]
    [InlineData("1\nProperties=species:S:1:pos:R:3:pos:R:3\nH 0 0 0\n", "two columns named 'pos'")]
    [InlineData("1\nProperties=species:S:1:pos:R:2\nH 0 0\n", "gives 'pos' a type or number of columns it cannot have")]
    [InlineData("1\nProperties=species:S:1:x:R:3\nH 0 0 0\n", "has no positions")]
    [InlineData("1\nProperties=pos:R:3\n0 0 0\n", "has no column of elements")]
    [InlineData("1\nProperties=species:S:1:pos:R:3::R:1\nH 0 0 0 1\n", "a column without a name")]
    [InlineData("1\nLattice=\"1 0 0 0 1 0\"\nH 0 0 0\n", "in, frame 0, line 2: Lattice='1 0 0 0 1 0' is not nine numbers")]
    [InlineData("1\nLattice=cubic\nH 0 0 0\n", "Lattice='cubic' is not nine numbers")]
    [InlineData("1\npbc=\"T T\"\nH 0 0 0\n", "pbc='T T' is not three truth values")]
    [InlineData("1\npbc=2\nH 0 0 0\n", "pbc='2' is not three truth values")]
    [InlineData("1\nx=\"_JSON {oops\"\nH 0 0 0\n", "in, frame 0, line 2: the value of 'x' starts with _JSON, but what follows ('{oops') is not JSON")]
    [InlineData("1\n\nC 0 0 0\nVEC2 0 0 1\n", "VEC1 with three numbers is expected")]
    public void Errors_say_what_is_wrong_and_where(string text, string expected)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Count(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(error.Message.Contains('?', StringComparison.Ordinal) && error.Message[^1] == '?' ? "?" : ".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_directory_is_named()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("no file", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder["none.xyz"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a directory", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => StructureReader.Read(""));
        Assert.Throws<InvalidInputException>(() => StructureReader.Read("a\0b"));
        Assert.Contains("is empty", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder.Write("empty.xyz", "")).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder.Write("empty", "")).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<InvalidInputException>(() => StructureReader.Read(folder["empty.xyz"] + "@-1").Count()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\n")]
    [InlineData("1\n\nH 0 0 0 ")]
    [InlineData("1\n\nH 0 0 0\n2\nx=\"")]
    public void A_line_of_two_gigabytes_is_refused_quickly_in_bounded_memory(string beginning)
    {
        foreach (char filler in "7 [\"")
        {
            using EndlessLine text = new(beginning, filler, 1L << 31);
            long before = GC.GetAllocatedBytesForCurrentThread();
            System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
            InvalidInputException error = Assert.Throws<InvalidInputException>(() => StructureReader.Read(text, "in", default, StructureFormat.ExtendedXyz).Count());
            Assert.Contains("is longer than", error.Message, StringComparison.Ordinal);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 120_000_000);
            Assert.True(watch.Elapsed.TotalSeconds < 2, $"{watch.Elapsed}");
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a=1 ")]
    [InlineData("= ")]
    [InlineData("a=")]
    [InlineData("a=[[ ")]
    [InlineData("a=[[ ] ")]
    [InlineData("a=[[]]x ")]
    [InlineData("\" ")]
    [InlineData("\\")]
    [InlineData("a =")]
    [InlineData("[")]
    [InlineData("{\"")]
    public void Long_comment_lines_take_time_in_proportion(string unit)
    {
        foreach (string start in (string[])["", "x=1 y=", "a=\"_JSON ", "a          ", "a=[[[["])
        {
            string text = "1\n" + start + string.Concat(Enumerable.Repeat(unit, 2_000_000 / unit.Length)) + "          =\nH 0 0 0\n";
            System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
            try { Count(text); }
            catch (InvalidInputException) { }
            Assert.True(watch.Elapsed.TotalSeconds < 2, $"{start}{unit}… took {watch.Elapsed}");
        }
    }

    [Fact]
    public void Blanks_before_an_equals_sign_take_time_in_proportion()
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(1, Count("1\na" + new string(' ', 4_000_000) + "=1\nH 0 0 0\n"));
        Assert.True(watch.Elapsed.TotalSeconds < 2);
    }

    [Fact]
    public void Deep_nesting_is_not_followed()
    {
        string deep = new('[', 1_000_000);
        Count($"1\na={deep}\nH 0 0 0\n");
        Assert.Throws<InvalidInputException>(() => Count($"1\na=\"_JSON {deep}\"\nH 0 0 0\n"));
    }

    private static int Count(string text) => StructureReader.Read(new StringReader(text), "in", default, StructureFormat.ExtendedXyz).Count();

    private sealed class EndlessLine(string beginning, char filler, long length) : TextReader
    {
        private long _given;

        public override int Read(Span<char> buffer)
        {
            if (_given == 0)
            {
                beginning.CopyTo(buffer);
                _given += beginning.Length + 1;
                buffer[beginning.Length] = filler;
                return beginning.Length + 1;
            }

            int count = (int)Math.Min(buffer.Length, length - _given);
            buffer[..count].Fill(filler);
            _given += count;
            return count;
        }
    }
}

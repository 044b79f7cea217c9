namespace MaceSharp.Atoms.Tests.Formats;

/// <summary>Damaged files end in a sentence or in a structure that is sound, never in anything else.</summary>
public sealed class CrystalFormatFuzzTests
{
    private static readonly string[] Pieces =
    [
        "99999999999999999999", "-1", "0", "1e308", "nan", "inf", "\0", "'", "\"", ";", "\n;\n", "\n", "#", "loop_", "data_", "data_x\n", "_cell_length_a", "_atom_site_occupancy",
        "(", ")", "?", ".", ",", "/", "x", "*z", "é", "\uFFFD", "Atoms", "Masses", "atoms", "Velocities", "xlo xhi", "Selective", "Direct", "Cartesian", "T F T", "2147483648",
    ];

    [Theory]
    [InlineData(1, 300)]
    public void DamagedFilesAreRefusedOrSound(int seed, int count) => Fuzz(seed, count);

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData(2, 5000)]
    public void ManyDamagedFilesAreRefusedOrSound(int seed, int count) => Fuzz(seed, count);

    private static void Fuzz(int seed, int count)
    {
        Structure sample = Crystal.Triclinic();
        sample.Arrays.Add("velocities", DataArray.Of(new double[15], 5, 3));
        sample.Arrays.Add("charges", DataArray.Of(new double[5]));
        sample.Arrays.Add("move_mask", DataArray.Of(new bool[15], 5, 3));
        (string Text, Func<TextReader, string, IEnumerable<Structure>> Read)[] files =
        [
            (KnownCrystals.Urea, CifFormat.Read),
            (KnownCrystals.Quartz, CifFormat.Read),
            (KnownCrystals.Magnesium, CifFormat.Read),
            (Crystal.Write(PoscarFormat.Write, sample), PoscarFormat.Read),
            (Crystal.Write(LammpsDataFormat.Write, sample), LammpsDataFormat.Read),
        ];
        Random random = new(seed);
        foreach ((string text, Func<TextReader, string, IEnumerable<Structure>> read) in files)
        {
            int refused = 0;
            for (int i = 0; i < count; i++)
            {
                string damaged = Damage(text, random);
                try
                {
                    foreach (Structure structure in read(new StringReader(damaged), "fuzz")) { structure.Validate(); }
                }
                catch (InvalidInputException error)
                {
                    refused++;
                    Assert.StartsWith("fuzz", error.Message, StringComparison.Ordinal);
                    Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
                    Assert.True(error.Message.Length < 400 && !error.Message.Contains('\n', StringComparison.Ordinal), error.Message);
                }
            }

            Assert.InRange(refused, count / 20, count - 1);
        }
    }

    private static string Damage(string text, Random random)
    {
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(text.Length + 1), length = Math.Min(random.Next(1, 30), text.Length - at);
            text = random.Next(6) switch
            {
                0 => text[..at],
                1 => text.Remove(at, length),
                2 => text.Insert(at, text.Substring(at, length)),
                3 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                4 => ReplaceWord(text, at, Pieces[random.Next(Pieces.Length)]),
                _ => at < text.Length ? text.Remove(at, 1).Insert(at, ((char)random.Next(1, 128)).ToString()) : text,
            };
        }

        return text;
    }

    private static string ReplaceWord(string text, int at, string piece)
    {
        int end = at;
        while (at > 0 && !char.IsWhiteSpace(text[at - 1])) { at--; }
        while (end < text.Length && !char.IsWhiteSpace(text[end])) { end++; }
        return text[..at] + piece + text[end..];
    }
}

using System.Diagnostics;
using System.Text;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests;

public class ExtendedXyzFuzzTests
{
    private const string Frame = """
        3
        Lattice="5.0 0 0 0 5.0 0 0 0 5.0" Properties=species:S:1:pos:R:3:forces:R:3:tags:I:1:mask:L:2:label:S:1 energy=-1.5e2 name="a \"b\" c" a=[1, 2, 3] b=[[1,2],[3,4]] c="_JSON {\"x\": [1, null]}" flag stress="1 2 3 4 5 6" pbc="T T F"
        Si 0.0 0.1 -2.5e-3 1.0 2.0 3.0 7 T F core
        O 1.0 2.0 3.0 4.0 5.0 6.0 -8 F F shell
        H 1.5D0 nan inf -1 -2 -3 0 True False x
        1
        free text
        Cu 1 2 3 extra
        VEC1 1 0 0

        """;

    private static readonly string[] Pieces =
    [
        "\"", "'", "\\", "[", "]", "[[", "{", "}", "=", ":", ",", "\n", "\r", "\t", "\0", "-", ".", "e", "D", "nan", "1e999", "99999999999999999999", "1000000000000",
        "T", "_JSON ", "_JSON [", "Properties=", "pos:R:3", ":R:2000000000", "Lattice=", "pbc=", "VEC1", "\uFEFF", "\uD800", "𝄞", "\u2028", "9", "0", "-1", " ",
    ];

    [Fact]
    public void Mutated_frames_are_read_or_refused() => Fuzz(Frame, 1000, 1);

    [GoldenFact]
    public void Mutated_real_frames_are_read_or_refused()
    {
        string solvents = Head(GoldenData.PathOf("solvents", "solvent_xtb_train_200.xyz"), 5);
        string molecules = Head(GoldenData.PathOf("3bpa", "train_300K.xyz"), 3);
        Fuzz(solvents, 200, 2);
        Fuzz(molecules, 200, 3);
    }

    [GoldenFact]
    [Trait("Speed", "Slow")]
    public void Many_mutated_frames_are_read_or_refused()
    {
        Fuzz(Frame, 15_000, 4);
        Fuzz(Head(GoldenData.PathOf("3bpa", "train_300K.xyz"), 2), 5_000, 5);
    }

    /// <summary>The text of the first frames of a file.</summary>
    private static string Head(string path, int frames)
    {
        string[] lines = File.ReadAllLines(path);
        int end = 0;
        for (int i = 0; i < frames; i++) { end += int.Parse(lines[end], System.Globalization.CultureInfo.InvariantCulture) + 2; }
        return string.Join('\n', lines[..end]) + "\n";
    }

    private static void Fuzz(string original, int count, int seed)
    {
        Random random = new(seed);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            string text = Mutate(original, random);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            if (random.Next(4) == 0) { bytes[random.Next(bytes.Length)] = (byte)random.Next(256); }
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                using MemoryStream stream = new(bytes);
                FrameSlice slice = random.Next(3) == 0 ? FrameSlice.At(-1) : FrameSlice.All;
                foreach (Structure structure in StructureReader.Read(stream, "in", slice, random.Next(2) == 0 ? StructureFormat.ExtendedXyz : null))
                {
                    // What was read can be written, or the writer says why not; stress and virial change their shape.
                    structure.Info.Remove("stress");
                    structure.Info.Remove("virial");
                    using StringWriter written = new();
                    using StructureWriter writer = new(written);
                    writer.Write(structure);
                    Structure again = Assert.Single(StructureReader.Read(new StringReader(written.ToString()), "again", default, StructureFormat.ExtendedXyz));
                    StructureAssert.Identical(structure, again);
                }

                read++;
            }
            catch (InvalidInputException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                Assert.True(error.Message.Length < 400, error.Message);
                refused++;
            }

            Assert.True(watch.Elapsed.TotalSeconds < 2, $"case {i} took {watch.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 64_000_000, $"case {i}");
        }

        Assert.True(read > count / 20 && refused > count / 20, $"{read} read, {refused} refused");
    }

    private static string Mutate(string original, Random random)
    {
        StringBuilder text = new(original);
        for (int edits = random.Next(1, 5); edits > 0 && text.Length > 2; edits--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 1: text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)); break;
                case 2: text[at] = (char)random.Next(1, 256); break;
                case 3: text.Insert(at, text.ToString(random.Next(text.Length / 2), Math.Min(40, text.Length / 2))); break;
                default: text.Length = random.Next(6) == 0 ? at + 1 : text.Length; break;
            }
        }

        return text.ToString();
    }
}

using System.Text.Json;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests;

/// <summary>What ASE reads from a file is what this library reads from it, and what this library writes is what ASE reads.</summary>
public class AseParityTests
{
    /// <summary>Prints every frame as a line of JSON; reals as the integers that have their bits.</summary>
    private const string Dump = """
        import sys, json, struct
        import numpy as np
        import ase.io
        def bits(x):
            if x != x: return 0x7FF8000000000000
            return struct.unpack('<q', struct.pack('<d', float(x)))[0]
        def value(v):
            if isinstance(v, dict): return ['json', [], [json.dumps(v)]]
            if isinstance(v, str): return ['Text', [], [v]]
            a = np.array(v)
            kind = {'f': 'Real', 'i': 'Integer', 'b': 'Boolean'}.get(a.dtype.kind, 'Text')
            convert = {'Real': bits, 'Integer': int, 'Boolean': int, 'Text': str}[kind]
            return [kind, list(a.shape), [convert(x) for x in a.reshape(-1)]]
        for atoms in ase.io.iread(sys.argv[1], index=':', format='extxyz'):
            arrays = {k: value(v) for k, v in atoms.arrays.items() if k not in ('numbers', 'positions')}
            print(json.dumps({
                'numbers': [int(z) for z in atoms.numbers],
                'positions': [bits(x) for x in atoms.positions.reshape(-1)],
                'cell': [bits(x) for x in np.array(atoms.cell).reshape(-1)],
                'pbc': [bool(p) for p in atoms.pbc],
                'info': {k: value(v) for k, v in atoms.info.items()},
                'arrays': arrays}))
        """;

    [AseFact]
    public void Real_files_are_read_as_by_ASE()
    {
        foreach (string name in ExtendedXyzRoundTripTests.RealFiles)
        {
            string path = Path.Combine(GoldenData.SharedRoot, name);
            if (File.Exists(path)) { Compare(path); }
        }
    }

    [AseFact]
    public void What_is_written_is_read_by_ASE()
    {
        using TemporaryFolder folder = new();
        Random random = new(23);
        using (StructureWriter writer = StructureWriter.Create(folder["written.xyz"]))
        {
            for (int i = 0; i < 300; i++)
            {
                Structure structure = RandomStructures.Create(random);

                // ASE 3.22 takes a frame without atoms for the end, forces and energies only in their natural shape and kind, and 32 bits for integer columns.
                if (structure.Count == 0) { continue; }
                structure.Arrays.Remove("forces");
                structure.Info.Remove("energy");
                foreach (DataArray column in structure.Arrays.Values.Where(static a => a.Kind == DataKind.Integer))
                {
                    foreach (ref long value in column.Integers) { value = (int)value; }
                }

                writer.Write(structure);
            }

            writer.Complete();
        }

        Assert.True(Compare(folder["written.xyz"]) > 200);
    }

    [AseFact]
    public void Comment_lines_are_understood_as_by_ASE()
    {
        // Left out: what ASE 3.22 does not know or gets wrong (spelled-out truth values, Fortran exponents, nested brackets without quotes,
        // line breaks, underscores in numbers, empty values, six numbers of stress, unbalanced ends), and numbers too large for 64 bits.
        string[] differ = ["True", "False", "D-03", "d+02", "[[1,2", "[[1, 2.5", "[ [", "[[[", "\\n", "1_000", "\"\"", "4 5 6\"", "unbalanced", "end\\", "_JSON \\\"12", "_JSON [1, \\\"a", "x=[[T"];
        using TemporaryFolder folder = new();
        string[] comments = [.. ExtendedXyzReadTests.Values.Select(static row => (string)row[0])];
        string[] chosen = [.. comments.Where(comment => !differ.Any(d => comment.Contains(d, StringComparison.Ordinal)))];
        Assert.True(chosen.Length > 35);
        string path = folder.Write("comments.xyz", string.Concat(chosen.Select(static c => $"1\n first=1   {c}\tlast=2 \nH 0 0 0\n")));
        Assert.Equal(chosen.Length, Compare(path));
    }

    private static int Compare(string path)
    {
        string[] lines = Ase.Run(Dump, path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        IReadOnlyList<Structure> structures = StructureFile.ReadAll(path);
        Assert.Equal(lines.Length, structures.Count);
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument document = JsonDocument.Parse(lines[i]);
            JsonElement frame = document.RootElement;
            Structure structure = structures[i];
            Assert.Equal(Numbers(frame.GetProperty("numbers")), structure.AtomicNumbers.ToArray().Select(static z => (long)z));
            Assert.Equal(Numbers(frame.GetProperty("positions")), structure.Positions.ToArray().SelectMany(static p => new[] { Bits(p.X), Bits(p.Y), Bits(p.Z) }));
            Assert.Equal(Numbers(frame.GetProperty("cell")), Enumerable.Range(0, 9).Select(k => Bits(structure.Cell[k / 3, k % 3])));
            Assert.Equal(frame.GetProperty("pbc").EnumerateArray().Select(static p => p.GetBoolean()), Enumerable.Range(0, 3).Select(k => structure.Periodicity[k]));
            Same($"{structure.Origin} info", frame.GetProperty("info"), structure.Info);
            Same($"{structure.Origin} arrays", frame.GetProperty("arrays"), structure.Arrays);
        }

        return lines.Length;
    }

    private static void Same(string where, JsonElement expected, OrderedDictionary<string, DataArray> actual)
    {
        Assert.Equal(expected.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            string name = $"{where} {property.Name}";
            DataArray value = actual[property.Name];
            string kind = property.Value[0].GetString()!;
            if (kind == "json")
            {
                Assert.StartsWith("_JSON {", value.Texts[0], StringComparison.Ordinal);
                continue;
            }

            Assert.True(kind == value.Kind.ToString(), $"{name}: ASE reads {kind}, we read {value.Kind}");
            Assert.Equal(Numbers(property.Value[1]), value.Shape.Select(static e => (long)e));
            JsonElement elements = property.Value[2];
            switch (value.Kind)
            {
                case DataKind.Text: Assert.Equal(elements.EnumerateArray().Select(static e => e.GetString()), value.Texts.ToArray()); break;
                case DataKind.Real: Assert.Equal(Numbers(elements), value.Reals.ToArray().Select(Bits)); break;
                case DataKind.Integer: Assert.Equal(Numbers(elements), value.Integers.ToArray()); break;
                default: Assert.Equal(Numbers(elements), value.Booleans.ToArray().Select(static b => b ? 1L : 0)); break;
            }
        }
    }

    private static IEnumerable<long> Numbers(JsonElement array) => array.EnumerateArray().Select(static e => e.GetInt64());

    /// <summary>The bits of a number; those of all NaN are the same.</summary>
    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : value);
}

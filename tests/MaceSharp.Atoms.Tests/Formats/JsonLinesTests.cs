using System.Text;

namespace MaceSharp.Atoms.Tests.Formats;

public class JsonLinesTests
{
    [Fact]
    public void EveryKindOfDataComesBackBitForBit()
    {
        Structure structure = new([1, 8], [new(0.1, -2, 1.0 / 3), new(1e-300, 5e22, 0)], new(4, 0, 0, 0, 5.5, 0, 0.25, 0, 6), new(true, false, true));
        structure.Info["energy"] = DataArray.Of(-76.0);
        structure.Info["charge"] = DataArray.Of(-1L);
        structure.Info["done"] = DataArray.Of(true);
        structure.Info["name"] = DataArray.Of("Å \"quoted\" \\ \t\u0001 😀");
        structure.Info["holes"] = DataArray.Of([double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0]);
        structure.Info["nothing"] = DataArray.Of(Array.Empty<double>());
        structure.Info["matrix"] = DataArray.Of(new double[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        structure.Info["words"] = DataArray.Of(["a", "b"]);
        structure.Arrays["forces"] = DataArray.Of([0.1, 0.2, 0.3, -0.1, -0.2, -0.3], 2, 3);
        structure.Arrays["fixed"] = DataArray.Of([true, false]);
        structure.Arrays["tag"] = DataArray.Of([1L, long.MaxValue]);

        string line = Write(structure);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Structure back = Assert.Single(Read(line));
        Assert.Equal(structure.AtomicNumbers.ToArray(), back.AtomicNumbers.ToArray());
        Assert.Equal(structure.Positions.ToArray(), back.Positions.ToArray());
        Assert.Equal((structure.Cell, structure.Periodicity), (back.Cell, back.Periodicity));
        Assert.Equal(structure.Info.Keys, back.Info.Keys);
        foreach ((string key, DataArray value) in structure.Info.Concat(structure.Arrays))
        {
            DataArray other = back.Info.GetValueOrDefault(key) ?? back.Arrays[key];
            Assert.Equal((key, value.Kind), (key, other.Kind));
            Assert.Equal(value.Shape, other.Shape);
        }

        Assert.Equal(structure.Info["name"].Texts[0], back.Info["name"].Texts[0]);
        Assert.Equal(structure.Info["holes"].Reals.ToArray().Select(BitConverter.DoubleToInt64Bits), back.Info["holes"].Reals.ToArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(line, Write(back));
    }

    [Fact]
    public void WhatIsNotThereIsLeftOut() => Assert.Equal("{\"atomic_numbers\":[2],\"positions\":[[0.0,0.0,0.0]]}\n", Write(new([2], [Vector3D.Zero])));

    [Fact]
    public void OtherProgramsMayWriteItTheirWay()
    {
        Structure[] frames = [.. Read("""

            {"pbc": [true, true, true], "cell": [[3, 0, 0], [0, 3, 0], [0, 0, 3]], "positions": [[0, 0, 0], [1, 1.5, 1e0]], "symbols": ["Si", "O"]}

            {"symbols":[],"positions":[]}
            """)];
        Assert.Equal([14, 8], frames[0].AtomicNumbers.ToArray());
        Assert.Equal(new Vector3D(1, 1.5, 1), frames[0].Positions[1]);
        Assert.Equal(27, frames[0].Volume, 1e-12);
        Assert.Equal(0, frames[1].Count);
        Assert.EndsWith("@1", frames[1].Origin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"atomic_numbers\":[1],\"positions\":[[0,0,0]]", "is not a JSON object")]
    [InlineData("[1]", "is not a JSON object")]
    [InlineData("{\"atomic_numbers\":[1],\"positions\":[[0,0,0]]} x", "is not a JSON object")]
    [InlineData("{\"positions\":[[0,0,0]]}", "'atomic_numbers' is missing")]
    [InlineData("{\"atomic_numbers\":[1]}", "'positions' is missing")]
    [InlineData("{\"atomic_numbers\":[1,1],\"positions\":[[0,0,0]]}", "2 atoms have 1 positions")]
    [InlineData("{\"atomic_numbers\":[119],\"positions\":[[0,0,0]]}", "119 is not an atomic number")]
    [InlineData("{\"atomic_numbers\":[1.0],\"positions\":[[0,0,0]]}", "must be a list of integers")]
    [InlineData("{\"symbols\":[\"Xx\"],\"positions\":[[0,0,0]]}", "'Xx' is not a chemical symbol")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0]]}", "'positions' must be")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"cell\":[1,2,3]}", "'cell' must be three rows")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"pbc\":true}", "'pbc' must be three truth values")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"energy\":1}", "'energy' is unknown")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":{\"a\":[1,[2]]}}", "'a' is a list whose rows differ")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":{\"a\":[[],[1]]}}", "'a' is a list whose rows differ")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":{\"a\":[1,\"b\"]}}", "'a' mixes")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":{\"a\":{\"b\":1}}}", "'a' is an object")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":{\"a\":\"\\ud800\"}}", "not a character")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"arrays\":{\"a\":[1,2]}}", "does not have one entry for each of the 1 atoms")]
    [InlineData("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]],\"info\":7}", "'info' must be an object")]
    public void DamageIsNamedWithItsLine(string line, string part)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Read("{\"symbols\":[],\"positions\":[]}\n" + line + "\n").ToList());
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("in.jsonl, frame 1, line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNestingIsRefused() => Assert.Throws<InvalidInputException>(() => Read("{\"info\":{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}}").ToList());

    [Fact]
    public void ItIsRecognisedByNameAndContent()
    {
        Assert.True(StructureFormats.TryFromFileName("a.jsonl", out StructureFormat format));
        Assert.Equal(StructureFormat.JsonLines, format);
        Assert.Equal(StructureFormat.JsonLines, StructureFormats.Parse("jsonl"));
        Assert.Single(StructureReader.Read(new StringReader("{\"symbols\":[\"H\"],\"positions\":[[0,0,0]]}\n")));
    }

    private static IEnumerable<Structure> Read(string text) => StructureReader.Read(new StringReader(text), "in.jsonl", FrameSlice.All, StructureFormat.JsonLines);

    private static string Write(Structure structure)
    {
        using MemoryStream stream = new();
        using StructureWriter writer = new(stream, StructureFormat.JsonLines);
        writer.Write(structure);
        writer.Complete();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

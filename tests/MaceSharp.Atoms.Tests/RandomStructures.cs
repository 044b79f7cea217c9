namespace MaceSharp.Atoms.Tests;

/// <summary>Structures with data of every kind and shape, awkward names, texts and numbers included.</summary>
internal static class RandomStructures
{
    private static readonly string[] Words = ["a", "T", "12", "-1.5e3", "it's", "say\"hi\"", "back\\slash", "C:\\new", "[1,2", "{x}", "a=b", "ä€𝄞", "_JSON", "x,y", "nan", "1_0", "#", ";:~"];

    private static readonly string[] Texts = [.. Words, "", " ", "two words", " both ends ", "two\nlines", "tab\there", "1 2 3", "T F", "_JSON [1]", "_JSON broken", "\r\n", ",", "[[1, 2], [3, 4]]", "cr\rlf", "\u00a0", "\u2028", "٣", "1_000 2_0"];

    private static readonly string[] Keys = ["energy", "REF_energy", "config_type", "with space", "quo\"te", "x-y_z", "2body", "a=b", "ключ", "back\\slash", "[k]", "comment", "head"];

    private static readonly double[] Reals =
    [
        0, -0.0, 1, -1, 0.1, 1.0 / 3, 1e-300, -1e300, 5e-324, double.MaxValue, Math.PI, 123456789012345680, 1e15, 1e16, 1e21, 0.001, 1e-5,
        9007199254740993, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
    ];

    public static Structure Create(Random random)
    {
        int count = random.Next(6);
        int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(119))];
        Vector3D[] positions = [.. Enumerable.Range(0, count).Select(_ => new Vector3D(Real(random), Real(random), Real(random)))];
        Matrix3 cell = random.Next(3) == 0 ? Matrix3.Zero : new(Real(random), 0.25, 0, -0.1, 1.0 / 3, 0, 0, 1e-17, Real(random));
        Structure structure = new(numbers, positions, cell, new(random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0));
        foreach (string key in Keys.Where(_ => random.Next(2) == 0)) { structure.Info[key] = Info(random); }
        if (random.Next(4) == 0) { structure.Info["stress"] = DataArray.Of(Many(9, () => Real(random)), 3, 3); }
        foreach (string name in (string[])["forces", "REF_forces", "tags", "my column", "[n]"])
        {
            int width = random.Next(1, 10);
            int[] shape = width == 1 ? [count] : [count, width];
            structure.Arrays[name] = random.Next(4) switch
            {
                0 => DataArray.Of(Many(count * width, () => random.Next(2) == 0), shape),
                1 => DataArray.Of(Many(count * width, () => Integer(random)), shape),
                2 => DataArray.Of(Many(count * width, () => Real(random)), shape),
                _ => DataArray.Of(Many(count * width, () => Words[random.Next(Words.Length)]), shape),
            };
        }

        return structure;
    }

    private static DataArray Info(Random random)
    {
        int[] shape = random.Next(5) switch
        {
            0 or 1 => [],
            2 => [random.Next(1, 5)],
            3 => [random.Next(1, 4), random.Next(1, 4)],
            _ => [2, random.Next(1, 3), 2],
        };
        int count = shape.Aggregate(1, static (a, b) => a * b);
        return random.Next(4) switch
        {
            0 => shape.Length == 0 ? DataArray.Of(random.Next(2) == 0) : DataArray.Of(Many(count, () => random.Next(2) == 0), shape),
            1 => shape.Length == 0 ? DataArray.Of(Integer(random)) : DataArray.Of(Many(count, () => Integer(random)), shape),
            2 => shape.Length == 0 ? DataArray.Of(Real(random)) : DataArray.Of(Many(count, () => Real(random)), shape),
            _ => shape.Length != 1 ? DataArray.Of(Texts[random.Next(Texts.Length)]) : DataArray.Of(Many(count, () => Texts[random.Next(Texts.Length)]), shape),
        };
    }

    private static T[] Many<T>(int count, Func<T> value) => [.. Enumerable.Range(0, count).Select(_ => value())];

    private static double Real(Random random) => random.Next(3) switch
    {
        0 => Reals[random.Next(Reals.Length)],
        1 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any : 1,
        _ => (random.NextDouble() - 0.5) * 20,
    };

    private static long Integer(Random random) => random.Next(4) switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => 0, _ => random.NextInt64(-1000, 1000) };
}

namespace MaceSharp.Atoms.Tests;

/// <summary>Compares structures to the last bit.</summary>
internal static class StructureAssert
{
    public static void Identical(Structure expected, Structure actual)
    {
        Assert.Equal(expected.AtomicNumbers.ToArray(), actual.AtomicNumbers.ToArray());
        for (int i = 0; i < expected.Count; i++) { Identical(expected.Positions[i], actual.Positions[i]); }
        for (int i = 0; i < 3; i++) { Identical(expected.Cell[i], actual.Cell[i]); }
        Assert.Equal(expected.Periodicity, actual.Periodicity);
        Identical(expected.Info, actual.Info);
        Identical(expected.Arrays, actual.Arrays);
    }

    public static void Identical(string key, DataArray expected, DataArray actual)
    {
        Assert.True(expected.Kind == actual.Kind, $"{key}: {expected.Kind} became {actual.Kind}");
        Assert.Equal(expected.Shape, actual.Shape);
        switch (expected.Kind)
        {
            case DataKind.Boolean: Assert.Equal(expected.Booleans.ToArray(), actual.Booleans.ToArray()); break;
            case DataKind.Integer: Assert.Equal(expected.Integers.ToArray(), actual.Integers.ToArray()); break;
            case DataKind.Real:
                for (int i = 0; i < expected.Count; i++) { Identical(expected.Reals[i], actual.Reals[i]); }
                break;
            default: Assert.Equal(expected.Texts.ToArray(), actual.Texts.ToArray()); break;
        }
    }

    private static void Identical(OrderedDictionary<string, DataArray> expected, OrderedDictionary<string, DataArray> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string key, DataArray value) in expected) { Identical(key, value, actual[key]); }
    }

    private static void Identical(Vector3D expected, Vector3D actual)
    {
        Identical(expected.X, actual.X);
        Identical(expected.Y, actual.Y);
        Identical(expected.Z, actual.Z);
    }

    private static void Identical(double expected, double actual) =>
        Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual) || (double.IsNaN(expected) && double.IsNaN(actual)), $"{expected:R} became {actual:R}");
}

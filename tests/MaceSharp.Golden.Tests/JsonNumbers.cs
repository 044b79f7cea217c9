using System.Runtime.InteropServices;
using System.Text.Json;
using MaceSharp.Atoms;

namespace MaceSharp.Golden.Tests;

/// <summary>Numbers out of nested JSON arrays.</summary>
internal static class JsonNumbers
{
    /// <summary>All numbers of an array of any depth, row-major.</summary>
    public static double[] ToNumbers(this JsonElement element)
    {
        List<double> numbers = [];
        Collect(element, numbers);
        return [.. numbers];
    }

    /// <summary>An array of triples.</summary>
    public static Vector3D[] ToVectors(this JsonElement element) => MemoryMarshal.Cast<double, Vector3D>(element.ToNumbers()).ToArray();

    /// <summary>The components of vectors, row-major.</summary>
    public static double[] ToNumbers(this ReadOnlySpan<Vector3D> vectors) => MemoryMarshal.Cast<Vector3D, double>(vectors).ToArray();

    /// <summary>The elements of matrices, row-major.</summary>
    public static double[] ToNumbers(this ReadOnlySpan<Matrix3> matrices) => MemoryMarshal.Cast<Matrix3, double>(matrices).ToArray();

    private static void Collect(JsonElement element, List<double> numbers)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray()) { Collect(item, numbers); }
        }
        else
        {
            numbers.Add(element.GetDouble());
        }
    }
}

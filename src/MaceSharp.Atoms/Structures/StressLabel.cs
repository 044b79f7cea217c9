namespace MaceSharp.Atoms;

/// <summary>Stresses and virials as they stand in files: nine numbers or six.</summary>
public static class StressLabel
{
    /// <summary>Reads a tensor from nine numbers, row by row (flat or 3×3), or from six in Voigt order xx yy zz yz xz xy.</summary>
    /// <param name="value">An entry of <see cref="Structure.Info"/>.</param>
    /// <param name="tensor">The tensor in the unit of the numbers.</param>
    /// <returns>False if it is not nine or six numbers.</returns>
    public static bool TryRead(DataArray value, out Matrix3 tensor)
    {
        ArgumentNullException.ThrowIfNull(value);
        tensor = default;
        bool shaped = value.Shape.Count == 1 || (value.Shape.Count == 2 && value.Shape[0] == 3 && value.Shape[1] == 3);
        if (!shaped || value.Count is not (6 or 9) || !value.TryGetNumbers(out double[] n)) { return false; }
        tensor = n.Length == 9
            ? new(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8])
            : new(n[0], n[5], n[4], n[5], n[1], n[3], n[4], n[3], n[2]);
        return true;
    }

    /// <summary>The entry for a tensor: 3×3 numbers.</summary>
    /// <param name="tensor">The tensor.</param>
    public static DataArray Of(Matrix3 tensor) => DataArray.Of(
        [tensor[0, 0], tensor[0, 1], tensor[0, 2], tensor[1, 0], tensor[1, 1], tensor[1, 2], tensor[2, 0], tensor[2, 1], tensor[2, 2]], 3, 3);
}

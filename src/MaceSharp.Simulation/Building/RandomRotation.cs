using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Random numbers and rotations.</summary>
internal static class RandomRotation
{
    /// <summary>A normally distributed number (G. E. P. Box and M. E. Muller, Ann. Math. Stat. 29, 610 (1958)).</summary>
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>A rotation uniform over all rotations: a unit quaternion uniform on its sphere (G. Marsaglia, Ann. Math. Stat. 43, 645 (1972)).</summary>
    public static Matrix3 Uniform(Random random)
    {
        double w, x, y, z, norm;
        do
        {
            (w, x, y, z) = (Normal(random), Normal(random), Normal(random), Normal(random));
            norm = Math.Sqrt((w * w) + (x * x) + (y * y) + (z * z));
        }
        while (norm < 1e-6);
        (w, x, y, z) = (w / norm, x / norm, y / norm, z / norm);
        return new Matrix3(
            1 - (2 * ((y * y) + (z * z))), 2 * ((x * y) + (w * z)), 2 * ((x * z) - (w * y)),
            2 * ((x * y) - (w * z)), 1 - (2 * ((x * x) + (z * z))), 2 * ((y * z) + (w * x)),
            2 * ((x * z) + (w * y)), 2 * ((y * z) - (w * x)), 1 - (2 * ((x * x) + (y * y))));
    }

    /// <summary>Turns a vector about an axis by the length of the axis, radians (Rodrigues' formula).</summary>
    public static Vector3D Turn(Vector3D vector, Vector3D rotation)
    {
        double angle = rotation.Norm;
        if (angle < 1e-300) { return vector; }
        Vector3D axis = rotation / angle;
        (double sin, double cos) = Math.SinCos(angle);
        return (cos * vector) + (sin * Vector3D.Cross(axis, vector)) + ((1 - cos) * Vector3D.Dot(axis, vector) * axis);
    }
}

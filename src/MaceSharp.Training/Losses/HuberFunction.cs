using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>The Huber function of PyTorch: ½d² up to δ, δ(|d| − ½δ) beyond.</summary>
internal static class HuberFunction
{
    /// <summary>Value and derivative.</summary>
    public static (double Value, double Slope) Evaluate(double difference, double delta)
    {
        double size = Math.Abs(difference);
        return size <= delta ? (0.5 * difference * difference, difference) : (delta * (size - (0.5 * delta)), Math.CopySign(delta, difference));
    }

    /// <summary>Sum of the values of three components, and their derivatives.</summary>
    public static (double Value, Vector3D Slope) Evaluate(Vector3D difference, double delta)
    {
        (double x, double dx) = Evaluate(difference.X, delta);
        (double y, double dy) = Evaluate(difference.Y, delta);
        (double z, double dz) = Evaluate(difference.Z, delta);
        return (x + y + z, new Vector3D(dx, dy, dz));
    }

    /// <summary>Sum of the values of nine components, and their derivatives.</summary>
    public static (double Value, Matrix3 Slope) Evaluate(Matrix3 difference, double delta)
    {
        (double a, Vector3D da) = Evaluate(difference.Row0, delta);
        (double b, Vector3D db) = Evaluate(difference.Row1, delta);
        (double c, Vector3D dc) = Evaluate(difference.Row2, delta);
        return (a + b + c, new Matrix3(da, db, dc));
    }
}

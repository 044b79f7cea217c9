namespace MaceSharp.Atoms;

/// <summary>A cell by its lengths and angles, which fix it up to rotation and reflection.</summary>
/// <param name="A">Length of a, Å.</param>
/// <param name="B">Length of b, Å.</param>
/// <param name="C">Length of c, Å.</param>
/// <param name="Alpha">Angle between b and c, degrees.</param>
/// <param name="Beta">Angle between a and c, degrees.</param>
/// <param name="Gamma">Angle between a and b, degrees.</param>
internal readonly record struct CellParameters(double A, double B, double C, double Alpha, double Beta, double Gamma)
{
    /// <summary>The lengths and angles of a cell.</summary>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    public static CellParameters Of(Matrix3 cell) => new(
        cell.Row0.Norm,
        cell.Row1.Norm,
        cell.Row2.Norm,
        Angle(cell.Row1, cell.Row2),
        Angle(cell.Row0, cell.Row2),
        Angle(cell.Row0, cell.Row1));

    /// <summary>The right-handed cell with a along x and b in the upper half of the xy plane.</summary>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <returns>Whether a cell with a volume has these lengths and angles.</returns>
    public bool TryToMatrix(out Matrix3 cell)
    {
        double cosAlpha = Cosine(Alpha), cosBeta = Cosine(Beta), cosGamma = Cosine(Gamma);
        double sinGamma = Gamma == 90 ? 1 : Math.Sin(Gamma * Math.PI / 180);
        double cy = (cosAlpha - (cosBeta * cosGamma)) / sinGamma;
        double cz = Math.Sqrt(1 - (cosBeta * cosBeta) - (cy * cy));
        cell = new Matrix3(A, 0, 0, B * cosGamma, B * sinGamma, 0, C * cosBeta, C * cy, C * cz);
        return A > 0 && B > 0 && C > 0
            && Math.Min(Alpha, Math.Min(Beta, Gamma)) > 0 && Math.Max(Alpha, Math.Max(Beta, Gamma)) < 180
            && cell.IsFinite && WritableStructure.HasVolume(cell);
    }

    /// <summary>Exact where crystals have their angles, so that an orthogonal cell has zeros.</summary>
    private static double Cosine(double degrees) => degrees switch
    {
        90 => 0,
        60 => 0.5,
        120 => -0.5,
        _ => Math.Cos(degrees * Math.PI / 180),
    };

    /// <summary>The angle of two vectors by their half-angle, accurate at every angle (W. Kahan, How futile are mindless assessments of roundoff, 2006, §12).</summary>
    private static double Angle(Vector3D u, Vector3D v)
    {
        if (Vector3D.Dot(u, v) == 0) { return 90; }
        u = u / u.Norm;
        v = v / v.Norm;
        return 360 / Math.PI * Math.Atan2((u - v).Norm, (u + v).Norm);
    }
}

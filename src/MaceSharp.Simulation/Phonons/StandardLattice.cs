using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The Bravais lattice of a crystal with the primitive cell, the points and the path of W. Setyawan and S. Curtarolo, Comput. Mater. Sci. 49, 299 (2010).</summary>
internal sealed class StandardLattice
{
    private readonly Dictionary<string, Vector3D> _points;
    private readonly Matrix3 _basis;

    private StandardLattice(string name, Matrix3 basis, string path, string convention, params (string Label, double X, double Y, double Z)[] points)
    {
        Name = name;
        _basis = basis;
        Path = path;
        Convention = convention;
        _points = points.ToDictionary(static p => p.Label, static p => new Vector3D(p.X, p.Y, p.Z));
        _points["Γ"] = default;
    }

    /// <summary>Name of the lattice in that paper.</summary>
    public string Name { get; }

    /// <summary>The path with G for Γ, commas where it jumps.</summary>
    public string Path { get; }

    /// <summary>Where the names come from.</summary>
    public string Convention { get; }

    /// <summary>All names, for messages.</summary>
    public string AllLabels => string.Join(", ", _points.Keys.Order(StringComparer.Ordinal));

    /// <summary>Whether the lattice has a point of this name.</summary>
    public bool Has(string label) => _points.ContainsKey(label);

    /// <summary>A point in fractions of the reciprocal vectors of a primitive cell of the same lattice.</summary>
    public BandPoint Point(string label, Matrix3 primitiveCell)
    {
        Vector3D cartesian = _points[label] * _basis.Inverse().Transposed;
        return new(label, cartesian * primitiveCell.Transposed);
    }

    /// <summary>Finds the lattice from the rotations of the crystal.</summary>
    public static StandardLattice Of(SpaceGroup group)
    {
        Lattice lattice = new(group);
        return group.PointGroup.System switch
        {
            CrystalSystem.Cubic => Cubic(lattice),
            CrystalSystem.Tetragonal => Tetragonal(lattice),
            CrystalSystem.Orthorhombic => Orthorhombic(lattice),
            CrystalSystem.Hexagonal or CrystalSystem.Trigonal => Hexagonal(lattice),
            CrystalSystem.Monoclinic => Monoclinic(lattice),
            _ => General(lattice, "triclinic"),
        };
    }

    private const string Source = "Setyawan and Curtarolo 2010";

    private static StandardLattice Cubic(Lattice lattice)
    {
        Vector3D[] axes = lattice.Axes(4);
        if (axes.Length < 3) { axes = lattice.Axes(2); }
        Vector3D a = lattice.Along(axes[0]), b = lattice.Along(axes[1]), c = lattice.Along(axes[2]);
        switch (lattice.Cells(a, b, c))
        {
            case 1:
                return new("CUB", new(a, b, c), "GXMGRX,MR", Source, ("X", 0, 0.5, 0), ("M", 0.5, 0.5, 0), ("R", 0.5, 0.5, 0.5));
            case 2:
                return new("BCC", Body(a, b, c), "GHNGPH,PN", Source, ("H", 0.5, -0.5, 0.5), ("P", 0.25, 0.25, 0.25), ("N", 0, 0, 0.5));
            default:
                return new("FCC", Face(a, b, c), "GXWKGLUWLK,UX", Source, ("X", 0.5, 0, 0.5), ("W", 0.5, 0.25, 0.75), ("K", 0.375, 0.375, 0.75), ("L", 0.5, 0.5, 0.5), ("U", 0.625, 0.25, 0.625));
        }
    }

    private static StandardLattice Tetragonal(Lattice lattice)
    {
        Vector3D c = lattice.Along(lattice.Axes(4)[0]);
        Vector3D a = lattice.Perpendicular(c)[0];
        Vector3D b = Vector3D.Cross(c, a) / c.Norm;
        if (lattice.Cells(a, b, c) == 1)
        {
            return new("TET", new(a, b, c), "GXMGZRAZ,XR,MA", Source, ("A", 0.5, 0.5, 0.5), ("M", 0.5, 0.5, 0), ("R", 0, 0.5, 0.5), ("X", 0, 0.5, 0), ("Z", 0, 0, 0.5));
        }

        double ratio = c.Norm * c.Norm / (a.Norm * a.Norm);
        if (ratio < 1)
        {
            double eta = (1 + ratio) / 4;
            return new("BCT1", Body(a, b, c), "GXMGZPNZ1M,XP", Source, ("M", -0.5, 0.5, 0.5), ("N", 0, 0.5, 0), ("P", 0.25, 0.25, 0.25), ("X", 0, 0, 0.5), ("Z", eta, eta, -eta), ("Z1", -eta, 1 - eta, eta));
        }

        double e = (1 + (1 / ratio)) / 4, zeta = 1 / (2 * ratio);
        return new("BCT2", Body(a, b, c), "GXYSGZS1NPY1Z,XP", Source, ("N", 0, 0.5, 0), ("P", 0.25, 0.25, 0.25), ("S", -e, e, e), ("S1", e, 1 - e, -e), ("X", 0, 0, 0.5), ("Y", -zeta, zeta, 0.5), ("Y1", 0.5, 0.5, -zeta), ("Z", 0.5, 0.5, -0.5));
    }

    private static StandardLattice Orthorhombic(Lattice lattice)
    {
        Vector3D[] v = [.. lattice.Axes(2).Select(lattice.Along).OrderBy(static x => x.Norm)];
        (double aa, double bb, double cc) = (Square(v[0]), Square(v[1]), Square(v[2]));
        switch (lattice.Cells(v[0], v[1], v[2]))
        {
            case 1:
                return new("ORC", new(v[0], v[1], v[2]), "GXSYGZURTZ,YT,UX,SR", Source, ("R", 0.5, 0.5, 0.5), ("S", 0.5, 0.5, 0), ("T", 0, 0.5, 0.5), ("U", 0.5, 0, 0.5), ("X", 0.5, 0, 0), ("Y", 0, 0.5, 0), ("Z", 0, 0, 0.5));
            case 4:
                return FaceOrthorhombic(v, aa, bb, cc);
            case 2 when lattice.Contains(0.5 * (v[0] + v[1] + v[2])):
                double zeta = (1 + (aa / cc)) / 4, eta = (1 + (bb / cc)) / 4, delta = (bb - aa) / (4 * cc), mu = (aa + bb) / (4 * cc);
                return new("ORCI", Body(v[0], v[1], v[2]), "GXLTWRX1ZGYSW,L1Y,Y1Z", Source, ("L", -mu, mu, 0.5 - delta), ("L1", mu, -mu, 0.5 + delta), ("L2", 0.5 - delta, 0.5 + delta, -mu), ("R", 0, 0.5, 0), ("S", 0.5, 0, 0), ("T", 0, 0, 0.5), ("W", 0.25, 0.25, 0.25), ("X", -zeta, zeta, zeta), ("X1", zeta, 1 - zeta, -zeta), ("Y", eta, -eta, eta), ("Y1", 1 - eta, eta, -eta), ("Z", 0.5, 0.5, -0.5));
        }

        // Base-centred: the axis that is not in the centred face is c.
        int axis = Enumerable.Range(0, 3).First(k => lattice.Contains(0.5 * (v[(k + 1) % 3] + v[(k + 2) % 3])));
        Vector3D[] plane = [.. new[] { v[(axis + 1) % 3], v[(axis + 2) % 3] }.OrderBy(static x => x.Norm)];
        double z = (1 + (Square(plane[0]) / Square(plane[1]))) / 4;
        return new("ORCC", new(0.5 * (plane[0] - plane[1]), 0.5 * (plane[0] + plane[1]), v[axis]), "GXSRAZGYX1A1TY,ZT", Source, ("A", z, z, 0.5), ("A1", -z, 1 - z, 0.5), ("R", 0, 0.5, 0.5), ("S", 0, 0.5, 0), ("T", -0.5, 0.5, 0.5), ("X", z, z, 0), ("X1", -z, 1 - z, 0), ("Y", -0.5, 0.5, 0), ("Z", 0, 0, 0.5));
    }

    private static StandardLattice FaceOrthorhombic(Vector3D[] v, double aa, double bb, double cc)
    {
        Matrix3 basis = Face(v[0], v[1], v[2]);
        double excess = (1 / aa) - (1 / bb) - (1 / cc);
        if (excess > -1e-9)
        {
            double zeta = (1 + (aa / bb) - (aa / cc)) / 4, eta = (1 + (aa / bb) + (aa / cc)) / 4;
            bool equal = excess < 1e-9;
            return new(equal ? "ORCF3" : "ORCF1", basis, equal ? "GYTZGXA1Y,XAZ,LG" : "GYTZGXA1Y,TX1,XAZ,LG", Source, ("A", 0.5, 0.5 + zeta, zeta), ("A1", 0.5, 0.5 - zeta, 1 - zeta), ("L", 0.5, 0.5, 0.5), ("T", 1, 0.5, 0.5), ("X", 0, eta, eta), ("X1", 1, 1 - eta, 1 - eta), ("Y", 0.5, 0, 0.5), ("Z", 0.5, 0.5, 0));
        }

        double e = (1 + (aa / bb) - (aa / cc)) / 4, phi = (1 + (cc / bb) - (cc / aa)) / 4, delta = (1 + (bb / aa) - (bb / cc)) / 4;
        return new("ORCF2", basis, "GYCDXGZD1HC,C1Z,XH1,HY,LG", Source, ("C", 0.5, 0.5 - e, 1 - e), ("C1", 0.5, 0.5 + e, e), ("D", 0.5 - delta, 0.5, 1 - delta), ("D1", 0.5 + delta, 0.5, delta), ("L", 0.5, 0.5, 0.5), ("H", 1 - phi, 0.5 - phi, 0.5), ("H1", phi, 0.5 + phi, 0.5), ("X", 0, 0.5, 0.5), ("Y", 0.5, 0, 0.5), ("Z", 0.5, 0.5, 0));
    }

    private static StandardLattice Hexagonal(Lattice lattice)
    {
        Vector3D axis = lattice.Axes(3)[0];
        Vector3D c = lattice.Along(axis);
        Vector3D a = lattice.Perpendicular(c)[0];
        Vector3D turned = (-0.5 * a) + (Math.Sqrt(0.75) * Vector3D.Cross(c, a) / c.Norm);
        if (lattice.Cells(a, turned, c) == 1)
        {
            return new("HEX", new(a, turned, c), "GMKGALHA,LM,KH", Source, ("A", 0, 0, 0.5), ("H", 1.0 / 3, 1.0 / 3, 0.5), ("K", 1.0 / 3, 1.0 / 3, 0), ("L", 0.5, 0, 0.5), ("M", 0.5, 0, 0));
        }

        // Rhombohedral: the shortest vector that climbs a third of c, and its images under the threefold axis.
        Vector3D unit = c / c.Norm;
        Vector3D first = lattice.Vectors.First(v => Math.Abs(Vector3D.Dot(v, unit) - (c.Norm / 3)) < 1e-3 * c.Norm);
        Vector3D up = Vector3D.Dot(first, unit) * unit, flat = first - up, side = Vector3D.Cross(unit, flat);
        Vector3D second = up - (0.5 * flat) + (Math.Sqrt(0.75) * side), third = up - (0.5 * flat) - (Math.Sqrt(0.75) * side);
        Matrix3 basis = new(first, second, third);
        double cos = Vector3D.Dot(first, second) / Square(first);
        if (cos > 0)
        {
            double eta = (1 + (4 * cos)) / (2 + (4 * cos)), nu = 0.75 - (eta / 2);
            return new("RHL1", basis, "GLB1,BZGX,QFP1Z,LP", Source, ("B", eta, 0.5, 1 - eta), ("B1", 0.5, 1 - eta, eta - 1), ("F", 0.5, 0.5, 0), ("L", 0.5, 0, 0), ("L1", 0, 0, -0.5), ("P", eta, nu, nu), ("P1", 1 - nu, 1 - nu, 1 - eta), ("P2", nu, nu, eta - 1), ("Q", 1 - nu, nu, 0), ("X", nu, 0, -nu), ("Z", 0.5, 0.5, 0.5));
        }

        double tan = Math.Tan(Math.Acos(cos) / 2), e = 1 / (2 * tan * tan), n = 0.75 - (e / 2);
        return new("RHL2", basis, "GPZQGFP1Q1LZ", Source, ("F", 0.5, -0.5, 0), ("L", 0.5, 0, 0), ("P", 1 - n, -n, 1 - n), ("P1", n, n - 1, n - 1), ("Q", e, e, e), ("Q1", 1 - e, -e, -e), ("Z", 0.5, -0.5, 0.5));
    }

    private static StandardLattice Monoclinic(Lattice lattice)
    {
        // In the paper the unique axis is a, and b ≤ c with an acute angle between them.
        Vector3D a = lattice.Along(lattice.Axes(2)[0]);
        Vector3D[] plane = lattice.Perpendicular(a);
        Vector3D b = plane[0], c = plane.First(v => Vector3D.Cross(v, b).Norm > 1e-3 * b.Norm * v.Norm);
        if (lattice.Cells(a, b, c) != 1) { return General(lattice, "MCLC"); }
        if (Vector3D.Dot(b, c) < 0) { c = -c; }
        double cos = Vector3D.Dot(b, c) / (b.Norm * c.Norm);
        double eta = (1 - (b.Norm * cos / c.Norm)) / (2 * (1 - (cos * cos))), nu = 0.5 - (eta * c.Norm * cos / b.Norm);
        return new("MCL", new(a, b, c), "GYHCEM1AXH1,MDZ,YD", Source, ("A", 0.5, 0.5, 0), ("C", 0, 0.5, 0.5), ("D", 0.5, 0, 0.5), ("D1", 0.5, 0, -0.5), ("E", 0.5, 0.5, 0.5), ("H", 0, eta, 1 - nu), ("H1", 0, 1 - eta, nu), ("H2", 0, eta, -nu), ("M", 0.5, eta, 1 - nu), ("M1", 0.5, 1 - eta, nu), ("M2", 0.5, eta, -nu), ("X", 0, 0.5, 0), ("Y", 0, 0, 0.5), ("Y1", 0, 0, -0.5), ("Z", 0.5, 0, 0));
    }

    private static StandardLattice General(Lattice lattice, string name) => new(
        name, lattice.Primitive, "XGY,LGZ,NGM,RG", "halves of the reduced reciprocal vectors", ("L", 0.5, 0.5, 0), ("M", 0, 0.5, 0.5), ("N", 0.5, 0, 0.5), ("R", 0.5, 0.5, 0.5), ("X", 0.5, 0, 0), ("Y", 0, 0.5, 0), ("Z", 0, 0, 0.5));

    private static Matrix3 Body(Vector3D a, Vector3D b, Vector3D c) => new(0.5 * (b + c - a), 0.5 * (a + c - b), 0.5 * (a + b - c));

    private static Matrix3 Face(Vector3D a, Vector3D b, Vector3D c) => new(0.5 * (b + c), 0.5 * (a + c), 0.5 * (a + b));

    private static double Square(Vector3D v) => Vector3D.Dot(v, v);

    /// <summary>Short vectors of a primitive lattice, and the axes of the rotations that keep it.</summary>
    private sealed class Lattice
    {
        private readonly SpaceGroup _group;

        public Lattice(SpaceGroup group)
        {
            _group = group;
            Primitive = LatticeReduction.Reduce(group.PrimitiveCell);
            List<Vector3D> vectors = [];
            for (int a = -4; a <= 4; a++)
            {
                for (int b = -4; b <= 4; b++)
                {
                    for (int c = -4; c <= 4; c++) { vectors.Add(new Vector3D(a, b, c) * Primitive); }
                }
            }

            Vectors = [.. vectors.Where(static v => v.Norm > 0).OrderBy(static v => Math.Round(v.Norm, 6))];
        }

        public Matrix3 Primitive { get; }

        /// <summary>Lattice vectors, shortest first.</summary>
        public Vector3D[] Vectors { get; }

        /// <summary>Directions of the axes of rotations and rotoinversions of an order; a mirror has the order 2.</summary>
        public Vector3D[] Axes(int order)
        {
            List<Vector3D> axes = [];
            for (int i = 0; i < _group.CrystalRotations.Count; i++)
            {
                if (Math.Abs(PointGroup.Fold(_group.PrimitiveRotations[i])) != order) { continue; }

                // The axis is what the proper part keeps: a column of the sum of its powers.
                Matrix3 q = _group.PrimitiveRotations[i].Determinant * _group.CrystalRotations[i];
                Matrix3 sum = Matrix3.Identity, power = Matrix3.Identity;
                for (int k = 1; k < order; k++)
                {
                    power *= q;
                    sum += power;
                }

                Vector3D axis = new[] { sum.Row0, sum.Row1, sum.Row2 }.MaxBy(static r => r.Norm);
                axis /= axis.Norm;
                if (!axes.Any(other => Vector3D.Cross(other, axis).Norm < 1e-3)) { axes.Add(axis); }
            }

            return [.. axes];
        }

        /// <summary>The shortest lattice vector along a direction.</summary>
        public Vector3D Along(Vector3D direction) => Vectors.First(v => Vector3D.Cross(v, direction).Norm < 1e-3 * v.Norm && Vector3D.Dot(v, direction) > 0);

        /// <summary>Lattice vectors perpendicular to another, shortest first.</summary>
        public Vector3D[] Perpendicular(Vector3D vector) => [.. Vectors.Where(v => Math.Abs(Vector3D.Dot(v, vector)) < 1e-3 * v.Norm * vector.Norm)];

        /// <summary>Number of primitive cells in a cell.</summary>
        public int Cells(Vector3D a, Vector3D b, Vector3D c) => (int)Math.Round(Math.Abs(new Matrix3(a, b, c).Determinant / Primitive.Determinant));

        /// <summary>Whether a vector is one of the lattice.</summary>
        public bool Contains(Vector3D v)
        {
            Vector3D s = v * Primitive.Inverse();
            return SiteIndex.Nearest(s).Norm < 1e-2;
        }
    }
}

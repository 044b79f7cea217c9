using System.Globalization;

namespace MaceSharp.Atoms.Tests.Formats;

/// <summary>What the tests of the crystal formats share: reading texts, densities, distances, equality up to rotation and lattice translations.</summary>
internal static class Crystal
{
    public static Structure ReadCif(string text) => CifFormat.Read(new StringReader(text), "test.cif").Single();

    public static Structure ReadPoscar(string text) => PoscarFormat.Read(new StringReader(text), "POSCAR").Single();

    public static Structure ReadLammps(string text) => LammpsDataFormat.Read(new StringReader(text), "test.data").Single();

    public static string Write(Action<TextWriter, Structure> write, Structure structure)
    {
        StringWriter writer = new(CultureInfo.InvariantCulture);
        write(writer, structure);
        return writer.ToString();
    }

    public static double Density(Structure structure)
    {
        double mass = 0;
        foreach (int z in structure.AtomicNumbers) { mass += Elements.Mass(z); }
        return mass / structure.Volume / Units.GramPerCubicCentimetre;
    }

    /// <summary>Distances from an atom to all images of atoms of an element, ascending, over two cells in every direction.</summary>
    public static double[] Distances(Structure structure, int atom, int element)
    {
        List<double> distances = [];
        for (int j = 0; j < structure.Count; j++)
        {
            if (structure.AtomicNumbers[j] != element) { continue; }
            for (int image = 0; image < 125; image++)
            {
                Vector3D shift = new Vector3D((image % 5) - 2, (image / 5 % 5) - 2, (image / 25) - 2) * structure.Cell;
                double distance = (structure.Positions[j] + shift - structure.Positions[atom]).Norm;
                if (distance > 1e-6) { distances.Add(distance); }
            }
        }

        distances.Sort();
        return [.. distances];
    }

    /// <summary>Same metric tensor, and the same atoms in the same order at the same fractional coordinates up to integers.</summary>
    public static void AssertSame(Structure expected, Structure actual, double tolerance = 1e-9, bool ordered = true)
    {
        Assert.Equal(expected.Count, actual.Count);
        double[] metric = (expected.Cell * expected.Cell.Transposed).ToArray();
        double[] other = (actual.Cell * actual.Cell.Transposed).ToArray();
        for (int i = 0; i < 9; i++) { Assert.InRange(other[i] - metric[i], -100 * tolerance, 100 * tolerance); }

        Matrix3 inverse = expected.Cell.Inverse(), otherInverse = actual.Cell.Inverse();
        HashSet<int> taken = [];
        for (int i = 0; i < expected.Count; i++)
        {
            Vector3D place = expected.Positions[i] * inverse;
            int match = -1;
            for (int j = ordered ? i : 0; j < (ordered ? i + 1 : actual.Count); j++)
            {
                Vector3D d = (actual.Positions[j] * otherInverse) - place;
                d = new Vector3D(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z));
                if ((d * expected.Cell).Norm <= tolerance && expected.AtomicNumbers[i] == actual.AtomicNumbers[j] && taken.Add(j)) { match = j; break; }
            }

            Assert.True(match >= 0, $"Atom {i + 1} ({Elements.Symbol(expected.AtomicNumbers[i])} at {place}) has no counterpart.");
        }
    }

    /// <summary>A crystal without symmetry: a skew cell, atoms inside and outside it, some coordinates awkward.</summary>
    public static Structure Triclinic(bool leftHanded = false)
    {
        Matrix3 cell = new(4.1, 0.3, -0.2, -1.7, 5.2, 0.4, 0.9, -2.6, leftHanded ? -6.3 : 6.3);
        return new Structure(
            [6, 1, 1, 8, 6],
            [new(0.1, 0.2, 0.3), new(1 / 3.0, -0.7, 2.2e-7), new(9.25, 1.5, -3.75), new(2, 2, 2), new(-1e-3, 4.5, Math.PI)],
            cell,
            Periodicity.All);
    }
}

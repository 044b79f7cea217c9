using System.Globalization;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests.Formats;

/// <summary>Files that ASE writes are read, and files that are written are read by ASE, with the same atoms.</summary>
public sealed class AseComparisonTests
{
    /// <summary>Prints or writes structures; a line of exchange holds an atomic number, position and velocity, or the word cell and a lattice vector.</summary>
    private const string Script = """
        import sys
        import numpy as np
        from ase import Atoms, units
        from ase.io import read
        from ase.io.lammpsdata import write_lammps_data
        mode, format, path = sys.argv[1:4]
        numbers = [int(z) for z in sys.argv[4:]]
        if mode == 'read':
            kw = dict(style='atomic', Z_of_type=dict(enumerate(numbers, 1)), sort_by_id=True) if format == 'lammps-data' else {}
            if format == 'lammps-data':
                from ase.io.lammpsdata import read_lammps_data
                atoms = read_lammps_data(path, **kw)
            else:
                atoms = read(path, format=format)
            for row in atoms.cell: print('cell', *map(repr, map(float, row)))
            velocities = atoms.get_velocities() * units.fs if atoms.has('momenta') else [(0, 0, 0)] * len(atoms)
            for z, r, v in zip(atoms.numbers, atoms.positions, velocities): print(z, *map(repr, map(float, [*r, *v])))
        else:
            rows = [line.split() for line in open(path)]
            cell = [list(map(float, r[1:4])) for r in rows if r[0] == 'cell']
            rows = [r for r in rows if r[0] != 'cell']
            atoms = Atoms([int(r[0]) for r in rows], [list(map(float, r[1:4])) for r in rows], cell=cell, pbc=True)
            atoms.set_velocities(np.array([list(map(float, r[4:7])) for r in rows]) / units.fs)
            if format == 'lammps-data':
                write_lammps_data(path, atoms, velocities=True)
                text = open(path).read()
                masses = ''.join(f'{t} {atoms[atoms.get_chemical_symbols().index(s)].mass} # {s}\n' for t, s in enumerate(sorted(set(atoms.get_chemical_symbols())), 1))
                open(path, 'w').write(text.replace('Atoms \n', 'Masses\n\n' + masses + '\nAtoms # atomic\n'))
            else:
                atoms.write(path, format=format)
        """;

    public static TheoryData<string> Cifs => ["urea", "quartz", "salt", "diamond", "magnesium", "two-blocks"];

    [AseTheory]
    [MemberData(nameof(Cifs))]
    public void CifsAreReadAlike(string name)
    {
        string text = name switch
        {
            "urea" => KnownCrystals.Urea,
            "quartz" => KnownCrystals.Quartz,
            "salt" => KnownCrystals.RockSalt,
            "diamond" => KnownCrystals.Diamond.Replace(" :2", "", StringComparison.Ordinal),
            "magnesium" => KnownCrystals.Magnesium.Replace("0.333 0.667", "0.333333 0.666667", StringComparison.Ordinal),
            _ => "data_a\n" + Crystal.Write(static (w, s) => CifFormat.Write(w, s), Crystal.Triclinic()),
        };
        using TemporaryFolder folder = new();
        Crystal.AssertSame(AseRead("cif", folder.Write("a.cif", text)), CifFormat.Read(new StringReader(text), name).Last(), 1e-5, ordered: false);
    }

    [AseTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void WrittenFilesAreReadByAse(bool leftHanded)
    {
        Structure structure = WithVelocities(leftHanded);
        using TemporaryFolder folder = new();
        Structure read = AseRead("vasp", folder.Write("POSCAR", Crystal.Write(PoscarFormat.Write, structure)));
        Crystal.AssertSame(structure, read, 1e-12);
        Assert.Equal(structure.Cell, read.Cell);

        string text = Crystal.Write(static (w, s) => CifFormat.Write(w, s), structure);
        Crystal.AssertSame(Crystal.ReadCif(text), AseRead("cif", folder.Write("a.cif", text)), 1e-10);

        text = Crystal.Write(LammpsDataFormat.Write, structure);
        read = AseRead("lammps-data", folder.Write("a.data", text), 6, 1, 8); // types in alphabetic order: C, H, O
        Structure ours = Crystal.ReadLammps(text);
        Crystal.AssertSame(ours, read, 1e-12);
        AssertVelocities(ours, read);
    }

    [AseTheory]
    [InlineData("vasp")]
    [InlineData("cif")]
    [InlineData("lammps-data")]
    public void FilesOfAseAreRead(string format)
    {
        foreach (Structure structure in new[] { WithVelocities(false), Crystal.ReadCif(KnownCrystals.Quartz), Crystal.ReadCif(KnownCrystals.Urea) })
        {
            using TemporaryFolder folder = new();
            string path = AseWrite(format, folder, structure);
            string text = File.ReadAllText(path);
            Structure read = format switch
            {
                "vasp" => Crystal.ReadPoscar(text),
                "cif" => Crystal.ReadCif(text),
                _ => Crystal.ReadLammps(text),
            };

            // ASE writes CIF coordinates with five decimals. Its LAMMPS box may be another one of the same lattice, so there ASE's own reading decides.
            int[] types = [.. structure.AtomicNumbers.ToArray().Distinct().OrderBy(Elements.Symbol, StringComparer.Ordinal)];
            Structure expected = format == "lammps-data" ? AseRead(format, path, types) : structure;
            Crystal.AssertSame(expected, read, format == "cif" ? 1e-3 : 1e-10);
            if (format == "lammps-data") { AssertVelocities(expected, read); }
        }
    }

    private static Structure WithVelocities(bool leftHanded)
    {
        Structure structure = Crystal.Triclinic(leftHanded);
        structure.Arrays.Add("velocities", DataArray.Of([.. Enumerable.Range(0, 15).Select(static i => 0.01 * Math.Sin(i))], 5, 3));
        return structure;
    }

    private static void AssertVelocities(Structure expected, Structure actual)
    {
        double[] a = expected.Arrays.TryGetValue("velocities", out DataArray? e) ? e.Reals.ToArray() : new double[3 * expected.Count];
        double[] b = actual.Arrays.TryGetValue("velocities", out DataArray? v) ? v.Reals.ToArray() : new double[3 * expected.Count];
        for (int i = 0; i < a.Length; i++) { Assert.Equal(a[i], b[i], 1e-12); }
    }

    private static Structure AseRead(string format, string path, params int[] types)
    {
        List<int> numbers = [];
        List<Vector3D> positions = [], cell = [];
        List<double> velocities = [];
        string output = Ase.Run(Script, ["read", format, path, .. types.Select(static t => t.ToString(CultureInfo.InvariantCulture))]);
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            double[] values = [.. words.Skip(1).Select(static w => double.Parse(w, CultureInfo.InvariantCulture))];
            Vector3D vector = new(values[0], values[1], values[2]);
            if (words[0] == "cell") { cell.Add(vector); continue; }
            numbers.Add(int.Parse(words[0], CultureInfo.InvariantCulture));
            positions.Add(vector);
            velocities.AddRange(values[3..6]);
        }

        Structure structure = new([.. numbers], [.. positions], new Matrix3(cell[0], cell[1], cell[2]), Periodicity.All);
        structure.Arrays.Add("velocities", DataArray.Of(velocities.ToArray(), numbers.Count, 3));
        return structure;
    }

    private static string AseWrite(string format, TemporaryFolder folder, Structure structure)
    {
        StringWriter input = new(CultureInfo.InvariantCulture);
        for (int axis = 0; axis < 3; axis++) { input.WriteLine($"cell {structure.Cell[axis]}"); }
        double[] velocities = structure.Arrays.TryGetValue("velocities", out DataArray? v) ? v.Reals.ToArray() : new double[3 * structure.Count];
        for (int i = 0; i < structure.Count; i++)
        {
            input.WriteLine($"{structure.AtomicNumbers[i]} {structure.Positions[i]} {new Vector3D(velocities[3 * i], velocities[(3 * i) + 1], velocities[(3 * i) + 2])}");
        }

        string path = folder.Write("structure", input.ToString());
        Ase.Run(Script, "write", format, path);
        return path;
    }
}

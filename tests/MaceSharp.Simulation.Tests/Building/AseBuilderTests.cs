using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Building;

/// <summary>What ASE builds is what is built here: crystals, slabs, supercells, molecules.</summary>
public class AseBuilderTests
{
    private const string Dump = """
        import sys, json
        import numpy as np
        from ase import Atoms
        from ase.build import bulk, surface, make_supercell, molecule
        def out(a):
            print(json.dumps({'z': [int(z) for z in a.numbers], 'r': a.positions.tolist(), 'cell': np.array(a.cell).tolist(), 'pbc': [bool(p) for p in a.pbc]}))
        for line in sys.argv[1:]:
            out(eval(line))
        """;

    [AseFact]
    public void Crystals()
    {
        (string Ase, Structure Ours)[] cases =
        [
            ("bulk('Po', 'sc', a=3.35)", CrystalPrototype.Create("Po", "sc", 3.35)),
            ("bulk('Cu', 'fcc', a=3.6)", CrystalPrototype.Create("Cu", "fcc", 3.6)),
            ("bulk('Cu', 'fcc', a=3.6, cubic=True)", CrystalPrototype.Create("Cu", "fcc", 3.6, cell: CrystalCell.Cubic)),
            ("bulk('Cu', 'fcc', a=3.6, orthorhombic=True)", CrystalPrototype.Create("Cu", "fcc", 3.6, cell: CrystalCell.Orthorhombic)),
            ("bulk('Fe', 'bcc', a=2.87)", CrystalPrototype.Create("Fe", "bcc", 2.87)),
            ("bulk('Fe', 'bcc', a=2.87, cubic=True)", CrystalPrototype.Create("Fe", "bcc", 2.87, cell: CrystalCell.Cubic)),
            ("bulk('Mg', 'hcp', a=3.2, c=5.1)", CrystalPrototype.Create("Mg", "hcp", 3.2, 5.1)),
            ("bulk('Xe', 'hcp', a=4.3)", CrystalPrototype.Create("Xe", "hcp", 4.3)),
            ("bulk('Mg', 'hcp', a=3.2, c=5.1, orthorhombic=True)", CrystalPrototype.Create("Mg", "hcp", 3.2, 5.1, CrystalCell.Orthorhombic)),
            ("bulk('Si', 'diamond', a=5.43)", CrystalPrototype.Create("Si", "diamond", 5.43)),
            ("bulk('Si', 'diamond', a=5.43, cubic=True)", CrystalPrototype.Create("Si", "diamond", 5.43, cell: CrystalCell.Cubic)),
            ("bulk('Si', 'diamond', a=5.43, orthorhombic=True)", CrystalPrototype.Create("Si", "diamond", 5.43, cell: CrystalCell.Orthorhombic)),
            ("bulk('GaAs', 'zincblende', a=5.65)", CrystalPrototype.Create("GaAs", "zincblende", 5.65)),
            ("bulk('GaAs', 'zincblende', a=5.65, cubic=True)", CrystalPrototype.Create("GaAs", "zincblende", 5.65, cell: CrystalCell.Cubic)),
            ("bulk('NaCl', 'rocksalt', a=5.64)", CrystalPrototype.Create("NaCl", "rocksalt", 5.64)),
            ("bulk('NaCl', 'rocksalt', a=5.64, cubic=True)", CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Cubic)),
            ("bulk('NaCl', 'rocksalt', a=5.64, orthorhombic=True)", CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Orthorhombic)),
            ("bulk('CsCl', 'cesiumchloride', a=4.12)", CrystalPrototype.Create("CsCl", "cesiumchloride", 4.12)),
            ("bulk('CaFF', 'fluorite', a=5.46)", CrystalPrototype.Create("CaF2", "fluorite", 5.46)),
            ("bulk('ZnO', 'wurtzite', a=3.25, c=5.2)", CrystalPrototype.Create("ZnO", "wurtzite", 3.25, 5.2)),
            ("bulk('ZnO', 'wurtzite', a=3.25, c=5.2, u=0.38)", CrystalPrototype.Create("ZnO", "wurtzite", 3.25, 5.2, u: 0.38)),
            ("bulk('ZnO', 'wurtzite', a=3.25, orthorhombic=True)", CrystalPrototype.Create("ZnO", "wurtzite", 3.25, cell: CrystalCell.Orthorhombic)),
        ];
        Compare(cases, exact: true);
    }

    [AseFact]
    public void MoleculesOfTheLibrary()
    {
        (string Ase, Structure Ours)[] cases = [.. MoleculeLibrary.Names.Select(static names => names[^1]).Where(static name => name is not ("propylene" or "cyclopropane")).Select(static name => ($"molecule('{name}')", MoleculeLibrary.Get(name)))];
        Assert.True(cases.Length > 60);
        Compare(cases, exact: true);
    }

    [AseFact]
    public void Slabs()
    {
        const string Monoclinic = "Atoms('CON', [(0.1, 0.2, 0.3), (1.3, 0.5, 2.2), (2.7, 1.9, 1.4)], cell=[(4.1, 0, 0), (0.3, 5.2, 0), (1.1, -0.4, 6.3)], pbc=True)";
        Structure triclinic = new([6, 8, 7], [new(0.1, 0.2, 0.3), new(1.3, 0.5, 2.2), new(2.7, 1.9, 1.4)], new Matrix3(4.1, 0, 0, 0.3, 5.2, 0, 1.1, -0.4, 6.3), Periodicity.All);
        Structure copper = CrystalPrototype.Create("Cu", "fcc", 3.6, cell: CrystalCell.Cubic), salt = CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Cubic);
        List<(string, Structure)> exact = [], equivalent = [];
        foreach ((int h, int k, int l) in new[] { (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 2, 1), (1, 0, 2) })
        {
            string indices = string.Create(CultureInfo.InvariantCulture, $"({h}, {k}, {l})");
            exact.Add(($"surface(bulk('Cu', 'fcc', a=3.6, cubic=True), {indices}, 3, vacuum=7.5)", Surface.Create(copper, h, k, l, 3, 7.5)));
            exact.Add(($"surface(bulk('NaCl', 'rocksalt', a=5.64, cubic=True), {indices}, 2, vacuum=6)", Surface.Create(salt, h, k, l, 2, 6)));
            equivalent.Add(($"surface({Monoclinic}, {indices}, 2, vacuum=5)", Surface.Create(triclinic, h, k, l, 2, 5)));
        }

        equivalent.Add(("surface(bulk('Cu', 'fcc', a=3.6, cubic=True), (1, -1, 2), 3, vacuum=7.5)", Surface.Create(copper, 1, -1, 2, 3, 7.5)));
        equivalent.Add(($"surface({Monoclinic}, (1, 2, 4), 2, vacuum=5)", Surface.Create(triclinic, 1, 2, 4, 2, 5)));
        equivalent.Add(($"surface({Monoclinic}, (-1, 2, 0), 2, vacuum=5)", Surface.Create(triclinic, -1, 2, 0, 2, 5)));
        equivalent.Add(($"surface({Monoclinic}, (0, -1, 2), 2, vacuum=5)", Surface.Create(triclinic, 0, -1, 2, 2, 5)));
        Compare([.. exact], exact: true);
        Compare([.. equivalent], exact: false);
    }

    [AseFact]
    public void Supercells()
    {
        Structure zincOxide = CrystalPrototype.Create("ZnO", "wurtzite", 3.25, 5.2), silicon = CrystalPrototype.Create("Si", "diamond", 5.43);
        Compare([("bulk('ZnO', 'wurtzite', a=3.25, c=5.2) * (2, 3, 1)", Supercell.Repeat(zincOxide, 2, 3, 1))], exact: true);
        Compare(
            [
                ("make_supercell(bulk('Si', 'diamond', a=5.43), np.array([[-1, 1, 1], [1, -1, 1], [1, 1, -1]]))", Supercell.Create(silicon, [-1, 1, 1, 1, -1, 1, 1, 1, -1])),
                ("make_supercell(bulk('ZnO', 'wurtzite', a=3.25, c=5.2), np.array([[2, 1, 0], [-1, 3, 1], [0, 1, 2]]))", Supercell.Create(zincOxide, [2, 1, 0, -1, 3, 1, 0, 1, 2])),
            ],
            exact: false);
    }

    /// <summary>Compares atom by atom, or the sets of atoms modulo the cell and the sorted distances within 7 Å.</summary>
    private static void Compare((string Ase, Structure Ours)[] cases, bool exact)
    {
        string[] lines = Ase.Run(Dump, [.. cases.Select(static c => c.Ase)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Length, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            using JsonDocument json = JsonDocument.Parse(lines[i]);
            JsonElement root = json.RootElement;
            int[] numbers = [.. root.GetProperty("z").EnumerateArray().Select(static z => z.GetInt32())];
            Vector3D[] positions = [.. root.GetProperty("r").EnumerateArray().Select(static r => new Vector3D(r[0].GetDouble(), r[1].GetDouble(), r[2].GetDouble()))];
            Matrix3 cell = Matrix3.FromRowMajor([.. root.GetProperty("cell").EnumerateArray().SelectMany(static r => r.EnumerateArray()).Select(static x => x.GetDouble())]);
            bool[] p = [.. root.GetProperty("pbc").EnumerateArray().Select(static x => x.GetBoolean())];
            Structure theirs = new(numbers, positions, cell, new Periodicity(p[0], p[1], p[2]));
            Structure ours = cases[i].Ours;
            Assert.Equal(theirs.Periodicity, ours.Periodicity);
            Assert.Equal(theirs.Volume, ours.Volume, 1e-8);
            if (exact)
            {
                Assert.Equal(numbers, ours.AtomicNumbers.ToArray());
                Assert.True(Distance(theirs.Cell, ours.Cell) < 1e-9, $"{cases[i].Ase}: cell");
                for (int atom = 0; atom < positions.Length; atom++) { Assert.True(IsSamePlace(positions[atom], ours.Positions[atom], theirs), $"{cases[i].Ase}: atom {atom} is at {ours.Positions[atom]}, not {positions[atom]}"); }
            }
            else
            {
                List<(int, int, double)> expected = Distances(theirs), actual = Distances(ours);
                Assert.Equal(expected.Count, actual.Count);
                for (int d = 0; d < expected.Count; d++)
                {
                    Assert.Equal((expected[d].Item1, expected[d].Item2), (actual[d].Item1, actual[d].Item2));
                    Assert.True(Math.Abs(expected[d].Item3 - actual[d].Item3) < 1e-7, $"{cases[i].Ase}: distance {d} is {actual[d]}, not {expected[d]}");
                }
            }
        }
    }

    /// <summary>Whether two positions are the same or images of each other: which of two faces an atom on a face is put on is a matter of rounding in ASE.</summary>
    private static bool IsSamePlace(Vector3D a, Vector3D b, Structure structure)
    {
        if (!structure.Periodicity.IsAny) { return (a - b).Norm < 1e-9; }
        Vector3D d = (a - b) * structure.Cell.Inverse();
        return ((d - new Vector3D(Math.Round(d.X), Math.Round(d.Y), structure.Periodicity.C ? Math.Round(d.Z) : 0)) * structure.Cell).Norm < 1e-9;
    }

    private static double Distance(Matrix3 a, Matrix3 b) => (a - b).ToArray().Max(Math.Abs);

    /// <summary>Elements and lengths of all pairs, sorted so that rounding cannot change the order.</summary>
    private static List<(int, int, double)> Distances(Structure structure)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, 7.0001);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        List<(int, int, double)> distances = [];
        for (int i = 0; i < structure.Count; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), shifts = list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                distances.Add((structure.AtomicNumbers[i], structure.AtomicNumbers[senders[e]], (wrapped[i] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], structure.Cell)).Norm));
            }
        }

        distances.Sort(static (a, b) => (a.Item1, a.Item2).CompareTo((b.Item1, b.Item2)) is int order and not 0 ? order : a.Item3.CompareTo(b.Item3));
        return distances;
    }
}

using MaceSharp.Atoms;

namespace MaceSharp.Tests.Physics;

/// <summary>Random atoms of hydrogen, carbon and oxygen, the elements of <see cref="RandomModels"/>.</summary>
internal static class RandomStructures
{
    private const double SmallestDistance = 0.95;

    /// <summary>No pair is this close to a distance at which a potential is only twice differentiable, so that differences converge.</summary>
    private const double Margin = 5e-3;

    private static readonly int[] Elements = [1, 6, 8];
    private static readonly double[] Radii = [0.31, 0.76, 0.66];

    /// <summary>Names of the kinds of structures.</summary>
    public static string[] Kinds { get; } = ["molecule", "crystal", "tiny cell", "slab", "wire"];

    /// <summary>A structure of a kind.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="seed">Another seed, another structure.</param>
    /// <param name="cutoff">Cutoff of the potential it is for, Å.</param>
    public static Structure Create(string kind, int seed, double cutoff = 3.5)
    {
        Random random = new(seed);
        while (true)
        {
            Structure? structure = kind switch
            {
                "molecule" => Fill(random, 6, Cell(random, 4.2), Periodicity.None),
                "crystal" => Fill(random, 5, Cell(random, 4.0), Periodicity.All),
                "tiny cell" => Fill(random, 1, Cell(random, 2.3), Periodicity.All),
                "slab" => Fill(random, 4, Cell(random, 3.6), new Periodicity(true, true, false)),
                "wire" => Fill(random, 4, Cell(random, 3.6), new Periodicity(false, true, false)),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown"),
            };
            if (structure is not null && IsSmooth(structure, cutoff)) { return structure; }
        }
    }

    /// <summary>Many atoms on a distorted lattice in a box.</summary>
    public static Structure CreateLarge(int seed, int perSide)
    {
        Random random = new(seed);
        List<int> numbers = [];
        List<Vector3D> positions = [];
        for (int i = 0; i < perSide * perSide * perSide; i++)
        {
            numbers.Add(Elements[random.Next(3)]);
            positions.Add(new Vector3D(
                (1.6 * (i % perSide)) + (0.4 * random.NextDouble()),
                (1.6 * (i / perSide % perSide)) + (0.4 * random.NextDouble()),
                (1.6 * (i / (perSide * perSide))) + (0.4 * random.NextDouble())));
        }

        double side = 1.6 * perSide;
        return WithLabels(new Structure([.. numbers], [.. positions], new Matrix3(side, 0, 0, 0, side, 0, 0, 0, side), Periodicity.All), random);
    }

    private static Matrix3 Cell(Random random, double side)
    {
        double[] elements = new double[9];
        for (int i = 0; i < 9; i++) { elements[i] = ((i % 4 == 0 ? 1 : 0) + (0.4 * (random.NextDouble() - 0.5))) * side; }
        return Matrix3.FromRowMajor(elements);
    }

    private static Structure? Fill(Random random, int count, Matrix3 cell, Periodicity periodicity)
    {
        int[] numbers = new int[count];
        Vector3D[] positions = new Vector3D[count];
        for (int i = 0; i < count; i++)
        {
            // Up to one cell outside, as positions need not be wrapped.
            Vector3D fractional = new((3 * random.NextDouble()) - 1, (3 * random.NextDouble()) - 1, (3 * random.NextDouble()) - 1);
            if (periodicity == Periodicity.None) { fractional = new(random.NextDouble(), random.NextDouble(), random.NextDouble()); }
            numbers[i] = Elements[random.Next(3)];
            positions[i] = fractional * cell;
        }

        Structure structure = new(numbers, positions, periodicity.IsAny ? cell : default, periodicity);
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, periodicity, SmallestDistance);
        return list.EdgeCount == 0 ? WithLabels(structure, random) : null;
    }

    /// <summary>Charges that sum to zero for the dipole, and a total charge and spin for models that read them.</summary>
    private static Structure WithLabels(Structure structure, Random random)
    {
        double[] charges = [.. Enumerable.Range(0, structure.Count).Select(_ => random.NextDouble() - 0.5)];
        double mean = charges.Average();
        structure.Arrays.Add("charges", DataArray.Of([.. charges.Select(q => q - mean)]));
        structure.Info.Add("total_charge", DataArray.Of(0.0));
        structure.Info.Add("total_spin", DataArray.Of(2.0));
        return structure;
    }

    private static bool IsSmooth(Structure structure, double cutoff)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff + Margin);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        for (int receiver = 0; receiver < structure.Count; receiver++)
        {
            ReadOnlySpan<int> senders = list.Senders(receiver), shifts = list.PackedShifts(receiver);
            for (int e = 0; e < senders.Length; e++)
            {
                (int a, int b, int c) = NeighborList.Unpack(shifts[e]);
                double distance = (wrapped[receiver] - wrapped[senders[e]] + (new Vector3D(a, b, c) * structure.Cell)).Norm;
                double repulsion = Radius(structure.AtomicNumbers[receiver]) + Radius(structure.AtomicNumbers[senders[e]]);
                if (Math.Abs(distance - cutoff) < Margin || Math.Abs(distance - repulsion) < Margin) { return false; }
            }
        }

        return true;
    }

    private static double Radius(int atomicNumber) => Radii[Array.IndexOf(Elements, atomicNumber)];
}

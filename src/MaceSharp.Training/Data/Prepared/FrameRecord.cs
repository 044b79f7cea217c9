using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>What is known of a frame without reading it, and which of its labels there are.</summary>
[Flags]
internal enum FrameFlags : uint
{
    None = 0,
    Energy = 1,
    Forces = 1 << 1,
    Stress = 1 << 2,
    Virials = 1 << 3,
    Dipole = 1 << 4,
    Polarizability = 1 << 5,
    Charges = 1 << 6,
    IsolatedAtom = 1 << 7,
    All = (1 << 8) - 1,
}

/// <summary>The numbers of a frame that do not depend on how many atoms and pairs it has, as they lie in a shard.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct FrameNumbers
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 416;

    public int AtomCount;
    public int PairCount;
    public FrameFlags Flags;

    /// <summary>Bytes of the further data of the frame.</summary>
    public int ExtraBytes;

    /// <summary>Number of the frame in its file.</summary>
    public long FrameInSource;

    /// <summary>Number of its file.</summary>
    public int Source;

    /// <summary>One bit a lattice vector.</summary>
    public int Periodicity;
    public Matrix3 Cell;
    public double Energy;
    public double Weight;
    public double EnergyWeight;
    public double ForcesWeight;
    public double StressWeight;
    public double VirialsWeight;
    public double DipoleWeight;
    public double PolarizabilityWeight;
    public double ChargesWeight;
    public Matrix3 Stress;
    public Matrix3 Virials;
    public Vector3D Dipole;
    public Matrix3 Polarizability;

    /// <summary>Length of the whole record in bytes, a multiple of 8.</summary>
    public readonly long RecordLength
    {
        get
        {
            long atoms = AtomCount, pairs = PairCount;
            long forces = (Flags & FrameFlags.Forces) != 0 ? 24 * atoms : 0, charges = (Flags & FrameFlags.Charges) != 0 ? 8 * atoms : 0;
            return Size + (24 * atoms) + forces + charges + Padded(ExtraBytes) + Padded(atoms) + (8 * pairs) + Padded(6 * pairs);
        }
    }

    /// <summary>A length rounded up to a multiple of 8.</summary>
    public static long Padded(long bytes) => (bytes + 7) & ~7;
}

/// <summary>Turns a labelled frame with its neighbours into bytes and back: the numbers, then positions, forces and charges as far as there are labels, further data, atomic numbers, pairs, shifts; each begins at a multiple of 8 bytes but the second atoms of pairs.</summary>
internal static class FrameRecord
{
    /// <summary>The bytes of a frame.</summary>
    /// <param name="frame">The frame, as <see cref="LabelReader"/> gives it.</param>
    /// <param name="pairs">Its neighbours.</param>
    /// <param name="source">Number of its file.</param>
    /// <param name="frameInSource">Number of the frame in the file.</param>
    /// <exception cref="InvalidInputException">The frame is too large.</exception>
    public static byte[] Encode(LabelledStructure frame, NeighborPairs pairs, int source, long frameInSource)
    {
        Structure structure = frame.Structure;
        byte[] extras = FrameExtras.Encode(structure);
        FrameNumbers numbers = new()
        {
            AtomCount = structure.Count,
            PairCount = pairs.Count,
            Flags = FlagsOf(frame),
            ExtraBytes = extras.Length,
            FrameInSource = frameInSource,
            Source = source,
            Periodicity = (structure.Periodicity.A ? 1 : 0) | (structure.Periodicity.B ? 2 : 0) | (structure.Periodicity.C ? 4 : 0),
            Cell = structure.Cell,
            Energy = frame.Energy ?? 0,
            Weight = frame.Weight,
            EnergyWeight = frame.EnergyWeight,
            ForcesWeight = frame.ForcesWeight,
            StressWeight = frame.StressWeight,
            VirialsWeight = frame.VirialsWeight,
            DipoleWeight = frame.DipoleWeight,
            PolarizabilityWeight = frame.PolarizabilityWeight,
            ChargesWeight = frame.ChargesWeight,
            Stress = frame.Stress ?? default,
            Virials = frame.Virials ?? default,
            Dipole = frame.Dipole ?? default,
            Polarizability = frame.Polarizability ?? default,
        };
        long length = numbers.RecordLength;
        if (length > Array.MaxLength) { throw new InvalidInputException(FormattableString.Invariant($"{structure.Origin ?? "A structure"} is too large for a prepared data set: {structure.Count} atoms and {pairs.Count} pairs of neighbours need more than 2 GiB.")); }
        byte[] record = new byte[length];
        Writer writer = new(record);
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<FrameNumbers>(in numbers)));
        writer.Write(MemoryMarshal.AsBytes(structure.Positions));
        if (frame.Forces is { } forces) { writer.Write(MemoryMarshal.AsBytes<Vector3D>(forces as Vector3D[] ?? [.. forces])); }
        if (frame.Charges is { } charges) { writer.Write(MemoryMarshal.AsBytes<double>(charges as double[] ?? [.. charges])); }
        writer.Write(extras);
        writer.Align();
        foreach (int z in structure.AtomicNumbers) { writer.WriteByte((byte)z); }
        writer.Align();
        writer.Write(MemoryMarshal.AsBytes(pairs.First));
        writer.Write(MemoryMarshal.AsBytes(pairs.Second));
        foreach ((short a, short b, short c) in pairs.Shifts) { writer.Write(MemoryMarshal.AsBytes<short>([a, b, c])); }
        return record;
    }

    /// <summary>The numbers of a record, checked against its length.</summary>
    /// <returns>Whether the bytes can be a record.</returns>
    public static bool TryReadNumbers(ReadOnlySpan<byte> record, out FrameNumbers numbers)
    {
        numbers = default;
        if (record.Length < FrameNumbers.Size) { return false; }
        numbers = MemoryMarshal.Read<FrameNumbers>(record);
        return numbers is { AtomCount: > 0, PairCount: >= 0, ExtraBytes: >= 0, Source: >= 0, FrameInSource: >= 0, Periodicity: >= 0 and < 8 } && (numbers.Flags & ~FrameFlags.All) == 0 && numbers.RecordLength == record.Length;
    }

    /// <summary>Turns bytes into the frame they were made of. Whatever they hold, the frame can be trained on without harm, or there is none.</summary>
    /// <param name="record">The bytes.</param>
    /// <param name="cutoff">Cutoff of the neighbours, Å.</param>
    /// <param name="sources">Names of the files.</param>
    /// <returns>The frame; null where the bytes make no sense.</returns>
    public static LabelledStructure? Decode(ReadOnlySpan<byte> record, double cutoff, IReadOnlyList<string> sources)
    {
        if (!TryReadNumbers(record, out FrameNumbers numbers) || numbers.Source >= sources.Count) { return null; }
        int atoms = numbers.AtomCount, pairs = numbers.PairCount;
        FrameFlags flags = numbers.Flags;
        Reader reader = new(record[FrameNumbers.Size..]);
        ReadOnlySpan<Vector3D> positions = MemoryMarshal.Cast<byte, Vector3D>(reader.Read(24 * atoms));
        Vector3D[]? forces = Has(FrameFlags.Forces) ? MemoryMarshal.Cast<byte, Vector3D>(reader.Read(24 * atoms)).ToArray() : null;
        double[]? charges = Has(FrameFlags.Charges) ? MemoryMarshal.Cast<byte, double>(reader.Read(8 * atoms)).ToArray() : null;
        ReadOnlySpan<byte> extras = reader.ReadAligned(numbers.ExtraBytes), elements = reader.ReadAligned(atoms);
        int[] first = MemoryMarshal.Cast<byte, int>(reader.Read(4 * pairs)).ToArray(), second = MemoryMarshal.Cast<byte, int>(reader.Read(4 * pairs)).ToArray();
        ReadOnlySpan<short> shifts = MemoryMarshal.Cast<byte, short>(reader.ReadAligned(6 * pairs));
        int[] atomicNumbers = new int[atoms];
        for (int i = 0; i < atoms; i++)
        {
            if (elements[i] is 0 or > Elements.MaxAtomicNumber) { return null; }
            atomicNumbers[i] = elements[i];
        }

        (short A, short B, short C)[] images = new (short, short, short)[pairs];
        for (int i = 0; i < pairs; i++)
        {
            if ((uint)first[i] >= (uint)atoms || (uint)second[i] >= (uint)atoms) { return null; }
            images[i] = (shifts[3 * i], shifts[(3 * i) + 1], shifts[(3 * i) + 2]);
        }

        Structure structure = new(atomicNumbers, positions, numbers.Cell, new Periodicity((numbers.Periodicity & 1) != 0, (numbers.Periodicity & 2) != 0, (numbers.Periodicity & 4) != 0))
        {
            Origin = FormattableString.Invariant($"{sources[numbers.Source]}@{numbers.FrameInSource}"),
        };
        return !FrameExtras.TryDecode(extras, structure) ? null : new LabelledStructure
        {
            Structure = structure,
            Energy = Has(FrameFlags.Energy) ? numbers.Energy : null,
            Forces = forces,
            Stress = Has(FrameFlags.Stress) ? numbers.Stress : null,
            Virials = Has(FrameFlags.Virials) ? numbers.Virials : null,
            Dipole = Has(FrameFlags.Dipole) ? numbers.Dipole : null,
            Polarizability = Has(FrameFlags.Polarizability) ? numbers.Polarizability : null,
            Charges = charges,
            Weight = numbers.Weight,
            EnergyWeight = numbers.EnergyWeight,
            ForcesWeight = numbers.ForcesWeight,
            StressWeight = numbers.StressWeight,
            VirialsWeight = numbers.VirialsWeight,
            DipoleWeight = numbers.DipoleWeight,
            PolarizabilityWeight = numbers.PolarizabilityWeight,
            ChargesWeight = numbers.ChargesWeight,
            Pairs = new NeighborPairs(cutoff, first, second, images),
        };

        bool Has(FrameFlags flag) => (flags & flag) != 0;
    }

    private static FrameFlags FlagsOf(LabelledStructure frame)
    {
        FrameFlags flags = LabelReader.IsIsolatedAtom(frame.Structure) ? FrameFlags.IsolatedAtom : FrameFlags.None;
        if (frame.Energy is not null) { flags |= FrameFlags.Energy; }
        if (frame.Forces is not null) { flags |= FrameFlags.Forces; }
        if (frame.Stress is not null) { flags |= FrameFlags.Stress; }
        if (frame.Virials is not null) { flags |= FrameFlags.Virials; }
        if (frame.Dipole is not null) { flags |= FrameFlags.Dipole; }
        if (frame.Polarizability is not null) { flags |= FrameFlags.Polarizability; }
        if (frame.Charges is not null) { flags |= FrameFlags.Charges; }
        return flags;
    }

    /// <summary>Writes one piece after the other.</summary>
    private ref struct Writer(Span<byte> target)
    {
        private readonly Span<byte> _target = target;
        private int _next;

        public void Write(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_target[_next..]);
            _next += bytes.Length;
        }

        public void WriteByte(byte value) => _target[_next++] = value;

        public void Align() => _next = (_next + 7) & ~7;
    }

    /// <summary>Takes one piece after the other.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ReadOnlySpan<byte> Read(int length)
        {
            ReadOnlySpan<byte> piece = _rest[..length];
            _rest = _rest[length..];
            return piece;
        }

        public ReadOnlySpan<byte> ReadAligned(int length) => Read((int)FrameNumbers.Padded(length))[..length];
    }
}

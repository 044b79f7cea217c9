using System.Runtime.CompilerServices;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// The undirected pairs of atoms of a structure that are closer than a cutoff, periodic images included. A pair stands for two edges,
/// one each way; an atom and its own image are a pair too.
/// </summary>
/// <remarks>The vector of a pair is r(second) − r(first) + S·cell, with the positions as the structure has them.</remarks>
public sealed class NeighborPairs
{
    /// <summary>Pairs of structures that are trained on, as long as these live.</summary>
    private static readonly ConditionalWeakTable<Structure, NeighborPairs> Known = [];

    private readonly int[] _first;
    private readonly int[] _second;
    private readonly (short A, short B, short C)[] _shifts;

    /// <summary>Pairs that were found before.</summary>
    /// <param name="cutoff">The cutoff, Å.</param>
    /// <param name="first">First atom of each pair.</param>
    /// <param name="second">Second atom.</param>
    /// <param name="shifts">Image shift S of each pair in units of the lattice vectors.</param>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    public NeighborPairs(double cutoff, int[] first, int[] second, (short A, short B, short C)[] shifts)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(shifts);
        if (first.Length != second.Length || first.Length != shifts.Length) { throw new ArgumentException("A pair has a first atom, a second atom and a shift.", nameof(shifts)); }
        Cutoff = cutoff;
        _first = first;
        _second = second;
        _shifts = shifts;
    }

    /// <summary>The cutoff for which the pairs were found, Å.</summary>
    public double Cutoff { get; }

    /// <summary>Number of pairs; there are twice as many edges.</summary>
    public int Count => _first.Length;

    /// <summary>First atom of each pair.</summary>
    public ReadOnlySpan<int> First => _first;

    /// <summary>Second atom of each pair.</summary>
    public ReadOnlySpan<int> Second => _second;

    /// <summary>Image shift of each pair in units of the lattice vectors.</summary>
    public ReadOnlySpan<(short A, short B, short C)> Shifts => _shifts;

    /// <summary>The pairs of a structure: those given with it if they were found for the same cutoff, else found once and kept.</summary>
    internal static NeighborPairs Of(LabelledStructure labelled, double cutoff)
    {
        if (labelled.Pairs is { } given && given.Cutoff == cutoff) { return given; }
        if (Known.TryGetValue(labelled.Structure, out NeighborPairs? pairs) && pairs.Cutoff == cutoff) { return pairs; }
        try
        {
            labelled.Structure.Validate();
            pairs = Find(labelled.Structure, cutoff);
        }
        catch (InvalidInputException exception) when (labelled.Structure.Origin is { } origin)
        {
            throw new InvalidInputException($"{origin}: {exception.Message}", exception);
        }

        Known.AddOrUpdate(labelled.Structure, pairs);
        return pairs;
    }

    /// <summary>Finds the pairs of a structure.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="cutoff">The cutoff, Å.</param>
    /// <exception cref="InvalidInputException">The structure has no sensible neighbour list; see <see cref="NeighborList.Build"/>.</exception>
    public static NeighborPairs Find(Structure structure, double cutoff)
    {
        ArgumentNullException.ThrowIfNull(structure);
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff);
        int count = checked((int)(list.EdgeCount / 2)), next = 0;
        int[] first = new int[count], second = new int[count];
        (short, short, short)[] shifts = new (short, short, short)[count];
        for (int receiver = 0; receiver < structure.Count; receiver++)
        {
            ReadOnlySpan<int> senders = list.Senders(receiver), packed = list.PackedShifts(receiver);
            (int A, int B, int C) wrapOfReceiver = list.WrapCount(receiver);
            for (int e = 0; e < senders.Length; e++)
            {
                int sender = senders[e];
                (int a, int b, int c) = NeighborList.Unpack(packed[e]);

                // Of the two directions the one that goes up is kept; of an atom and its image that with the higher shift.
                if (sender > receiver || (sender == receiver && (a, b, c).CompareTo((0, 0, 0)) < 0)) { continue; }
                (int A, int B, int C) wrapOfSender = list.WrapCount(sender);
                first[next] = sender;
                second[next] = receiver;
                shifts[next++] = checked(((short)(a + wrapOfReceiver.A - wrapOfSender.A), (short)(b + wrapOfReceiver.B - wrapOfSender.B), (short)(c + wrapOfReceiver.C - wrapOfSender.C)));
            }
        }

        return next == count ? new NeighborPairs(cutoff, first, second, shifts) : throw new InvalidOperationException("A neighbour list holds an edge in one direction only.");
    }
}

namespace MaceSharp.Training.Runs;

/// <summary>Which of some elements an element is most like, by its place in the periodic table.</summary>
internal static class NearestElement
{
    /// <summary>Atomic numbers of the noble gases, the last elements of the periods.</summary>
    private static readonly int[] Ends = [2, 10, 18, 36, 54, 86, 118];

    /// <summary>The known element of the same column whose period is nearest (the lighter one of two); where the column has none the one whose atomic number is nearest.</summary>
    /// <param name="atomicNumber">The element.</param>
    /// <param name="known">Those to choose from, at least one.</param>
    public static int Of(int atomicNumber, IEnumerable<int> known)
    {
        (int period, int column) = PlaceOf(atomicNumber);
        return known.OrderBy(z => PlaceOf(z).Column == column ? 0 : 1)
            .ThenBy(z => PlaceOf(z).Column == column ? Math.Abs(PlaceOf(z).Period - period) : Math.Abs(z - atomicNumber))
            .ThenBy(static z => z)
            .First();
    }

    /// <summary>Period from 1, and column 1 to 18; lanthanides and actinides have columns of their own, from 19.</summary>
    internal static (int Period, int Column) PlaceOf(int atomicNumber)
    {
        int period = 1 + Array.FindIndex(Ends, end => atomicNumber <= end), before = period == 1 ? 0 : Ends[period - 2], fromEnd = Ends[period - 1] - atomicNumber, place = atomicNumber - before;
        if (period == 1) { return (1, atomicNumber == 1 ? 1 : 18); }
        if (place <= 2) { return (period, place); }
        return fromEnd < 16 && (period < 4 ? fromEnd < 6 : true) ? (period, 18 - fromEnd) : (period, 16 + place);
    }
}

namespace MaceSharp.Reporting;

/// <summary>Colours that readers with any colour vision can tell apart: M. Okabe and K. Ito, Color Universal Design (2008), their yellow replaced by a grey that shows on white.</summary>
internal static class Palette
{
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#000000"];

    /// <summary>The colour of an index; indices beyond the last begin again.</summary>
    public static string Color(int index) => Colors[(int)((uint)index % (uint)Colors.Length)];

    /// <summary>The colour index of each series of a panel: its own, or the next of those without.</summary>
    public static int[] Assign(IList<Series> series)
    {
        int[] indices = new int[series.Count];
        int next = 0;
        for (int i = 0; i < indices.Length; i++) { indices[i] = series[i].Color ?? next++; }
        return indices;
    }
}

using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Reporting;

namespace MaceSharp.Scaling;

/// <summary>Where tables and pictures go: always to the console, and into the documentation where a folder was given.</summary>
/// <param name="folder">Folder of the pages; null: none.</param>
internal sealed class Documentation(string? folder)
{
    /// <summary>Puts a table in place of the one between the marks of its name in a page.</summary>
    /// <param name="name">Name of the table.</param>
    /// <param name="header">Column heads.</param>
    /// <param name="rows">Cells.</param>
    /// <param name="remark">What was measured, a sentence.</param>
    /// <param name="file">Name of the file of the page.</param>
    public void Write(string name, string[] header, IEnumerable<string[]> rows, string remark, string file = "performance.md")
    {
        Machine machine = Machine.Current();
        string where = string.Create(CultureInfo.InvariantCulture, $"{remark} {machine.Processor}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.Runtime}.");
        string text = string.Join('\n', [where, "", Line(header), Line([.. header.Select(static _ => "---")]), .. rows.Select(Line)]);
        Console.WriteLine(text);
        if (folder is null) { return; }
        string path = Path.Combine(folder, file), page = File.ReadAllText(path), begin = $"<!-- table: {name} -->\n", end = $"<!-- end: {name} -->";
        int first = page.IndexOf(begin, StringComparison.Ordinal), last = page.IndexOf(end, StringComparison.Ordinal);
        if (first < 0 || last < first) { throw new InvalidInputException($"{path} has no place for the table '{name}' (between '{begin.Trim()}' and '{end}')."); }
        string beside = path + ".new";
        File.WriteAllText(beside, $"{page[..(first + begin.Length)]}\n{text}\n\n{page[last..]}");
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Saves a picture.</summary>
    public void Save(string name, Figure figure)
    {
        if (folder is null) { return; }
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        figure.SaveSvg(Path.Combine(folder, "pictures", name + ".svg"));
    }

    /// <summary>A number with about three digits.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
}

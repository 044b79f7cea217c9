using System.Globalization;
using System.Text;

namespace MaceSharp.Zoo;

/// <summary>The zoo as the tables of <c>docs/models.md</c>.</summary>
internal static class CatalogueTable
{
    private const string Empty = "–";

    /// <summary>Writes the tables in Markdown: one row a model, every fact with the number of its source.</summary>
    public static string ToMarkdown()
    {
        List<string> sources = [];
        StringBuilder text = new();
        text.Append("## What they are\n\n| Name | Also | Model | Elements | Training data | Level of theory | Dispersion | Licence | Cite |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (ZooModel model in ModelZoo.Models)
        {
            AppendRow(text,
                $"`{model.Name}`",
                model.Aliases.Length == 0 ? Empty : string.Join(", ", model.Aliases.Select(alias => $"`{alias}`")),
                model.Title,
                Elements(model, sources),
                Cell(model.TrainingData, value => value, sources),
                Cell(model.LevelOfTheory, value => value, sources),
                Cell(model.Dispersion, Word, sources),
                Cell<ModelLicence>(model.Licence, Word, sources),
                Cell(model.Citation, value => value, sources));
        }

        text.Append("\n## Where they are\n\n| Name | Address | Bytes | SHA-256 |\n|---|---|---|---|\n");
        foreach (ZooModel model in ModelZoo.Models)
        {
            AppendRow(text,
                $"`{model.Name}`",
                Cell<Uri>(model.Address, address => $"<{address}>", sources),
                Cell(model.Size, size => size.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' '), sources),
                Cell(model.Sha256, digest => $"`{digest}`", sources));
        }

        text.Append("\n## Remarks\n\n");
        foreach (ZooModel model in ModelZoo.Models.Where(model => model.Remark is not null)) { text.Append(CultureInfo.InvariantCulture, $"* `{model.Name}`: {model.Remark}\n"); }
        text.Append("\n## Sources\n\n");
        for (int i = 0; i < sources.Count; i++) { text.Append(CultureInfo.InvariantCulture, $"{i + 1}. <{sources[i]}>\n"); }
        return text.ToString();
    }

    /// <summary>The word for a treatment of dispersion.</summary>
    public static string Word(DispersionTreatment dispersion) => dispersion switch
    {
        DispersionTreatment.Included => "included",
        DispersionTreatment.NotIncluded => "no",
        _ => "depends on the head",
    };

    /// <summary>The word for a licence.</summary>
    public static string Word(ModelLicence licence) => licence == ModelLicence.Mit ? "MIT" : "ASL";

    private static string Elements(ZooModel model, List<string> sources)
    {
        string count = Cell(model.ElementCount, number => number.ToString(CultureInfo.InvariantCulture), sources);
        return model.Elements is null ? count : $"{count}: {Cell(model.Elements, value => value, sources)}";
    }

    private static string Cell<T>(Sourced<T>? fact, Func<T, string> format, List<string> sources)
    {
        if (fact is not { } given) { return Empty; }
        int index = sources.IndexOf(given.Source);
        if (index < 0)
        {
            index = sources.Count;
            sources.Add(given.Source);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{format(given.Value)} [{index + 1}]");
    }

    private static void AppendRow(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        text.Append('|');
        foreach (string cell in cells) { text.Append(' ').Append(cell).Append(" |"); }
        text.Append('\n');
    }
}

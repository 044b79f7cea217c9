using System.Text.Json;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Simulation;

/// <summary>A work to be cited for a method that was used.</summary>
/// <param name="For">What it stands for, a few words: <c>Langevin dynamics, BAOAB</c>.</param>
/// <param name="Reference">Authors, journal, volume, page, year.</param>
/// <param name="Doi">The DOI without <c>https://doi.org/</c>, or an arXiv number as <c>arXiv:2206.07697</c>; null when there is none.</param>
internal sealed record Citation(string For, string Reference, string? Doi = null)
{
    /// <summary>Where it can be read; null when there is no DOI.</summary>
    public string? Url => Doi is null ? null : Doi.StartsWith("arXiv:", StringComparison.Ordinal) ? $"https://arxiv.org/abs/{Doi[6..]}" : $"https://doi.org/{Doi}";

    /// <summary>Lists works for a person; each once.</summary>
    public static void Write(StyledOutput output, IEnumerable<Citation> citations)
    {
        output.WriteLine();
        output.WriteHeading("please cite");
        foreach (Citation c in citations.Distinct()) { output.WriteLine($"  {c.For}: {c.Reference}{(c.Url is null ? "" : $", {c.Url}")}"); }
    }

    /// <summary>Writes the property <c>citations</c>, an array.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Citation> citations)
    {
        json.WriteStartArray("citations");
        foreach (Citation c in citations.Distinct())
        {
            json.WriteStartObject();
            json.WriteString("for", c.For);
            json.WriteString("reference", c.Reference);
            if (c.Doi is not null) { json.WriteString("doi", c.Doi); }
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

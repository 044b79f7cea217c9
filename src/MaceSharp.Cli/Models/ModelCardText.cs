using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Models;

/// <summary>Shows a model card to a person.</summary>
internal sealed class ModelCardText(TextWriter output)
{
    private const int LabelWidth = 22;

    /// <summary>Writes the card.</summary>
    public void Write(ModelCard card)
    {
        HyperParameters h = card.Model.HyperParameters;
        output.WriteLine(card.Provenance.Name ?? Path.GetFileName(card.Path));
        output.WriteLine();
        Line("class", card.ClassName);
        Line("predicts", card.Predicts);
        Line("elements", $"{h.AtomicNumbers.Length}: {string.Join(' ', h.AtomicNumbers.Select(Elements.Symbol))}");
        if (h.Heads.Length > 1) { Line("heads", string.Join(", ", h.Heads)); }
        if (!h.Embeddings.IsEmpty) { Line("depends also on", string.Join(", ", h.Embeddings.Select(static e => e.Name))); }
        Line("cutoff r_max", $"{Invariant(h.CutoffRadius)} Å ({Invariant(h.CutoffRadius * h.LayerCount)} Å through {Numbers.Count(h.LayerCount, "layer")})");
        output.WriteLine();
        Line("channels", Invariant(h.ChannelCount));
        Line("hidden_irreps", h.HiddenIrreps.ToString());
        if (h.EdgeIrreps is not null) { Line("edge_irreps", h.EdgeIrreps.ToString()); }
        Line("max_ell", Invariant(h.MaxEll) + (h.UseSo3 ? " (SO(3))" : ""));
        Line("correlation", Collapse(h.Correlations.Select(Invariant)));
        Line("interactions", Collapse(h.Interactions.Select(static i => i.ToString())));
        Line("avg_num_neighbors", Collapse(h.AverageNeighborCounts.Select(static n => Numbers.Short(n))));
        Line("radial basis", $"{h.RadialBasisCount} {h.RadialBasis} functions, polynomial cutoff p = {h.CutoffOrder}{(h.ApplyCutoff ? "" : ", applied to the radial weights")}");
        Line("radial_MLP", $"[{string.Join(", ", h.RadialMlp)}]");
        Line("distance transform", h.DistanceTransform == DistanceTransformKind.None ? "none" : h.DistanceTransform.ToString());
        Line("pair repulsion", h.PairRepulsion ? "ZBL" : "none");
        Line("readout", $"{h.MlpIrreps}, gate {h.Gate.ToString().ToLowerInvariant()}{(h.UseBiasReadout ? ", with bias" : "")}{(h.UseLastReadoutOnly ? ", last layer only" : "")}{(h.UseEmbeddingReadout ? ", and of the embedding" : "")}");
        if (h.UseAgnosticProduct) { Line("product weights", "shared by all elements"); }
        Line("parameters", card.ParameterCount.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' '));
        Line("precision", ModelOptions.NameOf(card.Model.StoredPrecision));
        WriteEnergies(card);
        WriteProvenance(card);
    }

    private void WriteEnergies(ModelCard card)
    {
        HyperParameters h = card.Model.HyperParameters;
        if (!card.Scale.IsEmpty)
        {
            Line("scale", ByHead(h, card.Scale, ""));
            Line("shift", ByHead(h, card.Shift, " eV"));
        }

        if (card.AtomicEnergies.IsEmpty) { return; }
        output.WriteLine();
        output.WriteLine("isolated-atom energies E0, eV");
        TextTable table = new(output, [new(""), .. h.Heads.Select(static head => new TableColumn(head))]);
        for (int i = 0; i < h.AtomicNumbers.Length; i++)
        {
            table.Add([Elements.Symbol(h.AtomicNumbers[i]), .. card.AtomicEnergies.Select(row => Numbers.Fixed(row[i], 6))]);
        }

        table.Finish();
    }

    private void WriteProvenance(ModelCard card)
    {
        ModelProvenance p = card.Provenance;
        output.WriteLine();
        if (card.Published is not null) { Line("published as", card.Published.Name); }
        Optional("level of theory", p.LevelOfTheory);
        Optional("licence", p.Licence);
        Optional("cite", p.Citation);
        Optional("remark", p.Description);
        Optional("made from", p.Source == Path.GetFileName(card.Path) ? null : p.Source);
        Line("file", $"{card.Path} ({Numbers.Bytes(card.FileSize)})");
        Line("SHA-256", card.Sha256);
    }

    private static string ByHead(HyperParameters h, ImmutableArray<double> values, string unit) =>
        string.Join(", ", values.Select((v, i) => $"{Invariant(v)}{unit}{(values.Length > 1 ? $" ({h.Heads[i]})" : "")}"));

    /// <summary>One value where all layers agree, all of them otherwise.</summary>
    private static string Collapse(IEnumerable<string> layers)
    {
        string[] all = [.. layers];
        return all.Distinct(StringComparer.Ordinal).Count() == 1 ? all[0] : string.Join(", ", all);
    }

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Invariant(double value) => value.ToString("G10", CultureInfo.InvariantCulture);

    private void Optional(string label, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value)) { Line(label, value.ReplaceLineEndings(" ")); }
    }

    private void Line(string label, string value) => output.WriteLine($"{label.PadRight(LabelWidth)}{value}");
}

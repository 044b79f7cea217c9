using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using Spectre.Console;

namespace MaceSharp.Cli.Models;

/// <summary>Shows a model card to a person.</summary>
internal sealed class ModelCardText(StyledOutput output)
{
    private const int LabelWidth = 22;

    private Grid _list = PlainLayout.List(LabelWidth);

    /// <summary>Writes the card.</summary>
    public void Write(ModelCard card)
    {
        HyperParameters h = card.Model.HyperParameters;
        output.WriteHeading(card.Provenance.Name ?? Path.GetFileName(card.Path));
        output.WriteLine();
        _list.Add("class", card.ClassName);
        _list.Add("predicts", card.Predicts);
        _list.Add("elements", $"{h.AtomicNumbers.Length}: {string.Join(' ', h.AtomicNumbers.Select(Elements.Symbol))}");
        if (h.Heads.Length > 1) { _list.Add("heads", string.Join(", ", h.Heads)); }
        if (!h.Embeddings.IsEmpty) { _list.Add("depends also on", string.Join(", ", h.Embeddings.Select(static e => e.Name))); }
        _list.Add("cutoff r_max", $"{Invariant(h.CutoffRadius)} Å ({Invariant(h.CutoffRadius * h.LayerCount)} Å through {Numbers.Count(h.LayerCount, "layer")})");
        EndList();
        _list.Add("channels", Invariant(h.ChannelCount));
        _list.Add("hidden_irreps", h.HiddenIrreps.ToString());
        if (h.EdgeIrreps is not null) { _list.Add("edge_irreps", h.EdgeIrreps.ToString()); }
        _list.Add("max_ell", Invariant(h.MaxEll) + (h.UseSo3 ? " (SO(3))" : ""));
        _list.Add("correlation", Collapse(h.Correlations.Select(Invariant)));
        _list.Add("interactions", Collapse(h.Interactions.Select(static i => i.ToString())));
        _list.Add("avg_num_neighbors", Collapse(h.AverageNeighborCounts.Select(static n => Numbers.Short(n))));
        _list.Add("radial basis", $"{h.RadialBasisCount} {h.RadialBasis} functions, polynomial cutoff p = {h.CutoffOrder}{(h.ApplyCutoff ? "" : ", applied to the radial weights")}");
        _list.Add("radial_MLP", $"[{string.Join(", ", h.RadialMlp)}]");
        _list.Add("distance transform", h.DistanceTransform == DistanceTransformKind.None ? "none" : h.DistanceTransform.ToString());
        _list.Add("pair repulsion", h.PairRepulsion ? "ZBL" : "none");
        _list.Add("readout", $"{h.MlpIrreps}, gate {h.Gate.ToString().ToLowerInvariant()}{(h.UseBiasReadout ? ", with bias" : "")}{(h.UseLastReadoutOnly ? ", last layer only" : "")}{(h.UseEmbeddingReadout ? ", and of the embedding" : "")}");
        if (h.UseAgnosticProduct) { _list.Add("product weights", "shared by all elements"); }
        _list.Add("parameters", card.ParameterCount.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' '));
        _list.Add("precision", ModelOptions.NameOf(card.Model.StoredPrecision));
        WriteEnergies(card);
        WriteProvenance(card);
    }

    private void WriteEnergies(ModelCard card)
    {
        HyperParameters h = card.Model.HyperParameters;
        if (!card.Scale.IsEmpty)
        {
            _list.Add("scale", ByHead(h, card.Scale, ""));
            _list.Add("shift", ByHead(h, card.Shift, " eV"));
        }

        EndList();
        if (card.AtomicEnergies.IsEmpty) { return; }
        output.WriteHeading("isolated-atom energies E0, eV");
        Table table = PlainLayout.Table([new(""), .. h.Heads.Select(static head => new Column(head))]);
        for (int i = 0; i < h.AtomicNumbers.Length; i++)
        {
            table.Add([Elements.Symbol(h.AtomicNumbers[i]), .. card.AtomicEnergies.Select(row => Numbers.Fixed(row[i], 6))]);
        }

        output.Write(table);
        output.WriteLine();
    }

    private void WriteProvenance(ModelCard card)
    {
        ModelProvenance p = card.Provenance;
        if (card.Published is not null) { _list.Add("published as", card.Published.Name); }
        Optional("level of theory", p.LevelOfTheory);
        Optional("licence", p.Licence);
        Optional("cite", p.Citation);
        Optional("remark", p.Description);
        Optional("made from", p.Source == Path.GetFileName(card.Path) ? null : p.Source);
        _list.Add("file", $"{card.Path} ({Numbers.Bytes(card.FileSize)})");
        _list.Add("SHA-256", card.Sha256);
        output.Write(_list);
    }

    private void EndList()
    {
        output.Write(_list);
        output.WriteLine();
        _list = PlainLayout.List(LabelWidth);
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
        if (!string.IsNullOrWhiteSpace(value)) { _list.Add(label, value.ReplaceLineEndings(" ")); }
    }

}

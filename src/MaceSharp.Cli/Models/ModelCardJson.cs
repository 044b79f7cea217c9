using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Models;

/// <summary>Writes a model card as JSON, with mace-torch's names of hyper-parameters.</summary>
internal static class ModelCardJson
{
    /// <summary>Writes the card as an object, with what was measured of its tables, if anything.</summary>
    public static void Write(Utf8JsonWriter json, ModelCard card, IReadOnlyList<TableReport> tables)
    {
        HyperParameters h = card.Model.HyperParameters;
        ModelProvenance p = card.Provenance;
        json.WriteStartObject();
        json.WriteString("name", p.Name ?? Path.GetFileName(card.Path));
        json.WriteString("class", card.ClassName);
        Strings(json, "predicts", card.Predicts.Split(", "));
        Strings(json, "elements", h.AtomicNumbers.Select(Elements.Symbol));
        Integers(json, "atomic_numbers", h.AtomicNumbers);
        Strings(json, "heads", h.Heads);
        json.WriteNumber("r_max", h.CutoffRadius);
        json.WriteNumber("num_interactions", h.LayerCount);
        json.WriteNumber("num_channels", h.ChannelCount);
        json.WriteString("hidden_irreps", h.HiddenIrreps.ToString());
        if (h.EdgeIrreps is not null) { json.WriteString("edge_irreps", h.EdgeIrreps.ToString()); }
        json.WriteNumber("max_ell", h.MaxEll);
        json.WriteBoolean("use_so3", h.UseSo3);
        Integers(json, "correlation", h.Correlations);
        Strings(json, "interactions", h.Interactions.Select(static i => i.ToString()));
        Reals(json, "avg_num_neighbors", h.AverageNeighborCounts);
        json.WriteString("radial_type", h.RadialBasis.ToString().ToLowerInvariant());
        json.WriteNumber("num_radial_basis", h.RadialBasisCount);
        json.WriteNumber("num_cutoff_basis", h.CutoffOrder);
        json.WriteBoolean("apply_cutoff", h.ApplyCutoff);
        Integers(json, "radial_MLP", h.RadialMlp);
        json.WriteString("distance_transform", h.DistanceTransform.ToString());
        json.WriteBoolean("pair_repulsion", h.PairRepulsion);
        json.WriteString("MLP_irreps", h.MlpIrreps.ToString());
        json.WriteString("gate", h.Gate.ToString().ToLowerInvariant());
        json.WriteBoolean("use_bias_readout", h.UseBiasReadout);
        json.WriteBoolean("use_last_readout_only", h.UseLastReadoutOnly);
        json.WriteBoolean("use_embedding_readout", h.UseEmbeddingReadout);
        json.WriteBoolean("use_agnostic_product", h.UseAgnosticProduct);
        Strings(json, "embeddings", h.Embeddings.Select(static e => e.Name));
        json.WriteNumber("parameters", card.ParameterCount);
        json.WriteString("dtype", ModelOptions.NameOf(card.Model.StoredPrecision));
        WriteEnergies(json, card);
        Optional(json, "published_as", card.Published?.Name);
        Optional(json, "level_of_theory", p.LevelOfTheory);
        Optional(json, "licence", p.Licence);
        Optional(json, "citation", p.Citation);
        Optional(json, "description", p.Description);
        Optional(json, "source", p.Source);
        json.WriteString("file", card.Path);
        json.WriteNumber("bytes", card.FileSize);
        json.WriteString("sha256", card.Sha256);
        if (tables.Count > 0)
        {
            json.WriteStartArray("radial_tables");
            foreach (TableReport report in tables) { report.Write(json); }
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteEnergies(Utf8JsonWriter json, ModelCard card)
    {
        HyperParameters h = card.Model.HyperParameters;
        if (!card.Scale.IsEmpty)
        {
            Reals(json, "scale", card.Scale);
            Reals(json, "shift", card.Shift);
        }

        if (card.AtomicEnergies.IsEmpty) { return; }
        json.WriteStartObject("atomic_energies");
        for (int head = 0; head < h.Heads.Length; head++)
        {
            json.WriteStartObject(h.Heads[head]);
            for (int i = 0; i < h.AtomicNumbers.Length; i++) { json.WriteNumber(Elements.Symbol(h.AtomicNumbers[i]), card.AtomicEnergies[head][i]); }
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) { json.WriteString(name, value); }
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }
        json.WriteEndArray();
    }

    private static void Integers(Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values) { json.WriteNumberValue(value); }
        json.WriteEndArray();
    }

    private static void Reals(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values) { json.WriteNumberValue(value); }
        json.WriteEndArray();
    }
}

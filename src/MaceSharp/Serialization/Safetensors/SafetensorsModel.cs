using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Serialization.Safetensors;

/// <summary>A model as safetensors: its tensors, and in <c>__metadata__</c> its hyper-parameters, origin, licence and citation.</summary>
internal static class SafetensorsModel
{
    private const string FormatKey = "format";
    private const string Format = "macesharp";
    private const string VersionKey = "format_version";
    private const string Version = "1";
    private const string HyperParametersKey = "hyperparameters";
    private const string ProvenanceKey = "provenance";
    private const string LicenceKey = "licence";
    private const string CitationKey = "citation";

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file.</param>
    /// <exception cref="InvalidInputException">The file is damaged, is not a model, or its tensors do not fit its hyper-parameters.</exception>
    public static MaceModel Read(Stream stream)
    {
        (IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, NamedTensor> tensors) = SafetensorsFile.Read(stream);
        if (!metadata.TryGetValue(FormatKey, out string? format) || format != Format || !metadata.TryGetValue(HyperParametersKey, out string? text))
        {
            throw new InvalidInputException("the file is a safetensors file of something else: its metadata lack the hyper-parameters of a MACE model.");
        }

        if (metadata.GetValueOrDefault(VersionKey) != Version)
        {
            throw new InvalidInputException($"the file has version '{metadata.GetValueOrDefault(VersionKey)}' of the model format; known is {Version}.");
        }

        MaceModel model = new(HyperParametersJson.Read(text), tensors.ToImmutableSortedDictionary(StringComparer.Ordinal))
        {
            Provenance = ReadProvenance(metadata),
        };
        ParameterLayout.Check(model);
        return model;
    }

    /// <summary>Writes a model; the same model gives the same bytes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">The tensors of the model do not fit its hyper-parameters.</exception>
    public static void Write(MaceModel model, Stream stream)
    {
        ParameterLayout.Check(model);
        ModelProvenance provenance = model.Provenance;
        List<KeyValuePair<string, string>> metadata =
        [
            new(FormatKey, Format),
            new(VersionKey, Version),
            new(HyperParametersKey, HyperParametersJson.Write(model.HyperParameters)),
            new(ProvenanceKey, WriteProvenance(provenance)),
        ];
        if (provenance.Licence is string licence) { metadata.Add(new(LicenceKey, licence)); }
        if (provenance.Citation is string citation) { metadata.Add(new(CitationKey, citation)); }
        SafetensorsFile.Write(stream, metadata, model.Tensors);
    }

    private static string WriteProvenance(ModelProvenance provenance)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            WriteText(writer, "name", provenance.Name);
            WriteText(writer, "source", provenance.Source);
            WriteText(writer, "level_of_theory", provenance.LevelOfTheory);
            WriteText(writer, "description", provenance.Description);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteText(Utf8JsonWriter writer, string key, string? value)
    {
        if (value is not null) { writer.WriteString(key, value); }
    }

    private static ModelProvenance ReadProvenance(IReadOnlyDictionary<string, string> metadata)
    {
        ModelProvenance provenance = new() { Licence = metadata.GetValueOrDefault(LicenceKey), Citation = metadata.GetValueOrDefault(CitationKey) };
        if (!metadata.TryGetValue(ProvenanceKey, out string? text)) { return provenance; }
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            return provenance with { Name = Text("name"), Source = Text("source"), LevelOfTheory = Text("level_of_theory"), Description = Text("description") };

            string? Text(string key) => root.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException("the provenance in the header is not the JSON it should be.", exception);
        }
    }
}

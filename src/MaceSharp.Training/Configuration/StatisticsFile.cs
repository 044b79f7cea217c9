using System.Collections.Immutable;
using System.Text.Json;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Configuration;

/// <summary>The statistics that <c>mace_prepare_data</c> writes: a JSON object with atomic numbers, mean, std, avg_num_neighbors and atomic energies.</summary>
internal static class StatisticsFile
{
    /// <summary>Takes the statistics of a file into the options.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is not what it should be.</exception>
    public static TrainingOptions Apply(TrainingOptions options, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            return options with
            {
                Network = options.Network with
                {
                    AtomicNumbers = Numbers(root.GetProperty("atomic_numbers")),
                    Mean = root.GetProperty("mean").GetDouble(),
                    Scale = root.GetProperty("std").GetDouble(),
                    AverageNeighborCount = root.GetProperty("avg_num_neighbors").GetDouble(),
                    ComputeAverageNeighborCount = false,
                },
                Data = options.Data with { E0s = root.GetProperty("atomic_energies") is { ValueKind: JsonValueKind.String } text ? text.GetString() : root.GetProperty("atomic_energies").GetRawText() },
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException($"{path} is not a statistics file: a JSON object with atomic_numbers, mean, std, avg_num_neighbors and atomic_energies.", exception);
        }
    }

    private static ImmutableArray<int> Numbers(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? OptionParsing.Integers("atomic_numbers", OptionValue.OfText(element.GetString()!, "statistics_file"), 1, 118)
        : [.. element.EnumerateArray().Select(static e => e.GetInt32())];
}

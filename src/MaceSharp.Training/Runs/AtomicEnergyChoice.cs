using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Runs;

/// <summary>The isolated-atom energies of a head and where they come from.</summary>
/// <param name="Energies">E0 by atomic number, eV.</param>
/// <param name="Source">Where they come from, a few words.</param>
public sealed record AtomicEnergyChoice(ImmutableSortedDictionary<int, double> Energies, string Source)
{
    /// <summary>Chooses the energies as mace-torch does: isolated atoms of the training file win, else the option <c>E0s</c> says.</summary>
    /// <param name="data">Data of the head.</param>
    /// <param name="e0s">The option; null when it was not given.</param>
    /// <param name="elements">Elements of the model.</param>
    /// <param name="required">Elements that must have an energy: those of the head's frames.</param>
    /// <param name="foundation">The model that is fine-tuned, of one head; null: none.</param>
    /// <param name="threads">Number of threads; 0: one a core.</param>
    /// <param name="notes">Receives what the user should know.</param>
    /// <exception cref="InvalidInputException">There is no energy for an element, or the option cannot be used.</exception>
    public static AtomicEnergyChoice Choose(HeadDataSet data, string? e0s, IReadOnlyList<int> elements, IReadOnlyCollection<int> required, MaceModel? foundation, int threads, ICollection<string> notes)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(notes);
        string kind = e0s?.Trim().ToUpperInvariant() ?? "";
        AtomicEnergyChoice choice;
        if (!data.IsolatedAtoms.IsEmpty && kind is not ("FOUNDATION" or "ESTIMATED"))
        {
            choice = new(data.IsolatedAtoms, "isolated atoms of the training file");
            if (kind is not ("" or "ISOLATED")) { notes.Add($"E0s of head {data.Name}: the training file has isolated atoms, which win over E0s: {e0s}."); }
        }
        else
        {
            choice = kind switch
            {
                "" or "ISOLATED" => throw new InvalidInputException($"The training file of head {data.Name} has no isolated atoms (config_type=IsolatedAtom) and E0s is not given; give E0s: average, or a mapping such as {{1: -13.6, 8: -2041.8}}."),
                "AVERAGE" => Average(data, elements, notes),
                "FOUNDATION" => new(OfModel(Foundation(foundation, "foundation")), "the foundation model"),
                "ESTIMATED" when foundation is not null && required.FirstOrDefault(z => !foundation.HyperParameters.AtomicNumbers.Contains(z)) is var unknown and > 0 =>
                    throw new InvalidInputException($"E0s: estimated corrects a foundation model on the frames of head {data.Name}, but it does not know {Elements.Symbol(unknown)}; give isolated atoms in the training file, a mapping, or average."),
                "ESTIMATED" => Estimated(data, elements, Foundation(foundation, "estimated"), threads, notes),
                _ => new(Parse(e0s!), "the option E0s"),
            };
        }

        foreach (int z in required)
        {
            if (!choice.Energies.ContainsKey(z))
            {
                throw new InvalidInputException($"There is no isolated-atom energy for {Elements.Symbol(z)}, which is in the data of head {data.Name}; the energies come from {choice.Source}.");
            }
        }

        double mean = DataSetStatistics.MeanInteractionEnergy(data.Train, choice.Energies);
        if (Math.Abs(mean) > DataSetStatistics.StrongestBinding)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Energies of head {data.Name} are on average {Math.Abs(mean):G4} eV/atom {(mean < 0 ? "below" : "above")} the isolated atoms ({choice.Source}), more than any bond: they do not belong to these data, or the calculation of an atom failed."));
        }

        return choice;
    }

    /// <summary>E0 of a model of one head, eV, by atomic number.</summary>
    /// <param name="model">The model.</param>
    public static ImmutableSortedDictionary<int, double> OfModel(MaceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double[] values = model["atomic_energies_fn.atomic_energies"].Values;
        return model.HyperParameters.AtomicNumbers.Select((z, i) => KeyValuePair.Create(z, values[i])).ToImmutableSortedDictionary();
    }

    private static MaceModel Foundation(MaceModel? foundation, string kind) => foundation ?? throw new InvalidInputException($"E0s: {kind} needs a foundation_model.");

    private static AtomicEnergyChoice Average(HeadDataSet data, IReadOnlyList<int> elements, ICollection<string> notes)
    {
        (ImmutableSortedDictionary<int, double> energies, bool determined) = AtomicEnergyFit.Fit(data.Train, elements);
        if (!determined) { notes.Add($"The compositions of head {data.Name} do not determine an energy for each element; of the least-squares solutions the smallest is taken."); }
        return new(energies, "a least-squares fit of the training energies");
    }

    private static AtomicEnergyChoice Estimated(HeadDataSet data, IReadOnlyList<int> elements, MaceModel foundation, int threads, ICollection<string> notes)
    {
        MacePotential potential = new(foundation, new MaceOptions { ThreadCount = threads });
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        (ImmutableSortedDictionary<int, double> corrections, bool determined) = AtomicEnergyFit.Fit(data.Train, elements, frame =>
        {
            evaluator.Evaluate(frame.Structure, Properties.Energy, result);
            return result.Energy!.Value;
        });
        if (!determined) { notes.Add($"The compositions of head {data.Name} do not determine a correction of E0 for each element; the smallest corrections are taken."); }
        ImmutableSortedDictionary<int, double> old = OfModel(foundation);
        return new(elements.ToImmutableSortedDictionary(static z => z, z => old.GetValueOrDefault(z) + corrections[z]), "those of the foundation model, corrected by least squares of its errors");
    }

    private static ImmutableSortedDictionary<int, double> Parse(string text)
    {
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) { return ParseFile(text); }
        OptionValue value = OptionValue.OfText(text, "E0s").Expanded();
        if (!value.IsMapping) { throw OptionParsing.Wrong("E0s", value, "average, isolated, foundation, estimated, a mapping such as {1: -13.6, 8: -2041.8}, or a JSON file"); }
        return value.Entries.ToImmutableSortedDictionary(e => ElementOf(e.Key), static e => OptionParsing.Real("E0s", e.Value));
    }

    private static ImmutableSortedDictionary<int, double> ParseFile(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.EnumerateObject().ToImmutableSortedDictionary(static p => ElementOf(p.Name), static p => p.Value.GetDouble());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidInputException($"{path} is not a JSON object of energies by atomic number, for example {{\"1\": -13.6}}.", exception);
        }
    }

    private static int ElementOf(string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= Elements.MaxAtomicNumber) { return number; }
        return Elements.TryGetAtomicNumber(name, out int z) && z > 0 ? z : throw new InvalidInputException($"E0s names the element '{name}', which is neither an atomic number nor a symbol.");
    }
}

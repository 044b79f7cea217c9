using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Training;

namespace MaceSharp.Cli.Training;

/// <summary>The options that say under which keys labels stand.</summary>
internal sealed class LabelKeyOptions
{
    private static readonly TrainingKeys Default = new();

    private readonly Option<string> _energy = Key("--energy_key", "energies, eV", Default.Energy);
    private readonly Option<string> _forces = Key("--forces_key", "forces, eV/Å", Default.Forces);
    private readonly Option<string> _stress = Key("--stress_key", "stresses, eV/Å³, positive under tension", Default.Stress);
    private readonly Option<string> _virials = Key("--virials_key", "virials, eV", Default.Virials);
    private readonly Option<string> _dipole = Key("--dipole_key", "dipoles", Default.Dipole);
    private readonly Option<string> _polarizability = Key("--polarizability_key", "polarizabilities", Default.Polarizability);
    private readonly Option<string> _charges = Key("--charges_key", "partial charges, e", Default.Charges);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _energy, _forces, _stress, _virials, _dipole, _polarizability, _charges }) { command.Options.Add(option); }
    }

    /// <summary>The keys that were given.</summary>
    public TrainingKeys Read(ParseResult result) => new()
    {
        Energy = result.GetValue(_energy)!,
        Forces = result.GetValue(_forces)!,
        Stress = result.GetValue(_stress)!,
        Virials = result.GetValue(_virials)!,
        Dipole = result.GetValue(_dipole)!,
        Polarizability = result.GetValue(_polarizability)!,
        Charges = result.GetValue(_charges)!,
    };

    private static Option<string> Key(string name, string quantity, string key) => new(name) { Description = $"Key of {quantity}. Without it: {key}.", HelpName = "KEY", DefaultValueFactory = _ => key };
}

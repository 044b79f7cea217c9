using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Simulation;

namespace MaceSharp.Cli;

/// <summary>The options by which a dispersion correction is added to a potential.</summary>
internal sealed class DispersionOptions
{
    /// <summary><c>--d3</c>: the functional whose D3(BJ) correction is added.</summary>
    public Option<string?> Functional { get; } = CreateFunctional();

    /// <summary><c>--d3-cutoff</c>: the cutoff of its sum over pairs.</summary>
    public Option<double?> Cutoff { get; } = new("--d3-cutoff")
    {
        Description = "Cutoff of the sum over pairs of --d3, Å. Without it: 50.27 (95 Bohr, as published); 21.17 (40 Bohr) is what mace_mp of mace-torch takes.",
        HelpName = "A",
        CustomParser = static result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 200) { return value; }
            result.AddError($"--d3-cutoff cannot be '{text}'; give a number above 0 and up to 200 (Å).");
            return null;
        },
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Functional);
        command.Options.Add(Cutoff);
    }

    /// <summary>What the command line asks for; null without <c>--d3</c>.</summary>
    /// <exception cref="InvalidInputException">The functional is not known, or a cutoff is given without one.</exception>
    public DispersionRequest? Resolve(ParseResult result)
    {
        double? cutoff = result.GetValue(Cutoff);
        if (result.GetValue(Functional) is not string functional)
        {
            return cutoff is null ? null : throw new InvalidInputException("--d3-cutoff belongs to --d3; name the functional too, for example --d3 pbe.");
        }

        return new DispersionRequest(functional, D3Damping.For(functional), cutoff ?? D3Options.PublishedCutoff);
    }

    private static Option<string?> CreateFunctional()
    {
        Option<string?> option = new("--d3") { Description = "Add the dispersion correction D3(BJ) of a functional, for example pbe, r2scan or b3lyp. Not for models trained on data that contain dispersion.", HelpName = "FUNCTIONAL" };
        option.CompletionSources.Add([.. D3Damping.Functionals]);
        return option;
    }
}

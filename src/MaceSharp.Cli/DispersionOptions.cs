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
    public Option<double?> Cutoff { get; } = Length("--d3-cutoff", "Cutoff of the sum over pairs of --d3, Å. Without it: 50.27 (95 Bohr, as published); 21.17 (40 Bohr) is what mace_mp of mace-torch takes.");

    /// <summary><c>--d3-atm</c>: the three-body term too.</summary>
    public Option<bool> ThreeBody { get; } = new("--d3-atm", "--d3-abc") { Description = "With --d3: add the three-body term of Axilrod, Teller and Muto too (--atm of s-dftd3, -abc of dftd3, abc of torch-dftd)." };

    /// <summary><c>--d3-atm-cutoff</c>: the longest side of its triangles.</summary>
    public Option<double?> ThreeBodyCutoff { get; } = Length("--d3-atm-cutoff", "Longest side of the triangles of --d3-atm, Å; time grows with its sixth power. Without it: 21.17 (40 Bohr, as published).");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Functional);
        command.Options.Add(Cutoff);
        command.Options.Add(ThreeBody);
        command.Options.Add(ThreeBodyCutoff);
    }

    /// <summary>What the command line asks for; null without <c>--d3</c>.</summary>
    /// <exception cref="InvalidInputException">The functional is not known, or a cutoff is given without one.</exception>
    public DispersionRequest? Resolve(ParseResult result)
    {
        double? cutoff = result.GetValue(Cutoff), triangles = result.GetValue(ThreeBodyCutoff);
        bool threeBody = result.GetValue(ThreeBody);
        if (result.GetValue(Functional) is not string functional)
        {
            string? alone = cutoff is not null ? Cutoff.Name : threeBody ? ThreeBody.Name : triangles is not null ? ThreeBodyCutoff.Name : null;
            return alone is null ? null : throw new InvalidInputException($"{alone} belongs to --d3; name the functional too, for example --d3 pbe.");
        }

        if (triangles is not null && !threeBody) { throw new InvalidInputException("--d3-atm-cutoff belongs to --d3-atm; give that too."); }
        D3Options options = new() { Cutoff = cutoff ?? D3Options.PublishedCutoff, HasThreeBody = threeBody, ThreeBodyCutoff = triangles ?? D3Options.PublishedCoordinationCutoff };
        return new DispersionRequest(functional, D3Damping.For(functional), options);
    }

    private static Option<double?> Length(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "A",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 200) { return value; }
            result.AddError($"{name} cannot be '{text}'; give a number above 0 and up to 200 (Å).");
            return null;
        },
    };

    private static Option<string?> CreateFunctional()
    {
        Option<string?> option = new("--d3") { Description = "Add the dispersion correction D3(BJ) of a functional, for example pbe, r2scan or b3lyp. Not for models trained on data that contain dispersion.", HelpName = "FUNCTIONAL" };
        option.CompletionSources.Add([.. D3Damping.Functionals]);
        return option;
    }
}

using System.CommandLine;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Simulation;

/// <summary>The options that hold atoms. Atoms are counted from 1.</summary>
internal sealed class ConstraintOptions
{
    private readonly Option<string[]> _fix = Many("--fix", "Atoms that stay where they are, counted from 1: 1-4,7.", "ATOMS");
    private readonly Option<string[]> _plane = Many("--fix-plane", "An atom that moves in a plane, with its normal: 3:0,0,1.", "ATOM:X,Y,Z");
    private readonly Option<string[]> _line = Many("--fix-line", "An atom that moves along a line: 3:0,0,1.", "ATOM:X,Y,Z");
    private readonly Option<string[]> _bond = Many("--fix-bond", "Two atoms that keep their distance, or get the given one in Å: 1-2 or 1-2:0.96.", "I-J[:A]");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new[] { _fix, _plane, _line, _bond }) { command.Options.Add(option); }
    }

    /// <summary>The constraints of a command line.</summary>
    /// <exception cref="InvalidInputException">A text is not understood.</exception>
    public IReadOnlyList<Constraint> Of(ParseResult result)
    {
        List<Constraint> constraints = [.. AtomRanges.Parse("--fix", result.GetValue(_fix) ?? [], null).Select(static a => new Constraint.Fixed(a))];
        foreach (string text in result.GetValue(_plane) ?? [])
        {
            (int atom, Vector3D normal) = AtomAndVector("--fix-plane", text);
            constraints.Add(new Constraint.Plane(atom, normal));
        }

        foreach (string text in result.GetValue(_line) ?? [])
        {
            (int atom, Vector3D direction) = AtomAndVector("--fix-line", text);
            constraints.Add(new Constraint.Line(atom, direction));
        }

        foreach (string text in result.GetValue(_bond) ?? [])
        {
            string[] parts = text.Split(':'), atoms = parts[0].Split('-');
            if (parts.Length > 2 || atoms.Length != 2) { throw new InvalidInputException($"--fix-bond '{text}' is not understood; write two atoms as 1-2, or with a length in Å as 1-2:0.96."); }
            constraints.Add(new Constraint.Bond(Atom("--fix-bond", atoms[0]), Atom("--fix-bond", atoms[1]), parts.Length == 2 ? Number("--fix-bond", parts[1]) : null));
        }

        return constraints;
    }

    private static Option<string[]> Many(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static (int Atom, Vector3D Vector) AtomAndVector(string option, string text)
    {
        string[] parts = text.Split(':');
        string[] numbers = parts.Length == 2 ? parts[1].Split(',') : [];
        if (numbers.Length != 3) { throw new InvalidInputException($"{option} '{text}' is not understood; write an atom and a vector as 3:0,0,1."); }
        return (Atom(option, parts[0]), new(Number(option, numbers[0]), Number(option, numbers[1]), Number(option, numbers[2])));
    }

    private static int Atom(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int atom) && atom > 0 ? atom - 1 : throw new InvalidInputException($"{option}: '{text}' is not the number of an atom; atoms are counted from 1.");

    private static double Number(string option, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw new InvalidInputException($"{option}: '{text}' is not a number.");
}

using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Scaling;

/// <summary>What the command line says.</summary>
/// <param name="Command">What to measure.</param>
/// <param name="Most">Largest number of atoms; null: the study's own.</param>
/// <param name="Models">Folder of model files, or the file of one.</param>
/// <param name="Crystal">File of a crystal; null: none.</param>
/// <param name="Docs">Folder of the documentation to write into; null: none.</param>
internal sealed record Arguments(string Command, int? Most, string? Models, string? Crystal, string? Docs)
{
    /// <summary>Reads a command line.</summary>
    /// <exception cref="InvalidInputException">It cannot be understood.</exception>
    public static Arguments Parse(string[] args)
    {
        Arguments result = new(args.Length > 0 ? args[0] : "", null, null, null, null);
        for (int i = 1; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new InvalidInputException($"{args[i]} lacks its value.");
            result = args[i] switch
            {
                "--most" => result with { Most = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most > 0 ? most : throw new InvalidInputException($"--most cannot be '{value}'; give a whole number from 1.") },
                "--models" => result with { Models = value },
                "--crystal" => result with { Crystal = value },
                "--docs" => result with { Docs = value },
                _ => throw new InvalidInputException($"There is no option '{args[i]}'."),
            };
        }

        return result;
    }
}

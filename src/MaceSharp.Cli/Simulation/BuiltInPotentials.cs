using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Simulation;

/// <summary>Potentials that need no model file, as <c>--potential</c> names them: <c>lj:epsilon=0.0104,sigma=3.4,rc=8.5,smooth</c>.</summary>
internal static class BuiltInPotentials
{
    /// <summary>Reads the text of <c>--potential</c>.</summary>
    /// <param name="text">A name, and perhaps settings behind a colon.</param>
    /// <param name="skin">Skin of its neighbour list, Å.</param>
    /// <exception cref="InvalidInputException">There is no such potential or setting.</exception>
    public static IPotential Create(string text, double skin)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        if (name != "lj") { throw new InvalidInputException($"--potential '{name}' is unknown; it is lj, for example lj:epsilon=0.0104,sigma=3.4,rc=8.5,smooth, or lj:argon."); }
        LennardJonesParameters parameters = new();
        foreach (string setting in (colon < 0 ? "" : text[(colon + 1)..]).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = setting.Split('=', 2);
            parameters = (parts[0], parts.Length) switch
            {
                ("argon", 1) => LennardJonesParameters.Argon,
                ("smooth", 1) => parameters with { IsSmooth = true },
                ("epsilon", 2) => parameters with { Epsilon = Number(setting, parts[1]) },
                ("sigma", 2) => parameters with { Sigma = Number(setting, parts[1]) },
                ("rc", 2) => parameters with { Cutoff = Number(setting, parts[1]) },
                ("ro", 2) => parameters with { Onset = Number(setting, parts[1]) },
                _ => throw new InvalidInputException($"--potential lj does not know '{setting}'; it takes epsilon=, sigma=, rc=, ro=, smooth or argon."),
            };
        }

        return new LennardJonesPotential(parameters with { Skin = skin });
    }

    private static double Number(string setting, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw new InvalidInputException($"--potential: '{setting}' needs a number, for example sigma=3.4.");
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Simulation;

/// <summary>An external pressure: one number, three along the axes, or a whole tensor. GPa, positive under compression.</summary>
/// <param name="Mean">The mean of the diagonal, GPa.</param>
/// <param name="Deviation">What the tensor has beyond its mean, GPa; zero for one number.</param>
internal sealed record PressureOption(double Mean, Matrix3 Deviation)
{
    private const double Largest = 1e6;

    /// <summary>An option that takes such a pressure.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it does.</param>
    public static Option<PressureOption?> Create(string name, string description) => new(name)
    {
        Description = $"{description} One number, or three of xx,yy,zz, or six of xx,yy,zz,yz,xz,xy; positive under compression (minus ASE's stress).",
        HelpName = "GPA[,…]",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split(',');
            double[] v = new double[parts.Length];
            for (int k = 0; k < parts.Length; k++)
            {
                if (!double.TryParse(parts[k], NumberStyles.Float, CultureInfo.InvariantCulture, out v[k]) || !(Math.Abs(v[k]) <= Largest))
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} cannot be '{text}'; give one number from {-Largest} to {Largest}, or three or six of them with commas between."));
                    return null;
                }
            }

            if (v.Length is 1 or 3 or 6) { return Of(v); }
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes 1, 3 (xx,yy,zz) or 6 (xx,yy,zz,yz,xz,xy) numbers, not {v.Length}."));
            return null;
        },
    };

    private static PressureOption Of(double[] v)
    {
        if (v.Length == 1 || (v.AsSpan(1, 2).SequenceEqual([v[0], v[0]]) && (v.Length == 3 || v.AsSpan(3).SequenceEqual([0, 0, 0])))) { return new(v[0], default); }
        double mean = (v[0] + v[1] + v[2]) / 3;
        return new(mean, Matrix3.FromVoigt([v[0] - mean, v[1] - mean, v[2] - mean, .. v.Length == 6 ? v[3..] : [0, 0, 0]]));
    }
}

namespace MaceSharp.Simulation;

/// <summary>Parameters of a <see cref="LennardJonesPotential"/>, with the names and defaults of ASE.</summary>
public sealed record LennardJonesParameters
{
    /// <summary>Argon as in A. Rahman, Phys. Rev. 136, A405 (1964): ε/k = 120 K, σ = 3.4 Å, with a smooth cutoff at 8.5 Å.</summary>
    public static LennardJonesParameters Argon { get; } = new() { Epsilon = 120 * Atoms.Units.BoltzmannConstant, Sigma = 3.4, Cutoff = 8.5, IsSmooth = true };

    /// <summary>Depth ε of the well, eV.</summary>
    public double Epsilon { get; init; } = 1;

    /// <summary>Distance σ at which two atoms have no energy, Å.</summary>
    public double Sigma { get; init; } = 1;

    /// <summary>Cutoff r_c, Å; null for 3σ.</summary>
    public double? Cutoff { get; init; }

    /// <summary>Where the smooth cutoff begins, r_o, Å; null for 0.66 r_c. Used with <see cref="IsSmooth"/> alone.</summary>
    public double? Onset { get; init; }

    /// <summary>Whether energy and force go to zero smoothly between onset and cutoff; otherwise the energy is shifted to be zero at the cutoff and the force jumps there.</summary>
    public bool IsSmooth { get; init; }

    /// <summary>How much farther than the cutoff the neighbour list reaches, Å, so that it serves for several steps.</summary>
    public double Skin { get; init; }
}

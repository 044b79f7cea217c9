using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How D3 is summed.</summary>
public sealed record D3Options
{
    /// <summary>The published cutoff of the sum over pairs: 95 Bohr (S. Grimme's program DFT-D3), Å.</summary>
    public const double PublishedCutoff = 95 * Units.Bohr;

    /// <summary>The published cutoff of coordination numbers: 40 Bohr, Å. The counting function tends to 1.1e-7, not to zero, so that the cutoff belongs to the definition.</summary>
    public const double PublishedCoordinationCutoff = 40 * Units.Bohr;

    /// <summary>
    /// Pairs farther apart than this are left out, Å. The step of the energy there is C6/r⁶, 1e-9 eV a pair at 95 Bohr.
    /// Other programs: 60 Bohr in simple-dftd3, 40 Bohr with the calculator <c>mace_mp</c> of mace-torch; in liquid water they lose 0.015 and 0.06 meV an atom and take a half and a third of the time.
    /// </summary>
    public double Cutoff { get; init; } = PublishedCutoff;

    /// <summary>Pairs farther apart than this do not count as neighbours in coordination numbers, Å.</summary>
    public double CoordinationCutoff { get; init; } = PublishedCoordinationCutoff;

    /// <summary>
    /// Whether the three-body term is added (Axilrod, Teller and Muto; ATM). Most published parameters for rational damping were fitted without it.
    /// </summary>
    public bool HasThreeBody { get; init; }

    /// <summary>Triangles with a longer side are left out of the three-body term, Å. The cost grows with its sixth power.</summary>
    public double ThreeBodyCutoff { get; init; } = PublishedCoordinationCutoff;

    /// <summary>Threads of an evaluator. Results do not depend on it.</summary>
    public int ThreadCount { get; init; } = 1;
}

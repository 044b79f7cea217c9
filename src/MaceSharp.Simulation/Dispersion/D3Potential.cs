using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The dispersion correction D3 with rational damping, D3(BJ), as a potential of its own: to be added to one whose level of theory lacks it. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010); damping: S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011).
/// C6 coefficients are interpolated between reference systems by fractional coordination numbers; forces and stress contain their derivatives. The three-body term (ATM) is added on demand (<see cref="D3Options.HasThreeBody"/>).
/// </para>
/// <para>
/// Elements 1 to 94. Time and memory are linear in the number of atoms: a periodic structure is surrounded by the images of its atoms within the cutoff, sorted into bins, and summed over without a list of pairs.
/// </para>
/// </remarks>
public sealed class D3Potential : IPotential
{
    /// <summary>Creates the correction.</summary>
    /// <param name="damping">Parameters of the functional it corrects.</param>
    /// <param name="options">Cutoffs and threads; null for the published cutoffs and one thread.</param>
    /// <exception cref="InvalidInputException">A cutoff or parameter is out of range.</exception>
    public D3Potential(D3Damping damping, D3Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(damping);
        options ??= new D3Options();
        foreach (double cutoff in new[] { options.Cutoff, options.CoordinationCutoff, options.ThreeBodyCutoff })
        {
            if (!(cutoff is > 0 and <= 200)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A cutoff of D3 cannot be {cutoff} Å; give one above 0 and up to 200 Å (the published one is {D3Options.PublishedCutoff:F2} Å).")); }
        }

        if (!double.IsFinite(damping.S6) || !double.IsFinite(damping.S8) || !(damping.A1 >= -1) || !(damping.A2 > 0) || !double.IsFinite(damping.A1) || !double.IsFinite(damping.A2))
        {
            throw new InvalidInputException("The damping parameters of D3 are finite numbers with a2 above 0 Bohr.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThreadCount, 1, nameof(options));
        Damping = damping;
        Options = options;
    }

    /// <summary>The parameters of the damping.</summary>
    public D3Damping Damping { get; }

    /// <summary>Cutoffs and threads.</summary>
    public D3Options Options { get; }

    /// <inheritdoc/>
    public double CutoffRadius => Options.HasThreeBody ? Math.Max(Options.Cutoff, Options.ThreeBodyCutoff) : Options.Cutoff;

    /// <inheritdoc/>
    public Properties Supported => Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials;

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new D3Evaluator(this);
}

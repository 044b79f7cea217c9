using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Relaxing;

/// <summary>What <c>mace relax</c> is to do.</summary>
internal sealed record RelaxRequest
{
    /// <summary>How structures are relaxed.</summary>
    public required RelaxationOptions Options { get; init; }

    /// <summary>The optimizer as it was named.</summary>
    public required string OptimizerName { get; init; }

    /// <summary>Where the relaxed structure goes, or null for the usual name.</summary>
    public string? Output { get; init; }

    /// <summary>Whether every step is written.</summary>
    public bool WritesTrajectory { get; init; }

    /// <summary>Whether to go on from a restart file.</summary>
    public bool Restart { get; init; }

    /// <summary>Steps between restart points.</summary>
    public int RestartEvery { get; init; } = 50;

    /// <summary>Whether a figure is written.</summary>
    public bool Draws { get; init; }

    /// <summary>Works to cite for the methods.</summary>
    /// <param name="symmetry">Whether symmetry was looked for.</param>
    public IEnumerable<Citation> Citations(bool symmetry)
    {
        yield return Options.Optimizer switch
        {
            OptimizerKind.Fire => new("FIRE", "E. Bitzek, P. Koskinen, F. Gähler, M. Moseler and P. Gumbsch, Phys. Rev. Lett. 97, 170201 (2006)", "10.1103/PhysRevLett.97.170201"),
            OptimizerKind.Lbfgs => new("L-BFGS", "D. C. Liu and J. Nocedal, Math. Program. 45, 503 (1989)", "10.1007/BF01589116"),
            _ => new(Options.Optimizer == OptimizerKind.Bfgs ? "BFGS" : "conjugate gradients", "J. Nocedal and S. J. Wright, Numerical Optimization, Springer (2006)", "10.1007/978-0-387-40065-5"),
        };
        if (Options.Constraints.Any(static c => c is Constraint.Bond)) { yield return new("fixed bonds", "J.-P. Ryckaert, G. Ciccotti and H. J. C. Berendsen, J. Comput. Phys. 23, 327 (1977)", "10.1016/0021-9991(77)90098-5"); }
        if (symmetry) { yield return new("symmetry", "R. W. Grosse-Kunstleve, Acta Cryst. A 55, 383 (1999)", "10.1107/S0108767398010186"); }
    }
}

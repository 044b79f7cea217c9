using MaceSharp.Atoms;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli;

/// <summary>A dispersion correction that was asked for.</summary>
/// <param name="Functional">The functional as it was written.</param>
/// <param name="Damping">Its parameters.</param>
/// <param name="Options">Cutoffs, and whether there is a three-body term.</param>
internal sealed record DispersionRequest(string Functional, D3Damping Damping, D3Options Options)
{
    /// <summary>What it is called: <c>D3(BJ)-pbe</c>, <c>D3(BJ,ATM)-pbe</c>.</summary>
    public string Name => Options.HasThreeBody ? $"D3(BJ,ATM)-{Functional}" : $"D3(BJ)-{Functional}";

    /// <summary>What to cite.</summary>
    public IEnumerable<Citation> Citations =>
    [
        new("D3", "S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010)", "10.1063/1.3382344"),
        new("D3(BJ)", "S. Grimme, S. Ehrlich and L. Goerigk, J. Comput. Chem. 32, 1456 (2011)", "10.1002/jcc.21759"),
        .. Options.HasThreeBody ? new Citation[] { new("three-body dispersion", "B. M. Axilrod and E. Teller, J. Chem. Phys. 11, 299 (1943)", "10.1063/1.1723844") } : [],
        new($"parameters of {Name}", D3Damping.SourceOf(Functional)),
    ];

    /// <summary>Warns where a model has dispersion already.</summary>
    public void WarnIfTwice(CliContext context, IEnumerable<ModelHandle> models)
    {
        foreach (ModelHandle model in models)
        {
            if (model.DispersionIn is string level) { context.Error.WriteLine($"mace: warning: the model '{model.Name}' was trained on {level}, which contains dispersion: --d3 {Functional} counts it twice."); }
        }
    }

    /// <summary>Adds the correction to a potential.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="threads">Threads of an evaluator of the correction.</param>
    public IPotential AddTo(IPotential potential, int threads) => new SumPotential(potential, new D3Potential(Damping, Options with { ThreadCount = threads }));
}

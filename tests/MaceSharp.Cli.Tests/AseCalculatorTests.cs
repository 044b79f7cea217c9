using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Simulation;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary>ASE, through the calculator of the examples, and this library find the same minima.</summary>
public sealed class AseCalculatorTests
{
    private const string Script =
        """
        import json, os, sys
        sys.path.insert(0, sys.argv[1])
        import ase.io
        from ase.constraints import ExpCellFilter
        from ase.optimize import BFGS, LBFGS
        from ase_calculator import Mace
        atoms = ase.io.read(sys.argv[3], index=int(sys.argv[4]))
        atoms.calc = Mace(model=sys.argv[5], command=sys.argv[2], options=["--radial", "table", "--threads", "1"])
        if atoms.pbc.all():
            LBFGS(ExpCellFilter(atoms), logfile=None).run(fmax=1e-3, steps=300)
        else:
            BFGS(atoms, logfile=None).run(fmax=2e-4, steps=300)
        print(json.dumps(dict(energy=atoms.get_potential_energy(), fmax=float(abs(atoms.get_forces()).max()))))
        """;

    [AseFact]
    [Trait("Speed", "Slow")]
    public void MinimaOfMoleculesAreTheSame() => Check("molecules.xyz", 2, Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors"));

    /// <summary>With the first potential that shipped, in which urea has a minimum; in the one that ships now it rests on a saddle, which optimisers leave at different points.</summary>
    [AseGoldenFact]
    [Trait("Speed", "Slow")]
    public void MinimaOfCrystalsAreTheSame() => Check("urea.cif", 0, Path.Combine(GoldenData.SharedRoot, "starter", "gfn2_chno.model"));

    private static void Check(string file, int frame, string model)
    {
        string examples = Path.Combine(GoldenData.RepositoryRoot, "examples"), path = Path.Combine(examples, file);
        using JsonDocument answer = JsonDocument.Parse(Ase.Run(Script, examples, $"dotnet {Path.Combine(AppContext.BaseDirectory, "mace.dll")}", path, frame.ToString(CultureInfo.InvariantCulture), model));
        Structure start = StructureReader.Read(path, FrameSlice.All).ElementAt(frame);
        MacePotential potential = MacePotential.Load(model, new() { Radial = RadialMode.Table });
        RelaxationOptions options = new() { MaxForce = 2e-4, MaxStress = 2e-4, Cell = start.Periodicity.IsFull ? CellRelaxation.Full : CellRelaxation.Fixed };
        RelaxationResult result = Relaxation.Run(potential, start, options);
        Assert.True(result.IsConverged);
        Assert.Equal(answer.RootElement.GetProperty("energy").GetDouble(), result.Energy, 1e-6);
    }
}

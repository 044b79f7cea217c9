using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Relaxing;

/// <summary>Every optimizer finds the minimum that ASE finds, in every freedom of the cell, and keeps what it must keep.</summary>
public sealed class RelaxationTests : IDisposable
{
    private static readonly LennardJonesPotential Argon = new(new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 8, Onset = 6, IsSmooth = true, Skin = 0.4 });
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-relax-");

    public static TheoryData<OptimizerKind> Optimizers => [OptimizerKind.Lbfgs, OptimizerKind.Fire, OptimizerKind.Bfgs, OptimizerKind.ConjugateGradient];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void AClusterReachesTheMinimum(OptimizerKind optimizer)
    {
        // The global minimum of 13 Lennard-Jones atoms is the icosahedron, −44.326801 ε (M. R. Hoare and P. Pal, Adv. Phys. 20, 161 (1971); D. J. Wales and J. P. K. Doye, J. Phys. Chem. A 101, 5111 (1997)).
        LennardJonesPotential potential = new(new() { Cutoff = 1000 });
        double shift = -13 * 12 / 2 * 4 * (Math.Pow(1.0 / 1000, 12) - Math.Pow(1.0 / 1000, 6));
        RelaxationResult result = Relaxation.Run(potential, Icosahedron(1.2), new() { Optimizer = optimizer, MaxForce = 1e-6, MaxStep = 0.05, MaxSteps = 3000 });
        Assert.True(result.IsConverged, $"{result.LargestForce} after {result.Steps} steps");
        Assert.Equal(-44.326801, result.Energy - shift, 1e-6);
        Assert.True(result.Evaluations < (optimizer == OptimizerKind.Fire ? 700 : 120), $"{result.Evaluations} evaluations");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void ACrystalReachesItsMinimumWithItsCell(OptimizerKind optimizer)
    {
        RelaxationResult perfect = Relaxation.Run(Argon, Support.Fcc(18, 5.3, 1), new() { Cell = CellRelaxation.Full, MaxForce = 1e-6, MaxStress = 1e-6 });
        RelaxationResult result = Relaxation.Run(Argon, Distorted(), new() { Optimizer = optimizer, Cell = CellRelaxation.Full, MaxForce = 1e-5, MaxStress = 1e-5, MaxSteps = 3000 });
        Assert.True(result.IsConverged, $"{result.LargestForce} {result.LargestStress} after {result.Steps} steps");
        Assert.Equal(8 * perfect.Energy, result.Energy, 1e-7);
        Assert.Equal(8 * perfect.Structure.Volume, result.Structure.Volume, 0.01);
    }

    [AseTheory]
    [InlineData("molecule", 0.0)]
    [InlineData("crystal", 0.0)]
    [InlineData("crystal", 0.2)]
    [InlineData("crystal with atoms fixed", 0.2)]
    public void MinimaAreThoseOfAse(string what, double pressure)
    {
        Structure start = what == "molecule" ? Icosahedron(4.2) : Distorted();
        string file = Path.Combine(_folder.FullName, "start.xyz");
        using (StructureWriter writer = StructureWriter.Create(file, StructureFormat.ExtendedXyz))
        {
            writer.Write(start);
            writer.Complete();
        }

        using JsonDocument answer = JsonDocument.Parse(Ase.Run(
            """
            import sys, json, ase.io, ase.units
            from ase.calculators.lj import LennardJones
            from ase.optimize import BFGS
            from ase.constraints import ExpCellFilter, FixAtoms
            a = ase.io.read(sys.argv[1], format="extxyz")
            a.calc = LennardJones(epsilon=0.0104, sigma=3.4, rc=8, ro=6, smooth=True)
            p = float(sys.argv[2]) * ase.units.GPa
            if "fixed" in sys.argv[3]: a.set_constraint(FixAtoms([0, 1, 7, 20]))
            target = ExpCellFilter(a, scalar_pressure=p) if a.pbc.all() else a
            BFGS(target, logfile=None).run(fmax=1e-5, steps=500)
            print(json.dumps(dict(e=a.get_potential_energy(), h=a.get_potential_energy() + (p * a.get_volume() if a.pbc.all() else 0))))
            """,
            file,
            pressure.ToString(System.Globalization.CultureInfo.InvariantCulture),
            what));
        Constraint[] constraints = what.Contains("fixed", StringComparison.Ordinal) ? [new Constraint.Fixed(0), new Constraint.Fixed(1), new Constraint.Fixed(7), new Constraint.Fixed(20)] : [];
        RelaxationOptions options = new() { MaxForce = 1e-5, MaxStress = 1e-5, Pressure = pressure, Constraints = constraints, Cell = what != "molecule" ? CellRelaxation.Full : CellRelaxation.Fixed };
        using Relaxation relaxation = new(Argon, start, options);
        Assert.True(relaxation.RunToEnd().IsConverged);
        Assert.Equal(answer.RootElement.GetProperty("e").GetDouble(), relaxation.Energy, pressure == 0 ? 1e-6 : 1e-5);
        Assert.Equal(answer.RootElement.GetProperty("h").GetDouble(), relaxation.Enthalpy, 1e-6);
    }

    [Fact]
    public void TheGradientOfTheCellIsExactForLargeDeformations()
    {
        Structure structure = Support.Fcc(18, 5.3, 1, 0.1);
        RelaxationOptions options = new() { Cell = CellRelaxation.Full, Pressure = 0.3 };
        using IPotentialEvaluator evaluator = Argon.CreateEvaluator();
        RelaxationProblem problem = new(evaluator, structure, structure.Cell, options, null);
        problem.Start();
        double[] x = problem.X.ToArray(), deformation = [0.3, -0.2, 0.15, 0.25, -0.3, 0.2];
        for (int k = 0; k < 6; k++) { x[^(6 - k)] = 2 * deformation[k]; }
        problem.Evaluate(x);
        double[] gradient = problem.Gradient.ToArray();
        for (int k = 0; k < x.Length; k++)
        {
            double Value(double h)
            {
                double[] moved = [.. x];
                moved[k] += h;
                problem.Evaluate(moved);
                return problem.Value;
            }

            const double H = 1e-3;
            double slope = ((8 * (Value(H) - Value(-H))) - (Value(2 * H) - Value(-2 * H))) / (12 * H);
            Assert.Equal(slope, gradient[k], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Theory]
    [InlineData(CellRelaxation.Full)]
    [InlineData(CellRelaxation.Fixed)]
    public void TheGradientIsExactUnderConstraintsAndATension(CellRelaxation cell)
    {
        // Along the ways that the constraints leave, in a cell that is deformed by several percent.
        Structure structure = Distorted();
        RelaxationOptions options = new()
        {
            Cell = cell,
            Pressure = cell == CellRelaxation.Full ? 0.3 : 0,
            PressureDeviation = cell == CellRelaxation.Full ? new(0.2, 0.1, -0.05, 0.1, -0.3, 0.02, -0.05, 0.02, 0.1) : default,
            Constraints = [new Constraint.Fixed(3), new Constraint.Plane(4, new(1, 2, 0)), new Constraint.Line(5, new(1, 0, 1)), new Constraint.Bond(0, 1), new Constraint.Bond(1, 2)],
        };
        using IPotentialEvaluator evaluator = Argon.CreateEvaluator();
        RelaxationProblem problem = new(evaluator, structure, structure.Cell, options, null);
        problem.Start();
        double[] start = problem.X.ToArray(), step = new double[start.Length], x = new double[start.Length], to = new double[start.Length];
        double[] deformation = [0.3, -0.2, 0.15, 0.25, -0.3, 0.2];
        if (cell == CellRelaxation.Full) { deformation.CopyTo(step, step.Length - 6); }
        problem.Move(start, step, 1, x);
        problem.Evaluate(x);
        double[] gradient = problem.Gradient.ToArray();
        IEnumerable<int> some = Enumerable.Range(0, 21).Concat(cell == CellRelaxation.Full ? Enumerable.Range(x.Length - 6, 6) : []);
        foreach (int k in some)
        {
            Array.Clear(step);
            step[k] = 1;
            double Value(double h)
            {
                problem.Move(x, step, h, to);
                problem.Evaluate(to);
                return problem.Value;
            }

            const double H = 1e-3;
            double slope = ((8 * (Value(H) - Value(-H))) - (Value(2 * H) - Value(-2 * H))) / (12 * H);
            Assert.Equal(slope, gradient[k], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void FixedBondsGoWithAChangingCell(OptimizerKind optimizer)
    {
        // The same minimum as with springs in the place of the bonds, but for what the springs still give.
        Structure start = Distorted();
        double length = (start.Positions[0] - start.Positions[1]).Norm - 0.05, second = (start.Positions[5] - start.Positions[6]).Norm;
        Constraint[] bonds = [new Constraint.Bond(0, 1, length), new Constraint.Bond(5, 6)];
        RelaxationOptions options = new() { Optimizer = optimizer, Cell = CellRelaxation.Full, MaxForce = 2e-4, MaxStress = 2e-4, MaxSteps = 3000, Pressure = 0.1, Constraints = bonds };
        using Relaxation relaxation = new(Argon, start, options);
        RelaxationResult result = relaxation.RunToEnd();
        Assert.True(result.IsConverged, $"{result.LargestForce} {result.LargestStress} after {result.Steps} steps");
        ReadOnlySpan<Vector3D> r = result.Structure.Positions;
        Assert.Equal(length, (r[0] - r[1]).Norm, 1e-9);
        Assert.Equal(second, (r[5] - r[6]).Norm, 1e-9);
        using Relaxation springs = new(new SumPotential(Argon, new PairSprings([(0, 1, length), (5, 6, second)], 500)), start, options with { Constraints = [], Optimizer = OptimizerKind.Lbfgs });
        Assert.True(springs.RunToEnd().IsConverged);
        Assert.Equal(springs.Enthalpy, relaxation.Enthalpy, 5e-5);
        Assert.Equal(springs.Volume, relaxation.Volume, 0.1);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void TheStressBecomesTheTensorThatWasAskedFor(OptimizerKind optimizer)
    {
        Matrix3 deviation = new(0.1, 0.05, 0.02, 0.05, -0.04, -0.03, 0.02, -0.03, -0.06);
        RelaxationResult result = Relaxation.Run(Argon, Distorted(), new() { Optimizer = optimizer, Cell = CellRelaxation.Full, MaxForce = 1e-4, MaxStress = 1e-4, MaxSteps = 3000, Pressure = 0.5, PressureDeviation = deviation });
        Assert.True(result.IsConverged, $"{result.LargestForce} {result.LargestStress} after {result.Steps} steps");
        Assert.True(StressLabel.TryRead(result.Structure.Info["stress"], out Matrix3 stress));
        Matrix3 difference = ((1 / Units.GigaPascal) * stress) + (0.5 * Matrix3.Identity) + deviation;
        Assert.True(difference.ToArray().Max(Math.Abs) < 1.001e-4);
    }

    [Fact]
    public void ExponentialAndItsDerivativeAreRight()
    {
        Matrix3 a = new(0.3, -1.2, 0.5, 2, 0.1, -0.7, 0.4, 0.9, -0.6), e = new(0.1, 0.2, -0.3, 0.4, 0.5, 0.1, -0.2, 0.3, 0.7);
        (Matrix3 value, Matrix3 derivative) = MatrixFunctions.Exponential(a, e);

        // exp(A)·exp(−A) = 1, det exp(A) = exp(tr A), and differences for the derivative.
        Assert.Equal(Matrix3.Identity.ToArray(), (value * MatrixFunctions.Exponential(-a)).ToArray(), (x, y) => Math.Abs(x - y) < 1e-13);
        Assert.Equal(Math.Exp(a.Trace), value.Determinant, 1e-13);
        const double H = 1e-3;
        Matrix3 D(double h) => MatrixFunctions.Exponential(a + (h * e));
        Matrix3 difference = (1 / (12 * H)) * ((8 * (D(H) - D(-H))) - (D(2 * H) - D(-2 * H)));
        Assert.Equal(difference.ToArray(), derivative.ToArray(), (x, y) => Math.Abs(x - y) < 1e-9);
        Matrix3 s = a.Symmetrized;
        (Vector3D values, Matrix3 vectors) = MatrixFunctions.EigenSymmetric(s);
        Matrix3 sum = default;
        for (int k = 0; k < 3; k++) { sum += values[k] * Matrix3.Outer(vectors[k], vectors[k]); }
        Assert.Equal(s.ToArray(), sum.ToArray(), (x, y) => Math.Abs(x - y) < 1e-14);
    }

    [Fact]
    public void TheCellKeepsWhatItMust()
    {
        Structure start = Distorted();
        RelaxationOptions options = new() { MaxForce = 1e-4, MaxStress = 1e-4 };
        RelaxationResult shape = Relaxation.Run(Argon, start, options with { Cell = CellRelaxation.Shape });
        Assert.True(shape.IsConverged);
        Assert.Equal(start.Volume, shape.Structure.Volume, 1e-8);
        RelaxationResult volume = Relaxation.Run(Argon, start, options with { Cell = CellRelaxation.Volume });
        Assert.True(volume.IsConverged);
        double factor = volume.Structure.Cell[0, 0] / start.Cell[0, 0];
        Assert.True(Math.Abs(factor - 1) > 1e-3);
        Assert.Equal((factor * start.Cell).ToArray(), volume.Structure.Cell.ToArray(), (x, y) => Math.Abs(x - y) < 1e-10);
        RelaxationResult masked = Relaxation.Run(Argon, Support.Fcc(18, 5.2, 2), options with { Cell = CellRelaxation.Full, StrainMask = [false, false, true, false, false, false] });
        Assert.True(masked.IsConverged);
        Assert.Equal(10.4, masked.Structure.Cell[0, 0], 1e-12);
        Assert.True(masked.Structure.Cell[2, 2] > 10.42);
        RelaxationResult pressed = Relaxation.Run(Argon, start, options with { Cell = CellRelaxation.Full, Pressure = 0.5 });
        Assert.True(pressed.IsConverged);
        Assert.True(StressLabel.TryRead(pressed.Structure.Info["stress"], out Matrix3 stress));
        Assert.Equal(-0.5, stress[1, 1] / Units.GigaPascal, 2e-4);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void ConstraintsHold(OptimizerKind optimizer)
    {
        Structure start = Icosahedron(4.2);
        Constraint[] constraints = [new Constraint.Fixed(1), new Constraint.Plane(2, new(1, 1, 0)), new Constraint.Line(3, new(0, 1, 1)), new Constraint.Bond(4, 5), new Constraint.Bond(5, 6, (start.Positions[5] - start.Positions[6]).Norm - 0.05)];
        RelaxationResult result = Relaxation.Run(Argon, start, new() { Optimizer = optimizer, MaxForce = 1e-4, Constraints = constraints, MaxSteps = 3000 });
        Assert.True(result.IsConverged, $"{result.LargestForce} after {result.Steps} steps");
        Vector3D[] way = [.. start.Positions.ToArray().Zip(result.Structure.Positions.ToArray(), (a, b) => b - a)];
        Assert.Equal(0, way[1].Norm);
        Assert.Equal(0, way[2].X + way[2].Y, 1e-12);
        Assert.Equal(0, way[3].X, 1e-12);
        Assert.Equal(way[3].Y, way[3].Z, 1e-12);
        ReadOnlySpan<Vector3D> r = result.Structure.Positions;
        Assert.Equal((start.Positions[4] - start.Positions[5]).Norm, (r[4] - r[5]).Norm, 1e-9);
        Assert.Equal((start.Positions[5] - start.Positions[6]).Norm - 0.05, (r[5] - r[6]).Norm, 1e-9);
        Assert.True(way[0].Norm > 1e-3);
    }

    [Fact]
    public void SymmetryIsKept()
    {
        // An hcp crystal from a start that is nearly one: without symmetry it would keep the errors of its start.
        double a = 3.8, c = 6.1;
        Structure hcp = new([18, 18], [new(1e-3, 0, 0), new(a / 2, a / (2 * Math.Sqrt(3)), c / 2)], new(a, 0, 0, -a / 2, a * Math.Sqrt(3) / 2, 0, 0, 0, c), Periodicity.All);
        using Relaxation relaxation = new(Argon, hcp, new() { KeepsSymmetry = true, SymmetryTolerance = 0.01, Cell = CellRelaxation.Full, MaxForce = 1e-5, MaxStress = 1e-5 });
        int order = relaxation.Symmetry!.Operations.Count;
        Assert.Equal(24, order);
        RelaxationResult result = relaxation.RunToEnd();
        Assert.True(result.IsConverged);
        Assert.Equal(24, SpaceGroup.Find(result.Structure, 1e-6).Operations.Count);
        Assert.True(Math.Abs(result.Structure.Cell[2, 2] - c) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void AKilledRelaxationGoesOnBitForBit(OptimizerKind optimizer)
    {
        RelaxationOptions options = new() { Optimizer = optimizer, Cell = CellRelaxation.Full, MaxForce = 1e-6, MaxStress = 1e-6, MaxSteps = 40 };
        Structure start = Distorted();
        using Relaxation whole = new(Argon, start, options);
        for (int i = 0; i < 7; i++) { whole.Step(); }
        string file = Path.Combine(_folder.FullName, "restart.extxyz");
        using (StructureWriter writer = StructureWriter.Create(file))
        {
            writer.Write(whole.Save());
            writer.Complete();
        }

        whole.Renew();
        using Relaxation resumed = Relaxation.Resume(Argon, start, RestartFiles.Read(file), options);
        Assert.Equal((whole.StepCount, whole.Evaluations, whole.Enthalpy), (resumed.StepCount, resumed.Evaluations, resumed.Enthalpy));
        RelaxationResult a = whole.RunToEnd(), b = resumed.RunToEnd();
        Assert.Equal((a.Steps, a.Evaluations, a.Energy), (b.Steps, b.Evaluations, b.Energy));
        Assert.True(a.Structure.Positions.SequenceEqual(b.Structure.Positions));
        Assert.Equal(a.Structure.Cell, b.Structure.Cell);
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        Structure cluster = Icosahedron(4);
        Assert.Contains("pbc", Refusal(cluster, new() { Cell = CellRelaxation.Full }), StringComparison.Ordinal);
        Assert.Contains("pressure changes nothing", Refusal(cluster, new() { Pressure = 1 }), StringComparison.Ordinal);
        Structure crystal = Support.Fcc(18, 5.3, 1);
        RelaxationOptions tensor = new() { Cell = CellRelaxation.Full, PressureDeviation = new(-1, 0, 0, 0, -1, 0, 0, 0, 2) };
        Assert.Contains("pressure changes nothing", Refusal(cluster, tensor with { Cell = CellRelaxation.Fixed }), StringComparison.Ordinal);
        Assert.Contains("shape of the cell is fixed", Refusal(crystal, tensor with { Cell = CellRelaxation.Volume }), StringComparison.Ordinal);
        Assert.Contains("symmetry of the crystal", Refusal(crystal, tensor with { KeepsSymmetry = true }), StringComparison.Ordinal);
        Assert.Contains("symmetric and finite", Refusal(crystal, tensor with { PressureDeviation = new(0, 1, 0, 0, 0, 0, 0, 0, 0) }), StringComparison.Ordinal);
        Assert.Contains("positive", Refusal(cluster, new() { MaxForce = 0 }), StringComparison.Ordinal);
        Assert.Contains("bfgs takes 400 atoms", Refusal(Support.Fcc(18, 5.3, 5), new() { Optimizer = OptimizerKind.Bfgs }), StringComparison.Ordinal);
        Assert.Contains("several constraints", Refusal(cluster, new() { Constraints = [new Constraint.Fixed(0), new Constraint.Fixed(0)] }), StringComparison.Ordinal);
        Assert.Contains("0.1 Å away", Refusal(cluster, new() { Constraints = [new Constraint.Bond(0, 1, 9)] }), StringComparison.Ordinal);
        Assert.Contains("fixed twice", Refusal(cluster, new() { Constraints = [new Constraint.Bond(0, 1), new Constraint.Bond(1, 0)] }), StringComparison.Ordinal);
        Structure line = new([8, 6, 8], [new(0, 0, -1.16), default, new(0, 0, 1.16)]);
        Assert.Contains("atoms 1 and 3 follows from the others", Refusal(line, new() { Constraints = [new Constraint.Bond(0, 1), new Constraint.Bond(1, 2), new Constraint.Bond(0, 2)] }), StringComparison.Ordinal);
        Constraint[] all = [.. Enumerable.Range(0, 5).SelectMany(static i => Enumerable.Range(0, i).Select(j => new Constraint.Bond(i, j)))];
        Assert.Contains("more than make it rigid", Refusal(cluster, new() { Constraints = all }), StringComparison.Ordinal);
        new Relaxation(Argon, cluster, new() { Constraints = all[..9] }).Dispose();
        Assert.Contains("nothing holds the atoms together", Assert.Throws<InvalidInputException>(static () => Relaxation.Run(Argon, Support.Fcc(18, 5.3, 1), new() { Cell = CellRelaxation.Full, Pressure = -1 })).Message, StringComparison.Ordinal);
        Assert.Contains("no length", Refusal(cluster, new() { Constraints = [new Constraint.Plane(0, default)] }), StringComparison.Ordinal);
    }

    private static string Refusal(Structure structure, RelaxationOptions options) =>
        Assert.Throws<InvalidInputException>(() => new Relaxation(Argon, structure, options).Dispose()).Message;

    private static Structure Distorted()
    {
        Structure crystal = Support.Fcc(18, 5.35, 2, 0.08);
        Matrix3 strain = new(1.02, 0.02, 0, 0.02, 0.99, 0.01, 0, 0.01, 1.01);
        crystal.Cell *= strain;
        foreach (ref Vector3D r in crystal.Positions) { r *= strain; }
        return crystal;
    }

    private static Structure Icosahedron(double radius)
    {
        double g = (1 + Math.Sqrt(5)) / 2, n = radius / Math.Sqrt(1 + (g * g));
        List<Vector3D> places = [Vector3D.Zero];
        foreach (double s in new[] { -n, n })
        {
            foreach (double t in new[] { -n * g, n * g }) { places.AddRange([new(0, s, t), new(s, t, 0), new(t, 0, s)]); }
        }

        Structure cluster = new(Enumerable.Repeat(18, 13).ToArray(), places.ToArray());
        Support.Rattle(cluster, 0.03 * radius);
        return cluster;
    }
}

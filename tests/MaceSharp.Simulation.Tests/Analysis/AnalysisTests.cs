using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Analysis;

/// <summary>Analysis of trajectories against ASE and against limits that are known exactly.</summary>
public class AnalysisTests
{
    [AseFact]
    public void Radial_distributions_are_those_of_ASE()
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using StructureWriter writer = new(text);
        Structure crystal = Supercell.Repeat(CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Cubic), 3, 3, 3);
        RadialDistribution ours = new(8, 80);
        for (int frame = 0; frame < 3; frame++)
        {
            Structure rattled = Deformation.Rattle(Deformation.Strain(crystal, 0.01 * frame * Matrix3.Identity), 0.2, frame);
            writer.Write(rattled);
            ours.Add(rattled);
        }

        writer.Complete();
        const string Script = """
            import sys, json, io
            from ase.io import read
            from ase.geometry.analysis import Analysis
            frames = read(io.StringIO(sys.argv[1]), index=':', format='extxyz')
            a = Analysis(frames)
            g = a.get_rdf(8.0, 80)
            print(json.dumps([sum(f[i] for f in g) / len(g) for i in range(80)]))
            """;
        double[] theirs = [.. JsonDocument.Parse(Ase.Run(Script, text.ToString())).RootElement.EnumerateArray().Select(static x => x.GetDouble())];
        double[] all = [.. Enumerable.Range(0, 80).Select(i => 0.25 * (ours.Of(11, 11)[i] + ours.Of(17, 17)[i] + (2 * ours.Of(11, 17)[i])))];
        for (int i = 0; i < 80; i++) { Assert.Equal(theirs[i], all[i], 1e-9); }
    }

    [Fact]
    public void A_crystal_has_its_shells()
    {
        RadialDistribution g = new(6, 600);
        g.Add(CrystalPrototype.Create("Cu", "fcc", 3.6));
        double[] running = g.CoordinationOf(29, 29);

        // 12 neighbours at a/√2, 6 at a, 24 at a·√1.5, 12 at a·√2.
        Assert.Equal(0, running[(int)(2.53 * 100)]);
        Assert.Equal(12, running[(int)(2.56 * 100)], 1e-9);
        Assert.Equal(18, running[(int)(3.62 * 100)], 1e-9);
        Assert.Equal(42, running[(int)(4.42 * 100)], 1e-9);
        Assert.Equal(54, running[(int)(5.11 * 100)], 1e-9);
    }

    [Fact]
    public void An_ideal_gas_has_no_structure()
    {
        Random random = new(3);
        RadialDistribution g = new(9, 9);
        const int N = 400, Frames = 60;
        for (int frame = 0; frame < Frames; frame++)
        {
            Vector3D[] positions = [.. Enumerable.Range(0, N).Select(_ => 12 * new Vector3D(random.NextDouble(), random.NextDouble(), random.NextDouble()))];
            g.Add(new([.. Enumerable.Range(0, N).Select(static i => i % 2 == 0 ? 18 : 10)], positions, new Matrix3(12, 0, 0, 0, 12, 0, 0, 0, 12), Periodicity.All));
        }

        // Pairs in the shell from 5 to 6 Å: 200·200·(4π/3)(216 − 125)/1728 a frame; three standard errors.
        double pairs = Frames * 200.0 * 200 * 4 * Math.PI / 3 * 91 / 1728;
        Assert.Equal(1, g.Of(10, 18)[5], 3 / Math.Sqrt(pairs));
        Assert.Equal(1 - (1.0 / 200), g.Of(18, 18)[5], 3 / Math.Sqrt(pairs / 2));
    }

    [Fact]
    public void Free_flight_and_random_walks_move_as_they_should()
    {
        // Argon flies through the periodic boundary with v = 0.1 Å a frame against as many that fly the other way; neon walks at random.
        Random random = new(11);
        MeanSquareDisplacement msd = new();
        const int N = 200, Frames = 2001;
        Vector3D[] positions = new Vector3D[2 * N];
        int[] numbers = [.. Enumerable.Range(0, 2 * N).Select(static i => i < N ? 18 : 10)];
        for (int frame = 0; frame < Frames; frame++)
        {
            Structure structure = new(numbers, positions, new Matrix3(7, 0, 0, 1, 6, 0, 0, 0, 5), Periodicity.All);
            Matrix3 inverse = structure.Cell.Inverse();
            foreach (ref Vector3D r in structure.Positions) { r = Wrapping.Wrap(r, structure.Cell, inverse, Periodicity.All); }
            msd.Add(structure);
            for (int i = 0; i < positions.Length; i++)
            {
                positions[i] += i < N ? new Vector3D(i % 2 == 0 ? 0.1 : -0.1, 0, 0) : 0.1 * new Vector3D(RandomRotation.Normal(random), RandomRotation.Normal(random), RandomRotation.Normal(random));
            }
        }

        Assert.Equal([10, 18], msd.Elements);
        foreach ((long lag, double value) in msd.Of(18).Where(static p => p.Lag is > 3 and < 1000)) { Assert.Equal(0.01 * lag * lag, value, 0.02 * 0.01 * lag * lag); }
        foreach ((long lag, double value) in msd.Of(10).Where(static p => p.Lag < 20)) { Assert.Equal(0.03 * lag, value, 0.03 * 0.03 * lag); }
        Assert.Contains(msd.Of(18), static p => p.Lag == 1000);

        // ⟨r²⟩ = 0.03 Å² a frame = 6 D t: with a femtosecond a frame D = 0.005 Å²/fs = 5e-4 cm²/s.
        (double value, double? error) diffusion = msd.Diffusion(10, 1)!.Value;
        Assert.InRange(diffusion.error!.Value, 1e-6, 1e-4);
        Assert.Equal(5e-4, diffusion.value, 4 * diffusion.error.Value);
    }

    [Fact]
    public void Blocks_know_the_error_of_a_correlated_series()
    {
        // x' = a·x + noise has the correlation time (1 + a)/(1 − a): the variance of the mean is that many times larger.
        Random random = new(5);
        const double A = 0.9;
        const int Count = 200_000;
        BlockAverage average = new();
        double x = 0;
        for (int i = 0; i < Count; i++)
        {
            x = (A * x) + (Math.Sqrt(1 - (A * A)) * RandomRotation.Normal(random));
            average.Add(x);
        }

        Assert.Equal(Math.Sqrt((1 + A) / (1 - A) / Count), average.StandardError, 0.35 * average.StandardError);
        Assert.InRange(Math.Abs(average.Mean), 0, 4 * average.StandardError);
        Assert.Equal(1, average.StandardDeviation, 0.05);
    }

    [Fact]
    public void Oscillators_have_their_lines_and_three_states_an_atom()
    {
        // Three argon atoms oscillate at 3 THz along x and neon at 5 THz; the mass-weighted spectrum is normalised to 3N states.
        VibrationalSpectrum spectrum = new(512);
        const double Frame = 4;
        for (int frame = 0; frame < 3000; frame++)
        {
            Structure s = new([18, 18, 18, 10], new Vector3D[4]);
            double t = frame * Frame * 1e-3, m = Elements.Mass(18);
            double[] momenta = new double[12];
            for (int i = 0; i < 3; i++) { momenta[3 * i] = m * Math.Cos((2 * Math.PI * 3 * t) + i); }
            momenta[10] = Elements.Mass(10) * Math.Sqrt(3 * m / Elements.Mass(10)) * Math.Cos(2 * Math.PI * 5 * t);
            s.Arrays["momenta"] = DataArray.Of(momenta, 4, 3);
            spectrum.Add(s);
        }

        double[] f = spectrum.Frequencies(Frame), all = spectrum.Of(null, Frame), argon = spectrum.Of(18, Frame);
        Assert.Equal(3, f[Array.IndexOf(argon, argon.Max())], f[1]);
        Assert.Equal(12, f[1] * all.Sum(), 1e-4);

        // Both elements have the same kinetic energy.
        Assert.Equal(6, f[1] * argon.Sum(), 0.02);
        double[] neon = spectrum.Of(10, Frame);
        Assert.Equal(5, f[Array.IndexOf(neon, neon.Max())], f[1]);
    }

    [Fact]
    public void Water_has_its_bonds_and_angles()
    {
        BondStatistics bonds = new();
        bonds.Add(WaterBox.Create(30));
        BondStatistics.Distribution oh = bonds.Lengths[(1, 8)], hoh = bonds.Angles[(1, 8, 1)];
        Assert.Equal((60, 30), (oh.Count, hoh.Count));
        Assert.Equal(WaterBox.BondLength, oh.Mean, 1e-9);
        Assert.Equal(WaterBox.BondAngle, hoh.Mean, 1e-6);
        Assert.Equal(1, oh.Density.Sum(static d => d.Density) * BondStatistics.LengthBin, 1e-9);

        BondStatistics diamond = new();
        diamond.Add(CrystalPrototype.Create("C", "diamond", 3.567));
        Assert.Equal((4, 12), (diamond.Lengths[(6, 6)].Count, diamond.Angles[(6, 6, 6)].Count));
        Assert.Equal(Math.Acos(-1.0 / 3) * 180 / Math.PI, diamond.Angles[(6, 6, 6)].Mean, 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_harmonic_dipole_absorbs_what_theory_says(bool derivatives)
    {
        // Charges ±0.4 e on a reduced mass of 2 u at temperature T: N_A/(12 ε₀ c²)·q²/m, or 42.256 km/mol per D²/(Å² u), whatever frequency and temperature.
        const double Frame = 0.5, Charge = 0.4, Mass = 2, Temperature = 300, Wavenumber = 1800;
        double omega = 2 * Math.PI * Units.SpeedOfLightMetrePerSecond * 100 * Wavenumber * 1e-15;
        double velocity = Math.Sqrt(2 * Units.BoltzmannConstant * Temperature / Mass), amplitude = velocity * Units.Femtosecond / omega;
        DipoleSpectrum spectrum = new(8192);
        for (int frame = 0; frame < 40_000; frame++)
        {
            double phase = omega * Frame * frame;
            if (derivatives) { spectrum.AddDerivative(new(0, Charge * velocity * Math.Cos(phase), 0)); } else { spectrum.AddDipole(new(0, 3 + (Charge * amplitude * Math.Sin(phase)), 0)); }
        }

        double[] x = spectrum.Wavenumbers(Frame), y = spectrum.Molar(Frame, Temperature);
        Assert.Equal(Wavenumber, x[Array.IndexOf(y, y.Max())], x[1]);
        double debye = Charge / Units.Debye;
        Assert.Equal(42.2561 * debye * debye / Mass, x[1] * y.Sum(), 0.01);
    }

    [Fact]
    public void A_cell_absorbs_as_its_molecules_do()
    {
        DipoleSpectrum one = new(256), cell = new(256);
        Random random = new(2);
        for (int frame = 0; frame < 1000; frame++)
        {
            Vector3D m = new(RandomRotation.Normal(random), RandomRotation.Normal(random), RandomRotation.Normal(random));
            one.AddDerivative(m);
            cell.AddDerivative(m, 1000);
        }

        // α = (N/V)·A: 1 km/mol per cm⁻¹ in 1000 Å³ is 10⁵ cm²/mol over 602.2 cm³/mol.
        Assert.Equal(166.0539 * one.Molar(1, 300)[20], cell.Absorption(1, 300)[20], 1e-5 * cell.Absorption(1, 300)[20]);
    }

    [Fact]
    public void Times_come_from_the_frames_or_from_the_user()
    {
        FrameClock clock = new();
        Structure At(double time)
        {
            Structure s = new([1], [default]) { Origin = "t.xyz@" + time.ToString(CultureInfo.InvariantCulture) };
            s.Info["time"] = DataArray.Of(time);
            return s;
        }

        clock.Add(At(10));
        clock.Add(At(12.5));
        Assert.Equal(2.5, clock.Spacing);
        Assert.Contains("is not later than", Assert.Throws<InvalidInputException>(() => { FrameClock still = new(null); still.Add(At(5)); still.Add(At(5)); }).Message, StringComparison.Ordinal);
        Assert.Contains("equally spaced", Assert.Throws<InvalidInputException>(() => clock.Add(At(16))).Message, StringComparison.Ordinal);
        FrameClock user = new(4);
        user.Add(new([1], [default]));
        Assert.Equal(4, user.Spacing);
    }

    [Fact]
    public void MassesOfTheFramesAreUsed()
    {
        // Deuterium: velocities and temperature are half of those of hydrogen with the same momenta.
        Structure heavy = new([1, 1], [default, new(0, 0, 0.74)]);
        heavy.Arrays["masses"] = DataArray.Of([2.0, 2.0]);
        heavy.Arrays["momenta"] = DataArray.Of([0.1, 0, 0, 0, 0.2, 0], 2, 3);
        Vector3D derivative = DipoleSpectrum.DerivativeOf(heavy, [1, -1]);
        Assert.True((derivative - new Vector3D(0.05, -0.1, 0)).Norm < 1e-15);
        VibrationalSpectrum spectrum = new(16);
        spectrum.Add(heavy);
        Assert.Equal(0.5 * (0.01 + 0.04) / 2 / (3 * Units.BoltzmannConstant), spectrum.Temperature, 1e-9);
        Assert.Equal([2.0, 2.0], AtomicMasses.Of(heavy));
        heavy.Arrays["masses"] = DataArray.Of([2.0, 0.0]);
        Assert.Contains("Atom 2 (H) has no mass", Assert.Throws<InvalidInputException>(() => AtomicMasses.Of(heavy)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_analysed_is_refused()
    {
        Structure molecule = MoleculeLibrary.Get("water"), crystal = CrystalPrototype.Create("Cu", "fcc", 3.6);
        void Refused(string part, Action action) => Assert.Contains(part, Assert.Throws<InvalidInputException>(action).Message, StringComparison.Ordinal);
        Refused("needs a density", () => new RadialDistribution(5).Add(molecule));
        Refused("cannot reach", () => _ = new RadialDistribution(double.NaN));
        Refused("no velocities", () => new VibrationalSpectrum(64).Add(molecule));
        Refused("even number", () => _ = new VibrationalSpectrum(9));
        Refused("covalent radii", () => _ = new BondStatistics(0));
        Refused("same", () =>
        {
            MeanSquareDisplacement msd = new();
            msd.Add(molecule);
            msd.Add(crystal);
        });
        Refused("no atoms", () => new MeanSquareDisplacement().Add(new Structure([], [])));
        Refused("2 charges do not fit", () => DipoleSpectrum.DerivativeOf(molecule, [1, 2]));
    }
}

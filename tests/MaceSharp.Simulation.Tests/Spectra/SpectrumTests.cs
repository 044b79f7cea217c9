using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

public sealed class SpectrumTests
{
    [Fact]
    public void Peaks_are_found_where_they_stand_and_noise_is_not()
    {
        double[] x = [.. Enumerable.Range(0, 4000).Select(static k => 400 + (0.9 * k))];
        double[] y = [.. x.Select(static v => Math.Exp(-Math.Pow((v - 1000.3) / 20, 2)) + (0.5 * Math.Exp(-Math.Pow((v - 1100.7) / 15, 2))) + (0.001 * Math.Sin(v)))];
        IReadOnlyList<(double X, double Y)> peaks = PeakFinder.Find(x, y);
        Assert.Equal(2, peaks.Count);
        Assert.Equal(1000.3, peaks[0].X, 1.0);
        Assert.Equal(1100.7, peaks[1].X, 1.0);
        Assert.Empty(PeakFinder.Find([1, 2, 3], [1, 1, 1]));
    }

    [Theory]
    [InlineData("1000,0.1\n1001,0.5\n1002,0.2\n", 3)]
    [InlineData("# title\nwavenumber;absorbance\n1002 0.2\n1001\t0.5\n1000;0.1\n", 3)]
    public void Measured_spectra_are_read_and_put_in_order(string text, int count)
    {
        WithFile(text, path =>
        {
            MeasuredSpectrum spectrum = MeasuredSpectrum.Read(path);
            Assert.Equal(count, spectrum.Wavenumbers.Count);
            Assert.Equal([1000, 1001, 1002], spectrum.Wavenumbers);
            Assert.Equal([0.1, 0.5, 0.2], spectrum.Values);
        });
        WithFile("1 100\n2 10\n3 50\n", path => Assert.Equal(1, MeasuredSpectrum.Read(path, isTransmittance: true).Values[1], 1e-12));
    }

    [Theory]
    [InlineData("", "0 points")]
    [InlineData("1 2\n3\n4 5", "line 2")]
    [InlineData("1 2\n3 NaN\n4 5", "line 2")]
    public void What_is_no_spectrum_is_refused_with_its_line(string text, string word) =>
        WithFile(text, path => Assert.Contains(word, Assert.Throws<InvalidInputException>(() => MeasuredSpectrum.Read(path)).Message, StringComparison.Ordinal));

    [Fact]
    public void A_spectrum_compares_perfectly_with_itself_and_worse_with_another()
    {
        Structure molecule = new([8, 1, 1], [new(0, 0, 0.12), new(0, 0.76, -0.48), new(0, -0.76, -0.48)]);
        using IPotentialEvaluator evaluator = new SpringNetwork(molecule, 35, 1.7).CreateEvaluator();
        NormalModes modes = NormalModes.FromHessian(molecule, Hessian.Compute(molecule, evaluator));
        InfraredSpectrum spectrum = InfraredSpectrum.FromModes(modes, DipoleDerivatives.FromCharges(DipoleDerivatives.ParseCharges("O=-0.8, H=0.4", molecule)));
        double[] x = [.. Enumerable.Range(0, 5000).Select(static k => 500.0 + k)];
        double[] y = spectrum.Broaden(x, 20);
        string text = string.Join('\n', x.Zip(y, static (a, b) => FormattableString.Invariant($"{a} {b}")));
        WithFile(text, path =>
        {
            MeasuredSpectrum measured = MeasuredSpectrum.Read(path);
            SpectrumComparison same = SpectrumComparison.Of(spectrum, measured);
            Assert.Equal(1, same.Similarity, 1e-9);
            Assert.NotEmpty(same.Pairs);
            Assert.All(same.Pairs, p => Assert.Equal(p.Measured, p.Computed!.Value, 0.5));
            SpectrumComparison scaled = SpectrumComparison.Of(spectrum, measured, scale: 0.9);
            Assert.InRange(scaled.Similarity, 0, 0.5);
        });
    }

    [Fact]
    public void Derivatives_of_dipoles_are_found_by_differences()
    {
        // A dipole μ = Σ q r + k Σ |r|² x̂: its derivatives are q on the diagonal and 2 k r in the row of x.
        Structure molecule = new([8, 1, 1], [new(0, 0, 0.12), new(0, 0.76, -0.48), new(0.3, -0.76, -0.48)]);
        using IPotentialEvaluator evaluator = new DipoleField().CreateEvaluator();
        Matrix3[] derivatives = DipoleDerivatives.FromDipoles(molecule, evaluator);
        for (int i = 0; i < 3; i++)
        {
            Matrix3 expected = (DipoleField.Charge(molecule.AtomicNumbers[i]) * Matrix3.Identity) + Matrix3.Outer(new(1, 0, 0), 2 * DipoleField.Bend * molecule.Positions[i]);
            Assert.True((derivatives[i] - expected).ToArray().Max(Math.Abs) < 1e-9);
        }

        using IPotentialEvaluator none = new LennardJonesPotential().CreateEvaluator();
        Assert.Throws<InvalidInputException>(() => DipoleDerivatives.FromDipoles(molecule, none));
    }

    private sealed class DipoleField : IPotential, IPotentialEvaluator
    {
        public const double Bend = 0.03;

        public double CutoffRadius => 1;

        public Properties Supported => Properties.Dipole;

        public static double Charge(int z) => z == 8 ? -0.8 : 0.4;

        public IPotentialEvaluator CreateEvaluator() => this;

        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            result.Reset(properties, structure.Count);
            Vector3D dipole = default;
            for (int i = 0; i < structure.Count; i++)
            {
                Vector3D r = structure.Positions[i];
                dipole += (Charge(structure.AtomicNumbers[i]) * r) + new Vector3D(Bend * Vector3D.Dot(r, r), 0, 0);
            }

            result.Dipole = dipole;
        }

        public void Dispose()
        {
        }
    }

    [Theory]
    [InlineData("O=-0.8", "nothing of H")]
    [InlineData("O:-0.8,H=1", "no charge")]
    [InlineData("O=x,H=1", "no charge")]
    public void Charges_that_do_not_fit_are_refused(string text, string word)
    {
        Structure molecule = new([8, 1, 1], [default, new(0, 1, 0), new(1, 0, 0)]);
        Assert.Contains(word, Assert.Throws<InvalidInputException>(() => DipoleDerivatives.ParseCharges(text, molecule)).Message, StringComparison.Ordinal);
    }

    private static void WithFile(string text, Action<string> use)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

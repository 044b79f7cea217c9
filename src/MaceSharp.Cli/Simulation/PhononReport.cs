using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Reporting;
using MaceSharp.Simulation;
using Spectre.Console;
using Panel = MaceSharp.Reporting.Panel;

namespace MaceSharp.Cli.Simulation;

/// <summary>What <c>mace phonons</c> writes: bands, densities of states and thermal properties.</summary>
internal sealed class PhononReport
{
    private const int StatePoints = 401;

    private readonly SimulationSetup _setup;
    private readonly Phonons _phonons;
    private readonly ForceConstants _constants;
    private readonly BandPath? _path;
    private readonly IReadOnlyList<BandSample> _samples;
    private readonly double[][] _bands;
    private readonly PhononMesh? _mesh;
    private readonly double[] _at = [];
    private readonly double[] _density = [];
    private readonly (int Element, double[] Density)[] _parts = [];
    private readonly ThermalProperties[] _thermal = [];
    private readonly double[] _gamma;

    public PhononReport(SimulationSetup setup, Phonons phonons, ForceConstants constants, BandPath? path, int points, PhononMesh? mesh, double? width, double[] temperatures)
    {
        _setup = setup;
        _phonons = phonons;
        _constants = constants;
        _path = path;
        _mesh = mesh;
        _gamma = phonons.Frequencies(default);
        _samples = path?.Sample(phonons.Cell.Primitive.Cell, points) ?? [];
        _bands = new double[_samples.Count][];
        Parallel.For(0, _bands.Length, i => _bands[i] = phonons.Frequencies(_samples[i].Q, _samples[i].Direction));
        if (mesh is null) { return; }
        double span = Math.Max(mesh.LargestFrequency - Math.Min(0, mesh.SmallestFrequency), 1e-3);
        Width = width ?? (0.01 * span);
        double lowest = LowestFrequency, low = lowest < -0.05 ? lowest - (4 * Width) : 0, high = mesh.LargestFrequency + (4 * Width);
        _at = [.. Enumerable.Range(0, StatePoints).Select(i => low + ((high - low) * i / (StatePoints - 1)))];
        _density = mesh.DensityOfStates(_at, Width);
        if (mesh.HasProjections) { _parts = [.. mesh.ProjectedElements.Select(z => (z, mesh.DensityOfStates(_at, Width, z)))]; }
        _thermal = [.. temperatures.Select(t => mesh.Thermal(t))];
    }

    /// <summary>The lowest frequency that was met, THz.</summary>
    public double LowestFrequency => _bands.Select(static b => b[0]).Append(_gamma[0]).Append(_mesh?.SmallestFrequency ?? 0).Min();

    private double Width { get; }

    public void WriteFiles()
    {
        if (_path is not null) { _setup.Files.WriteText("bands.dat", WriteBands); }
        if (_mesh is not null)
        {
            _setup.Files.WriteText("dos.dat", text =>
            {
                text.WriteLine($"# frequency (THz)  states per THz and primitive cell{string.Concat(_parts.Select(static p => $"  {Elements.Symbol(p.Element)}"))}");
                for (int i = 0; i < _at.Length; i++) { text.WriteLine(Row([_at[i], _density[i], .. _parts.Select(p => p.Density[i])])); }
            });
            _setup.Files.WriteText("thermal.dat", text =>
            {
                text.WriteLine("# per primitive cell: temperature (K)  free energy (kJ/mol)  entropy (J/K/mol)  heat capacity at constant volume (J/K/mol)  energy (kJ/mol)");
                foreach (ThermalProperties t in _thermal) { text.WriteLine(Row([t.Temperature, t.FreeEnergy / Units.KilojoulePerMole, 1000 * t.Entropy / Units.KilojoulePerMole, 1000 * t.HeatCapacity / Units.KilojoulePerMole, t.Energy / Units.KilojoulePerMole])); }
            });
        }

        _setup.Files.WriteJson("phonons.json", json =>
        {
            json.WriteStartObject();
            Write(json);
            WriteCurves(json);
            _setup.Write(json);
            json.WriteEndObject();
        });
        WritePage();
    }

    /// <summary>The properties of the summary.</summary>
    public void Write(Utf8JsonWriter json)
    {
        PhononCell cell = _phonons.Cell;
        SymmetryText.Write(json, cell.Symmetry.Type, cell.Symmetry.PointGroup);
        ReportFiles.WriteNumbers(json, "supercell", [cell.Repetitions.A, cell.Repetitions.B, cell.Repetitions.C]);
        json.WriteNumber("supercell_atoms", cell.Supercell.Count);
        json.WriteNumber("primitive_atoms", cell.Primitive.Count);
        ReportFiles.WriteNumbers(json, "gamma_thz", _gamma);
        ReportFiles.WriteNumber(json, "sum_rule_violation", _constants.SumRuleViolation);
        ReportFiles.WriteNumber(json, "lowest_frequency_thz", LowestFrequency);
        if (_path is not null) { json.WriteString("path_convention", _path.Convention); }
        if (_mesh is null) { return; }
        ReportFiles.WriteNumber(json, "zero_point_energy", _mesh.Thermal(0).FreeEnergy);
        ReportFiles.WriteNumber(json, "imaginary_share", _mesh.ImaginaryShare());
        if (Nearest(300) is ThermalProperties room)
        {
            ReportFiles.WriteNumber(json, "temperature", room.Temperature);
            ReportFiles.WriteNumber(json, "free_energy", room.FreeEnergy);
            ReportFiles.WriteNumber(json, "entropy", room.Entropy);
            ReportFiles.WriteNumber(json, "heat_capacity", room.HeatCapacity);
        }
    }

    /// <summary>The summary for a person.</summary>
    public void Write(StyledOutput output)
    {
        PhononCell cell = _phonons.Cell;
        output.WriteLine($"{SymmetryText.Of(cell.Symmetry.Type, cell.Symmetry.PointGroup)}; {Numbers.Count(cell.Primitive.Count, "atom")} in the primitive cell, {cell.Supercell.Count} in the supercell {cell.Repetitions.A}x{cell.Repetitions.B}x{cell.Repetitions.C}");
        Table table = PlainLayout.Table(new("modes at Γ"), new("THz"), new("cm⁻¹"), new("meV"));
        int shown = Math.Min(_gamma.Length, 60);
        for (int i = 0; i < shown; i++) { table.Add((i + 1).ToString(CultureInfo.InvariantCulture), Numbers.Fixed(_gamma[i], 4), Numbers.Fixed(_gamma[i] * Phonons.InverseCentimetrePerTerahertz, 2), Numbers.Fixed(1000 * _gamma[i] * Units.Terahertz, 3)); }
        output.Write(table);
        if (shown < _gamma.Length) { output.WriteLine($"... {_gamma.Length - shown} more in the files"); }
        if (_path is not null) { output.WriteLine($"bands: {_path.Convention}: {PathText()}"); }
        if (_mesh is null) { return; }
        output.WriteLine($"mesh {_mesh.Size.A}x{_mesh.Size.B}x{_mesh.Size.C} ({Numbers.Count(_mesh.PointCount, "wave vector")} by symmetry), frequencies {Numbers.Fixed(_mesh.SmallestFrequency, 3)} to {Numbers.Fixed(_mesh.LargestFrequency, 3)} THz");
        output.WriteLine($"zero-point energy {Numbers.Fixed(_mesh.Thermal(0).FreeEnergy, 5)} eV a primitive cell");
        if (Nearest(300) is ThermalProperties t)
        {
            output.WriteLine($"at {Numbers.Short(t.Temperature)} K: free energy {Numbers.Fixed(t.FreeEnergy, 5)} eV, entropy {Numbers.Fixed(1000 * t.Entropy / Units.KilojoulePerMole, 3)} J/K/mol, heat capacity {Numbers.Fixed(1000 * t.HeatCapacity / Units.KilojoulePerMole, 3)} J/K/mol");
        }

        if (_mesh.ImaginaryShare() > 0) { output.WriteLine($"{Numbers.Short(100 * _mesh.ImaginaryShare())} % of the modes are imaginary and left out of thermal properties"); }
    }

    /// <summary>Works to cite.</summary>
    public IEnumerable<Citation> Citations()
    {
        yield return new("phonons by finite displacements", "K. Parlinski, Z. Q. Li and Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997)", "10.1103/PhysRevLett.78.4063");
        yield return new("file formats and conventions of phonons", "A. Togo and I. Tanaka, Scr. Mater. 108, 1 (2015)", "10.1016/j.scriptamat.2015.07.021");
        if (_path is not null && _path.Convention.StartsWith("Setyawan", StringComparison.Ordinal)) { yield return new("path of the bands", "W. Setyawan and S. Curtarolo, Comput. Mater. Sci. 49, 299 (2010)", "10.1016/j.commatsci.2010.05.010"); }
        if (_phonons.NonAnalytic is not null) { yield return new("field of polar crystals", "Y. Wang et al., J. Phys.: Condens. Matter 22, 202201 (2010)", "10.1088/0953-8984/22/20/202201"); }
    }

    private ThermalProperties? Nearest(double temperature) => _thermal.Length == 0 ? null : _thermal.MinBy(t => Math.Abs(t.Temperature - temperature));

    private string PathText() => string.Join(" | ", _path!.Stretches.Select(static s => string.Join(" ", s.Select(static p => p.Label))));

    private void WriteBands(TextWriter text)
    {
        text.WriteLine($"# {_path!.Convention}; path (1/A without 2 pi)  q1 q2 q3 (fractions of the primitive reciprocal vectors)  frequencies (THz)");
        for (int i = 0; i < _samples.Count; i++)
        {
            if (i > 0 && _samples[i].Stretch != _samples[i - 1].Stretch) { text.WriteLine(); }
            BandSample s = _samples[i];
            text.WriteLine(Row([s.Place, s.Q.X, s.Q.Y, s.Q.Z, .. _bands[i]]) + (s.Label is null ? "" : $" # {s.Label}"));
        }
    }

    private void WriteCurves(Utf8JsonWriter json)
    {
        if (_path is not null)
        {
            json.WriteStartArray("bands");
            for (int i = 0; i < _samples.Count; i++)
            {
                json.WriteStartObject();
                ReportFiles.WriteNumbers(json, "q", [_samples[i].Q.X, _samples[i].Q.Y, _samples[i].Q.Z]);
                ReportFiles.WriteNumber(json, "place", _samples[i].Place);
                if (_samples[i].Label is string label) { json.WriteString("label", label); }
                ReportFiles.WriteNumbers(json, "frequencies_thz", _bands[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (_mesh is null) { return; }
        json.WriteStartObject("dos");
        ReportFiles.WriteNumbers(json, "frequencies_thz", _at);
        ReportFiles.WriteNumbers(json, "total", _density);
        foreach ((int z, double[] part) in _parts) { ReportFiles.WriteNumbers(json, Elements.Symbol(z), part); }
        json.WriteEndObject();
        json.WriteStartObject("thermal");
        ReportFiles.WriteNumbers(json, "temperatures", _thermal.Select(static t => t.Temperature));
        ReportFiles.WriteNumbers(json, "free_energies", _thermal.Select(static t => t.FreeEnergy));
        ReportFiles.WriteNumbers(json, "entropies", _thermal.Select(static t => t.Entropy));
        ReportFiles.WriteNumbers(json, "heat_capacities", _thermal.Select(static t => t.HeatCapacity));
        json.WriteEndObject();
    }

    private void WritePage()
    {
        List<(string, Figure)> figures = [];
        if (_path is not null || _mesh is not null)
        {
            Figure figure = new("Phonons") { Columns = 2 };
            Axis frequency = new("Frequency", "THz") { Minimum = _at.Length > 0 ? _at[0] : null, Maximum = _at.Length > 0 ? _at[^1] : null };
            if (_path is not null) { figure.Add(BandPanel(frequency)); }
            if (_mesh is not null)
            {
                Panel states = new(new Axis("States", "1/THz"), frequency) { RelativeWidth = _path is null ? 1 : 0.4 };
                states.Add(new LineSeries(_parts.Length > 0 ? "all" : null, _density, _at));
                foreach ((int z, double[] part) in _parts) { states.Add(new LineSeries(Elements.Symbol(z), part, _at)); }
                figure.Add(states);
            }

            figures.Add(("phonons", figure));
        }

        if (_thermal.Length > 1)
        {
            double[] t = [.. _thermal.Select(static p => p.Temperature)];
            figures.Add(("thermal", new Figure("Thermal properties of a primitive cell") { Columns = 2, RowHeight = 320 }
                .Add(new Panel(new Axis("Temperature", "K"), new Axis("Free energy", "eV")).Add(new LineSeries(null, t, [.. _thermal.Select(static p => p.FreeEnergy)])))
                .Add(new Panel(new Axis("Temperature", "K"), new Axis("", "J/K/mol"))
                    .Add(new LineSeries("entropy", t, [.. _thermal.Select(static p => 1000 * p.Entropy / Units.KilojoulePerMole)]))
                    .Add(new LineSeries("heat capacity", t, [.. _thermal.Select(static p => 1000 * p.HeatCapacity / Units.KilojoulePerMole)])))));
        }

        HtmlPage page = new HtmlPage("Phonons").AddText($"{_setup.InputNames[0]}; {_setup.PotentialName} ({_setup.Arithmetic}). Imaginary frequencies are drawn as negative.")
            .AddTable(new ReportTable(["mode at Γ", "THz", "cm⁻¹"], [.. _gamma.Select(static (f, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), Numbers.Fixed(f, 4), Numbers.Fixed(f * Phonons.InverseCentimetrePerTerahertz, 2)])]));
        ReportFiles.Write(_setup.Files, "phonons", page, figures);
    }

    private Panel BandPanel(Axis frequency)
    {
        // Points that share a place, at a jump, share a tick.
        List<AxisTick> ticks = [];
        foreach (BandSample s in _samples)
        {
            if (s.Label is not string label) { continue; }
            if (ticks.Count > 0 && Math.Abs(ticks[^1].Position - s.Place) < 1e-9)
            {
                if (!ticks[^1].Label.Split('|').Contains(label)) { ticks[^1] = new(s.Place, $"{ticks[^1].Label}|{label}"); }
            }
            else
            {
                ticks.Add(new(s.Place, label));
            }
        }

        List<double> x = [], y = [];
        for (int branch = 0; branch < _gamma.Length; branch++)
        {
            for (int i = 0; i < _samples.Count; i++)
            {
                if (i > 0 && _samples[i].Stretch != _samples[i - 1].Stretch) { Break(); }
                x.Add(_samples[i].Place);
                y.Add(_bands[i][branch]);
            }

            Break();
        }

        void Break()
        {
            x.Add(double.NaN);
            y.Add(double.NaN);
        }

        return new Panel(new Axis("Wave vector") { Ticks = ticks }, frequency)
            .Add(new VerticalLineSeries(null, [.. ticks.Select(static t => t.Position)]) { Color = 6 })
            .Add(new LineSeries(null, x, y) { Color = 0 });
    }

    private static string Row(IEnumerable<double> values) => string.Join(' ', values.Select(static v => v.ToString("G10", CultureInfo.InvariantCulture)));
}

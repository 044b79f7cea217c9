using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;
using Spectre.Console;

namespace MaceSharp.Cli.Analysis;

/// <summary>What an analysis tells, as text and JSON.</summary>
internal sealed class AnalysisReport
{
    private readonly TrajectoryAnalysis _analysis;
    private readonly double? _temperature;

    /// <summary>Completes an analysis.</summary>
    /// <exception cref="InvalidInputException">There are too few frames for what was asked for.</exception>
    public AnalysisReport(TrajectoryAnalysis analysis)
    {
        analysis.Complete();
        _analysis = analysis;
        if (analysis.Infrared is null) { return; }
        _temperature = analysis.Request.Temperature ?? (analysis.Temperature.Count > 0 ? analysis.Temperature.Mean : throw new InvalidInputException("At what temperature was the trajectory made? The frames have no momenta to tell; give --temperature in K for --ir."));
        if (!(_temperature > 0)) { throw new InvalidInputException("The frames do not move, so they have no temperature for --ir."); }
    }

    /// <summary>Works to cite.</summary>
    public IEnumerable<Citation> Citations
    {
        get
        {
            yield return new("errors of averages by blocking", "H. Flyvbjerg and H. G. Petersen, J. Chem. Phys. 91, 461 (1989)", "10.1063/1.457480");
            if (_analysis.Vibrations is not null) { yield return new("density of states from velocities", "J. M. Dickey and A. Paskin, Phys. Rev. 188, 1407 (1969)", "10.1103/PhysRev.188.1407"); }
            if (_analysis.Infrared is not null) { yield return new("infrared spectrum with harmonic quantum correction", "R. Ramírez, T. López-Ciudad, P. Kumar and D. Marx, J. Chem. Phys. 121, 3973 (2004)", "10.1063/1.1774986"); }
            if (_analysis.Vibrations is not null || _analysis.Infrared is not null) { yield return new("averaged spectra", "P. D. Welch, IEEE Trans. Audio Electroacoust. 15, 70 (1967)", "10.1109/TAU.1967.1161901"); }
        }
    }

    private IEnumerable<(string Name, string Key, string Unit, BlockAverage Average, int Decimals)> Averages =>
        new (string, string, string, BlockAverage, int)[]
        {
            ("energy", "energy", "eV", _analysis.Energy, 4),
            ("temperature", "temperature", "K", _analysis.Temperature, 2),
            ("density", "density", "g/cm³", _analysis.Density, 5),
            ("volume", "volume", "Å³", _analysis.Volume, 2),
        }.Where(static a => a.Item4.Count > 0);

    /// <summary>Writes data files and pictures.</summary>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public void WriteFiles(ResultFiles files)
    {
        AnalysisFiles writer = new(files);
        if (_analysis.Radial is not null) { writer.WriteRadial(_analysis.Radial); }
        if (_analysis.Displacements is not null) { writer.WriteDisplacements(_analysis.Displacements, _analysis.FrameTime); }
        if (_analysis.Vibrations is not null) { writer.WriteVibrations(_analysis.Vibrations, _analysis.FrameTime); }
        if (_analysis.Bonds is not null) { writer.WriteBonds(_analysis.Bonds); }
        if (_analysis.Infrared is not null) { writer.WriteInfrared(_analysis.Infrared, _analysis.FrameTime, _temperature!.Value); }
    }

    /// <summary>Tells a person.</summary>
    public void Write(StyledOutput output)
    {
        string spacing = _analysis.Request.NeedsTime ? string.Create(CultureInfo.InvariantCulture, $", {_analysis.FrameTime:G6} fs apart") : "";
        output.WriteLine($"{Numbers.Count(_analysis.Frames, "frame")}{spacing}, {Numbers.Count(_analysis.Atoms, "atom")}");
        if (Averages.Any())
        {
            Table table = PlainLayout.Table(new("average", IsText: true), new("mean"), new("standard error"), new("deviation"), new("", IsText: true));
            foreach ((string name, _, string unit, BlockAverage average, int decimals) in Averages)
            {
                table.Add(name, Numbers.Fixed(average.Mean, decimals), double.IsNaN(average.StandardError) ? "-" : Numbers.Short(average.StandardError), Numbers.Short(average.StandardDeviation), unit);
            }

            output.Write(table);
        }

        WriteRadial(output);
        WriteDisplacements(output);
        WriteBonds(output);
        if (_analysis.Vibrations is not null) { output.WriteLine($"density of states: {Numbers.Count(_analysis.Vibrations.Segments, "segment")} of {Numbers.Count(_analysis.Segment, "frame")}"); }
        if (_analysis.Infrared is not null)
        {
            output.WriteLine($"infrared spectrum: {Numbers.Count(_analysis.Infrared.Segments, "segment")} of {Numbers.Count(_analysis.Segment, "frame")} at {Numbers.Fixed(_temperature, 1)} K; highest bands (cm⁻¹): {string.Join(", ", Bands().Select(static b => Numbers.Fixed(b, 0)))}");
        }
    }

    /// <summary>Writes the properties of a JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("frames", _analysis.Frames);
        json.WriteNumber("atoms", _analysis.Atoms);
        if (_analysis.Request.NeedsTime) { json.WriteNumber("frame_time", _analysis.FrameTime); }
        foreach ((_, string key, string unit, BlockAverage average, _) in Averages)
        {
            json.WriteStartObject(key);
            json.WriteNumber("mean", average.Mean);
            if (!double.IsNaN(average.StandardError)) { json.WriteNumber("standard_error", average.StandardError); }
            json.WriteNumber("standard_deviation", average.StandardDeviation);
            json.WriteString("unit", unit);
            json.WriteEndObject();
        }

        if (_analysis.Displacements is MeanSquareDisplacement msd)
        {
            json.WriteStartObject("diffusion");
            foreach (int z in msd.Elements)
            {
                if (msd.Diffusion(z, _analysis.FrameTime) is not (double value, var error)) { continue; }
                json.WriteStartObject(Elements.Symbol(z));
                json.WriteNumber("value", value);
                if (error is double e) { json.WriteNumber("standard_error", e); }
                json.WriteString("unit", "cm²/s");
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (_analysis.Bonds is BondStatistics bonds)
        {
            json.WriteStartObject("bonds");
            foreach (((int a, int b), BondStatistics.Distribution d) in bonds.Lengths) { Write(json, $"{Elements.Symbol(a)}-{Elements.Symbol(b)}", d, bonds.Frames, "Å"); }
            json.WriteEndObject();
            json.WriteStartObject("angles");
            foreach (((int a, int m, int b), BondStatistics.Distribution d) in bonds.Angles) { Write(json, $"{Elements.Symbol(a)}-{Elements.Symbol(m)}-{Elements.Symbol(b)}", d, bonds.Frames, "degrees"); }
            json.WriteEndObject();
        }

        if (_analysis.Infrared is null) { return; }
        json.WriteStartArray("infrared_bands");
        foreach (double band in Bands()) { json.WriteNumberValue(Math.Round(band, 2)); }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, BondStatistics.Distribution d, long frames, string unit)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count_per_frame", d.Count / frames);
        json.WriteNumber("mean", d.Mean);
        json.WriteNumber("standard_deviation", d.StandardDeviation);
        json.WriteString("unit", unit);
        json.WriteEndObject();
    }

    /// <summary>The five highest peaks of the infrared spectrum, in the order of their wavenumbers.</summary>
    private IEnumerable<double> Bands() =>
        PeakFinder.Find(_analysis.Infrared!.Wavenumbers(_analysis.FrameTime), _analysis.Infrared.Molar(_analysis.FrameTime, _temperature!.Value)).OrderByDescending(static p => p.Y).Take(5).Select(static p => p.X).Order();

    private void WriteRadial(StyledOutput output)
    {
        if (_analysis.Radial is not RadialDistribution radial) { return; }
        Table table = PlainLayout.Table(new("pair", IsText: true), new("first peak, Å"), new("height"), new("neighbours of the first up to the minimum behind"));
        double[] r = radial.Distances;
        foreach ((int a, int b) in radial.Pairs)
        {
            double[] g = radial.Of(a, b);
            int peak = FirstPeak(g), minimum = peak;
            while (minimum + 1 < g.Length && g[minimum + 1] <= g[minimum]) { minimum++; }
            bool found = g[peak] > 1;
            table.Add($"{Elements.Symbol(a)}-{Elements.Symbol(b)}", found ? Numbers.Fixed(r[peak], 3) : "-", found ? Numbers.Fixed(g[peak], 3) : "-", found ? Numbers.Fixed(radial.CoordinationOf(a, b)[minimum], 2) : "-");
        }

        output.Write(table);
    }

    /// <summary>The first local maximum above one that is the highest within 0.3 of its height; the highest of all where there is none.</summary>
    private static int FirstPeak(double[] g)
    {
        double highest = g.Max();
        for (int i = 1; i + 1 < g.Length; i++)
        {
            if (g[i] > 1 && g[i] >= 0.3 * highest && g[i] >= g[i - 1] && g[i] > g[i + 1]) { return i; }
        }

        return Array.IndexOf(g, highest);
    }

    private void WriteDisplacements(StyledOutput output)
    {
        if (_analysis.Displacements is not MeanSquareDisplacement msd) { return; }
        Table table = PlainLayout.Table(new("diffusion", IsText: true), new("D, cm²/s"), new("standard error"));
        foreach (int z in msd.Elements)
        {
            (double Value, double? Error)? d = msd.Diffusion(z, _analysis.FrameTime);
            table.Add(Elements.Symbol(z), d is null ? "too few frames" : Numbers.Short(d.Value.Value), d?.Error is double error ? Numbers.Short(error) : "-");
        }

        output.Write(table);
    }

    private void WriteBonds(StyledOutput output)
    {
        if (_analysis.Bonds is not BondStatistics bonds) { return; }
        Table table = PlainLayout.Table(new("bonds and angles", IsText: true), new("a frame"), new("mean"), new("deviation"), new("", IsText: true));
        foreach (((int a, int b), BondStatistics.Distribution d) in bonds.Lengths) { table.Add($"{Elements.Symbol(a)}-{Elements.Symbol(b)}", Numbers.Short(d.Count / bonds.Frames), Numbers.Fixed(d.Mean, 4), Numbers.Fixed(d.StandardDeviation, 4), "Å"); }
        foreach (((int a, int m, int b), BondStatistics.Distribution d) in bonds.Angles) { table.Add($"{Elements.Symbol(a)}-{Elements.Symbol(m)}-{Elements.Symbol(b)}", Numbers.Short(d.Count / bonds.Frames), Numbers.Fixed(d.Mean, 2), Numbers.Fixed(d.StandardDeviation, 2), "degrees"); }
        output.Write(table);
    }
}

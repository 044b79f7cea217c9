using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Simulation;
using MaceSharp.Reporting;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Analysis;

/// <summary>Data files and pictures of an analysis.</summary>
internal sealed class AnalysisFiles(ResultFiles files)
{
    /// <summary>Writes <c>-rdf</c>: g(r) and running coordination numbers.</summary>
    public void WriteRadial(RadialDistribution radial)
    {
        double[] r = radial.Distances;
        (int A, int B)[] pairs = [.. radial.Pairs];
        double[][] g = [.. pairs.Select(p => radial.Of(p.A, p.B))], n = [.. pairs.Select(p => radial.CoordinationOf(p.A, p.B))];
        string[] names = [.. pairs.Select(static p => $"{Elements.Symbol(p.A)}-{Elements.Symbol(p.B)}")];
        WriteTable("rdf.dat", ["r (A)", .. names.Select(static name => $"g {name}"), .. names.Select(static name => $"n {name}")], [r, .. g, .. n]);
        Panel panel = new(new Axis("r", "Å"), new Axis("g(r)"));
        for (int i = 0; i < pairs.Length; i++) { panel.Add(new LineSeries(names[i], r, g[i])); }
        FigureFiles.Write(files, "rdf", new Figure("Radial distribution functions").Add(panel), $"{radial.Frames.ToString(CultureInfo.InvariantCulture)} frames.");
    }

    /// <summary>Writes <c>-msd</c>.</summary>
    public void WriteDisplacements(MeanSquareDisplacement msd, double frameTime)
    {
        Panel panel = new(new Axis("time", "ps"), new Axis("mean square displacement", "Å²"));
        double[]? time = null;
        List<double[]> values = [];
        foreach (int z in msd.Elements)
        {
            IReadOnlyList<(long Lag, double Value)> points = msd.Of(z);
            time ??= [.. points.Select(p => p.Lag * frameTime * 1e-3)];
            values.Add([.. points.Select(static p => p.Value)]);
            if (time.Length > 0) { panel.Add(new LineSeries(Elements.Symbol(z), time, values[^1])); }
        }

        WriteTable("msd.dat", ["time (ps)", .. msd.Elements.Select(static z => $"msd {Elements.Symbol(z)} (A^2)")], [time ?? [], .. values]);
        if (time is { Length: > 0 }) { FigureFiles.Write(files, "msd", new Figure("Mean square displacements").Add(panel), $"{msd.Frames.ToString(CultureInfo.InvariantCulture)} frames; the motion of the centre of mass is taken out."); }
    }

    /// <summary>Writes <c>-vdos</c>.</summary>
    public void WriteVibrations(VibrationalSpectrum spectrum, double frameTime)
    {
        const double WavenumberOfTerahertz = Units.Terahertz / Units.InverseCentimetre;
        double[] f = spectrum.Frequencies(frameTime), wavenumbers = [.. f.Select(static x => x * WavenumberOfTerahertz)], all = spectrum.Of(null, frameTime);
        double[][] parts = [.. spectrum.Elements.Select(z => spectrum.Of(z, frameTime))];
        WriteTable("vdos.dat", ["frequency (THz)", "wavenumber (1/cm)", "states per THz", .. spectrum.Elements.Select(static z => Elements.Symbol(z))], [f, wavenumbers, all, .. parts]);
        Panel panel = new(new Axis("wavenumber", "cm⁻¹"), new Axis("states", "1/THz"));
        panel.Add(new LineSeries("all", wavenumbers, all));
        for (int i = 0; i < parts.Length; i++) { panel.Add(new LineSeries(Elements.Symbol(spectrum.Elements[i]), wavenumbers, parts[i])); }
        FigureFiles.Write(files, "vdos", new Figure("Vibrational density of states").Add(panel), "From the velocities of the trajectory; the integral is three times the number of atoms.");
    }

    /// <summary>Writes <c>-bonds</c>.</summary>
    public void WriteBonds(BondStatistics bonds)
    {
        Panel lengths = new(new Axis("length", "Å"), new Axis("density", "1/Å"), "Bonds"), angles = new(new Axis("angle", "degrees"), new Axis("density", "1/degree"), "Angles");
        files.WriteText("bonds.dat", text =>
        {
            text.WriteLine("# bond or angle, lower edge of the bin (A or degrees), density (1/A or 1/degree)");
            foreach (((int a, int b), BondStatistics.Distribution d) in bonds.Lengths) { Write(text, lengths, $"{Elements.Symbol(a)}-{Elements.Symbol(b)}", d, BondStatistics.LengthBin); }
            foreach (((int a, int m, int b), BondStatistics.Distribution d) in bonds.Angles) { Write(text, angles, $"{Elements.Symbol(a)}-{Elements.Symbol(m)}-{Elements.Symbol(b)}", d, BondStatistics.AngleBin); }
        });
        Figure figure = new("Bond lengths and angles");
        foreach (Panel panel in new[] { lengths, angles })
        {
            if (panel.Series.Count > 0) { figure.Add(panel); }
        }

        if (figure.Panels.Count > 0) { FigureFiles.Write(files, "bonds", figure, $"{bonds.Frames.ToString(CultureInfo.InvariantCulture)} frames."); }
    }

    /// <summary>Writes <c>-ir</c>.</summary>
    public void WriteInfrared(DipoleSpectrum spectrum, double frameTime, double temperature)
    {
        double[] x = spectrum.Wavenumbers(frameTime), molar = spectrum.Molar(frameTime, temperature);
        bool hasVolume = spectrum.Volume > 0;
        double[] y = hasVolume ? spectrum.Absorption(frameTime, temperature) : molar;
        WriteTable("ir.dat", ["wavenumber (1/cm)", "molar absorption (km/mol per 1/cm)", .. hasVolume ? ["absorption times refractive index (1/cm)"] : Array.Empty<string>()], hasVolume ? [x, molar, y] : [x, molar]);
        Panel panel = new(new Axis("wavenumber", "cm⁻¹") { Reversed = true }, hasVolume ? new Axis("absorption × refractive index", "cm⁻¹") : new Axis("molar absorption", "km/mol per cm⁻¹"));
        panel.Add(new LineSeries("computed", x, y));
        FigureFiles.Write(files, "ir", new Figure("Infrared spectrum").Add(panel), string.Create(CultureInfo.InvariantCulture, $"From the autocorrelation of the dipole at {temperature:F1} K with the harmonic quantum correction; {spectrum.Segments} segments."));
    }

    private static void Write(TextWriter text, Panel panel, string name, BondStatistics.Distribution distribution, double bin)
    {
        (double Edge, double Density)[] density = [.. distribution.Density];
        foreach ((double edge, double value) in density) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {edge:F4} {value:R}")); }
        panel.Add(new LineSeries(name, [.. density.Select(d => d.Edge + (0.5 * bin))], [.. density.Select(static d => d.Density)]));
    }

    private void WriteTable(string name, string[] headings, double[][] columns) => files.WriteText(name, text =>
    {
        text.WriteLine("# " + string.Join("  ", headings));
        for (int row = 0; row < columns[0].Length; row++) { text.WriteLine(string.Join(' ', columns.Select(c => c[row].ToString("R", CultureInfo.InvariantCulture)))); }
    });
}

using System.Globalization;
using System.Text.Json;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace heat-flux</c>.</summary>
public sealed class HeatFluxTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void Fluxes_and_the_integral_are_written()
    {
        string argon = _mace.PathOf("argon.xyz"), prefix = _mace.PathOf("a");
        Assert.Equal(0, _mace.Run("build", "crystal", "Ar", "--prototype", "fcc", "-a", "5.4", "--cell", "cubic", "-o", argon).ExitCode);
        Outcome run = _mace.Run("md", argon, "--potential", "lj:argon", "--ensemble", "nve", "--temp", "40", "--steps", "60", "--timestep", "4", "--traj-every", "1", "-q", "-p", prefix);
        Assert.True(run.ExitCode == 0, run.Error);
        Outcome told = _mace.Run("heat-flux", prefix + "-traj.extxyz", "--potential", "lj:argon", "--blocks", "3", "--correlation-time", "40", "--json", "--cite", "-p", prefix);
        Assert.True(told.ExitCode == 0, told.Error);
        using JsonDocument json = JsonDocument.Parse(told.Output);
        Assert.Equal(40, json.RootElement.GetProperty("correlation_time_fs").GetDouble());
        Assert.True(json.RootElement.GetProperty("conductivity_error_W_per_mK").GetDouble() > 0);
        Assert.InRange(json.RootElement.GetProperty("temperature_K").GetDouble(), 5, 80);
        string[] flux = File.ReadAllLines(prefix + "-heat-flux.dat"), integral = File.ReadAllLines(prefix + "-green-kubo.dat");
        Assert.Equal(json.RootElement.GetProperty("frames").GetInt32() + 1, flux.Length);
        Assert.Equal(12, integral.Length);
        Assert.Equal(10, integral[^1].Split(' ').Select(static n => double.Parse(n, CultureInfo.InvariantCulture)).Count(double.IsFinite));
        Assert.True(File.Exists(prefix + "-green-kubo.html"));
        Assert.Contains("image", _mace.Run("heat-flux", prefix + "-traj.extxyz", "--potential", "lj:argon", "--dry-run").Output, StringComparison.Ordinal);
        Assert.Contains("no conductivity", _mace.Run("heat-flux", prefix + "-traj.extxyz@0", "--potential", "lj:argon", "-p", prefix).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_gives_no_flux_is_refused()
    {
        string still = _mace.Write("still.xyz", "1\nLattice=\"5 0 0 0 5 0 0 0 5\"\nAr 0 0 0\n");
        Outcome noVelocities = _mace.Run("heat-flux", still, "--potential", "lj:argon"), dispersion = _mace.Run("heat-flux", still, "--potential", "lj:argon", "--d3", "pbe");
        Assert.Equal(2, noVelocities.ExitCode);
        Assert.Contains("no velocities", noVelocities.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(2, dispersion.ExitCode);
        Assert.Contains("energies of single atoms", dispersion.ErrorLine, StringComparison.Ordinal);
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary>The whole way from files to files with models trained elsewhere.</summary>
public sealed class TrainedModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [GoldenFact]
    public void ACommitteeIsThatOfTheCalculatorOfMaceTorch()
    {
        string output = Path.Combine(_folder.FullName, "out.xyz");
        Run("eval", GoldenData.PathOf("trained", "solvent_xtb_test_first20.extxyz"), "-o", output, "--model", GoldenData.PathOf("trained", "mace02_com?_swa.model"));
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", "committee_ase_calculator.json")));
        JsonElement[] frames = [.. golden.RootElement.GetProperty("frames").EnumerateArray()];
        Structure[] structures = [.. StructureReader.Read(output)];
        Assert.Equal(20, structures.Length);
        for (int f = 0; f < frames.Length; f++)
        {
            // The file of structures has the positions with eight decimals, as the reference data have.
            Structure s = structures[f];
            int atoms = s.Count;
            Near(Numbers(frames[f], "energy"), s.Info["energy"].Reals, 1e-9 * atoms);
            Near(Numbers(frames[f], "energy_comm"), s.Info["energy_comm"].Reals, 1e-9 * atoms);
            double[] comm = Numbers(frames[f], "energy_comm");
            Near(Numbers(frames[f], "energy_var"), s.Info["energy_var"].Reals, 1e-8 * Math.Max(1, comm.Max() - comm.Min()));
            double scale = Math.Max(1, MemoryMarshal.Cast<double, Vector3D>(s.Arrays["forces"].Reals).ToArray().Max(static v => v.Norm));
            Near(Numbers(frames[f], "forces"), s.Arrays["forces"].Reals, 1e-8 * scale);
            Near(Numbers(frames[f], "forces_var"), s.Arrays["forces_var"].Reals, 1e-8 * scale * scale);
            double[] members = Numbers(frames[f], "forces_comm");
            double[] transposed = [.. Enumerable.Range(0, atoms).SelectMany(i => Enumerable.Range(0, 3).SelectMany(m => Enumerable.Range(0, 3).Select(x => members[(((m * atoms) + i) * 3) + x])))];
            Near(transposed, s.Arrays["forces_comm"].Reals, 1e-8 * scale);
        }
    }

    [GoldenFact]
    public void WhatCameWithAStructureIsNotShownAsAResult()
    {
        string input = Path.Combine(_folder.FullName, "water.xyz");
        File.WriteAllText(input, "3\nProperties=species:S:1:pos:R:3:forces:R:3:charges:R:1\nO 0 0 0.119 7.125 0 0 -0.8125\nH 0 0.763 -0.477 7.125 0 0 0.4\nH 0 -0.763 -0.477 7.125 0 0 0.4125\n");
        string dipoles = Run("eval", input, "--model", GoldenData.PathOf("models", "h1_atomic_dipoles.model"));
        Assert.Contains("dipole moment", dipoles, StringComparison.Ordinal);
        Assert.DoesNotContain("7.125", dipoles, StringComparison.Ordinal);
        Assert.DoesNotContain("0.8125", dipoles, StringComparison.Ordinal);

        string dielectric = Run("eval", input, "--model", GoldenData.PathOf("models", "h3_dielectric.model"));
        Assert.Contains("polarizability xx yy zz yz xz xy", dielectric, StringComparison.Ordinal);
        Assert.Contains("charge", dielectric, StringComparison.Ordinal);
        Assert.DoesNotContain("0.8125", dielectric, StringComparison.Ordinal);
    }

    [GoldenTheory]
    [InlineData("--reference asks for what the model 'h1_atomic_dipoles.model' does not compute", "--reference", "interaction")]
    [InlineData("--reference asks for what", "--reference", "atomization")]
    [InlineData("--hessian asks for what", "--hessian")]
    [InlineData("--node-energies asks for what", "--node-energies")]
    public void AModelOfDipolesHasNoEnergies(string part, params string[] options)
    {
        string input = Path.Combine(_folder.FullName, "water.xyz");
        File.WriteAllText(input, "3\n\nO 0 0 0.119\nH 0 0.763 -0.477\nH 0 -0.763 -0.477\n");
        using StringWriter error = new();
        Assert.Equal(2, Cli.Run(["eval", input, "--model", GoldenData.PathOf("models", "h1_atomic_dipoles.model"), .. options], Stream.Null, Stream.Null, error));
        Assert.Contains(part, error.ToString(), StringComparison.Ordinal);
    }

    [GoldenFact]
    [Trait("Speed", "Slow")]
    public void ThePublishedErrorsOfTheSolventModelAreReproduced()
    {
        string output = Run("eval", GoldenData.PathOf("solvents", "solvent_xtb_test.xyz"), "--json", "-o", Path.Combine(_folder.FullName, "out.xyz"), "--model", GoldenData.PathOf("trained", "mace01_swa.model"), "--energy-key", "energy_xtb", "--forces-key", "forces_xtb");
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal(1000, json.RootElement.GetProperty("frames").GetInt64());
        JsonElement errors = json.RootElement.GetProperty("errors");
        Assert.Equal(20.4, errors.GetProperty("energy_per_atom").GetProperty("rmse").GetDouble(), 0.05);
        Assert.Equal(211.4, errors.GetProperty("forces").GetProperty("rmse").GetDouble(), 0.05);
    }

    private static string Run(params string[] args)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        using CliContext context = new(Stream.Null, output, error) { Models = ModelSource.Default };
        int exitCode = Cli.Run(args, context);
        Assert.True(exitCode == 0, error.ToString());
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private static double[] Numbers(JsonElement frame, string name)
    {
        List<double> numbers = [];
        void Add(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Number) { numbers.Add(value.GetDouble()); }
            else { foreach (JsonElement item in value.EnumerateArray()) { Add(item); } }
        }

        Add(frame.GetProperty(name));
        return [.. numbers];
    }

    private static void Near(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], tolerance); }
    }
}

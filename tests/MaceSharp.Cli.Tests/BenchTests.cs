using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Cli.Benchmarking;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.Measuring;

namespace MaceSharp.Cli.Tests;

/// <summary>Measures the memory of the process, so no other test runs beside it.</summary>
[CollectionDefinition(nameof(BenchTests), DisableParallelization = true)]
public sealed class BenchCollection;

/// <summary><c>mace bench</c>: reports parse, say what was asked for, and hold together; nonsense is refused.</summary>
[Collection(nameof(BenchTests))]
public sealed class BenchTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void TheShippedPotentialIsMeasuredOnWater()
    {
        using MemoryStream stdout = new();
        using StringWriter stderr = new();
        using CliContext context = new(Stream.Null, stdout, stderr) { Models = ModelSource.Default };
        int exitCode = Cli.Run(["bench", "--water", "2", "--repeat", "1", "--threads", "1", "--dtype", "float32", "--json"], context);
        Assert.True(exitCode == 0, stderr.ToString());
        using JsonDocument document = JsonDocument.Parse(stdout.ToArray());
        JsonElement root = document.RootElement;
        Assert.Equal("gfn2-chno.safetensors", root.GetProperty("model").GetString());
        Assert.Equal("2 molecules of water", root.GetProperty("structure").GetString());
        Assert.Equal(6, root.GetProperty("atoms").GetInt32());
        Assert.Equal("float32", root.GetProperty("dtype").GetString());
        Assert.Equal(1, root.GetProperty("threads").GetInt32());

        // Water has 0.1 atoms in Å³, of which 38 are within 4.5 Å.
        Assert.InRange(root.GetProperty("neighbors_per_atom").GetDouble(), 25, 50);
        Assert.Equal(Environment.ProcessorCount, root.GetProperty("machine").GetProperty("cores").GetInt32());

        JsonElement forces = root.GetProperty("energy_and_forces");
        double time = forces.GetProperty("microseconds_per_atom").GetDouble(), peak = root.GetProperty("peak_gflops_per_core").GetProperty("float32").GetDouble();
        Assert.True(time > 0);
        Assert.Equal(1e6 / time, forces.GetProperty("atom_steps_per_second").GetDouble(), 1e-3);
        Assert.Equal([time], forces.GetProperty("microseconds_per_atom_of_repeats").EnumerateArray().Select(static e => e.GetDouble()));
        Assert.True(root.GetProperty("energy").GetProperty("microseconds_per_atom").GetDouble() > 0);
        double share = root.GetProperty("share_of_peak").GetDouble();
        Assert.Equal(2e-3 * root.GetProperty("counted_multiply_adds_per_atom").GetDouble() / (time * peak), share, 1e-9);
        Assert.InRange(share, 1e-6, 1);
        Assert.True(root.GetProperty("managed_bytes_per_atom").GetDouble() > 0);
        Dictionary<string, double> stages = root.GetProperty("shares_of_stages").EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetDouble());
        Assert.Equal(["neighbor_list", "geometry", "radial_weights", "edges_forward", "edges_back", "products", "contraction", "rest"], stages.Keys);
        Assert.All(stages.Values, static s => Assert.True(s > 0));
        Assert.Equal(1, stages.Values.Sum(), 1e-9);
    }

    [Fact]
    public void AnyPotentialIsMeasuredOnAnyStructure()
    {
        string input = _mace.Write("run.xyz", Samples.Water + Samples.Crystal);
        Outcome outcome = _mace.Run("bench", "--structure", input + "@-1", "--repeat", "3", "--threads", "1");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains($"{input}@1, 2 atoms", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("3 repeats of", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("GFLOP/s in float32", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("counted minimum", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AListMayLastSeveralSteps()
    {
        using MemoryStream stdout = new();
        using StringWriter stderr = new();
        using CliContext context = new(Stream.Null, stdout, stderr) { Models = ModelSource.Default };
        int exitCode = Cli.Run(["bench", "--water", "3", "--repeat", "2", "--threads", "1", "--rebuild", "7", "--json"], context);
        Assert.True(exitCode == 0, stderr.ToString());
        using JsonDocument document = JsonDocument.Parse(stdout.ToArray());
        JsonElement root = document.RootElement;
        Assert.Equal(7, root.GetProperty("steps_per_neighbor_list").GetInt32());
        Assert.Equal(1, root.GetProperty("skin_angstrom").GetDouble());

        // Whole periods, so that every repeat pays for its share of lists; float64 steps with tables too.
        Assert.Equal(0, root.GetProperty("energy_and_forces").GetProperty("steps_per_repeat").GetInt32() % 7);
        Assert.Equal("table", root.GetProperty("radial").GetString());
    }

    [Theory]
    [InlineData("4", 3)]
    [InlineData("5", 6)]
    public void AtomsAreRoundedToMolecules(string atoms, int expected)
    {
        Outcome outcome = _mace.Run("bench", "--atoms", atoms, "--repeat", "1", "--threads", "1", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(expected, document.RootElement.GetProperty("atoms").GetInt32());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("share_of_peak").ValueKind);
    }

    [Theory]
    [InlineData("--water cannot be '0'; give a whole number from 1", "--water", "0")]
    [InlineData("--water cannot be '-4'; give a whole number from 1", "--water", "-4")]
    [InlineData("--water cannot be '2000000000'; give a whole number from 1", "--water", "2000000000")]
    [InlineData("--atoms cannot be '0'", "--atoms", "0")]
    [InlineData("--repeat cannot be '0'; give a whole number from 1", "--repeat", "0")]
    [InlineData("--threads cannot be '0'", "--threads", "0")]
    [InlineData("--dtype cannot be 'float16'", "--dtype", "float16")]
    [InlineData("exclude each other", "--water", "2", "--atoms", "6")]
    [InlineData("exclude each other", "--water", "2", "--structure", "IN")]
    [InlineData("'nothing.xyz' does not exist", "--structure", "nothing.xyz")]
    [InlineData("measures one model, but --model names 2", "--model", "lj", "lj:0.02")]
    [InlineData("There is no model 'unknown'", "--model", "unknown")]
    [InlineData("in.xyz@0: Element 26 is unknown", "--structure", "IN")]
    [InlineData("many", "--water", "many")]
    public void NonsenseIsRefused(string part, params string[] args)
    {
        string input = _mace.Write("in.xyz", Samples.Water.Replace("O 0.0", "Fe 0.0", StringComparison.Ordinal));
        Outcome outcome = _mace.Run(["bench", .. args.Select(a => a.Replace("IN", input, StringComparison.Ordinal))]);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public void WaterNeedsAModelThatKnowsIt()
    {
        MaceModelHandle handle = new(ModelBuilder.Create(new HyperParameters
        {
            Kind = ModelKind.ScaleShiftMace,
            AtomicNumbers = [14],
            CutoffRadius = 3,
            RadialBasisCount = 4,
            MaxEll = 1,
            HiddenIrreps = Equivariance.Irreps.Parse("2x0e"),
            MlpIrreps = Equivariance.Irreps.Parse("2x0e"),
            Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual],
            AverageNeighborCounts = [4, 4],
            Correlations = [1, 1],
        }))
        { Name = "silicon" };
        Atoms.InvalidInputException exception = Assert.Throws<Atoms.InvalidInputException>(() =>
        {
            using CliContext context = new(Stream.Null, Stream.Null, TextWriter.Null);
            BenchRunner.Run(context, new BenchRequest { Model = handle, Structure = Atoms.WaterBox.Create(1), Description = "water", IsWater = true, Options = new MaceOptions { ThreadCount = 1 }, Repeats = 1 });
        });
        Assert.Equal("The model 'silicon' does not know O and H, so it cannot be measured on water; give a structure of its elements (Si) with --structure.", exception.Message);
    }

    [Theory]
    [InlineData(2.0, 3.0, 1.0, 2.0)]
    [InlineData(2.5, 4.0, 1.0, 2.0, 3.0)]
    [InlineData(7.0, 7.0)]
    public void TheMedianIsTheMiddle(double expected, params double[] values) => Assert.Equal(expected, StepTimes.MedianOf(values));

    [Fact]
    public void ThePeakIsThatOfVectors()
    {
        // A core of this century does a vector multiply-add a cycle at a gigahertz and more; float64 does half of float32, with room for noise.
        double single = PeakMeter.Measure(Precision.Float32), @double = PeakMeter.Measure(Precision.Float64);
        Assert.InRange(single, 2, 2000);
        Assert.InRange(single / @double, 1.2, 3.5);
    }
}

using System.Collections.Concurrent;
using MaceSharp.Architecture;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>The models of the reference data, each read from its file once.</summary>
internal static class GoldenModels
{
    private static readonly ConcurrentDictionary<string, Lazy<MaceModel>> Models = new(StringComparer.Ordinal);

    /// <summary>Models with random weights that have an energy.</summary>
    public static TheoryData<string> WithEnergy => Names(static name => !IsDipoleOnly(name));

    /// <summary>The one of them whose radial weights depend on features of the atoms, so that they cannot be tabulated.</summary>
    public const string Attention = "e9_attention_residual";

    /// <summary>Models with an energy and radial weights that can be tabulated.</summary>
    public static TheoryData<string> Tabulated => Names(static name => !IsDipoleOnly(name) && name != Attention);

    /// <summary>Models with a dipole.</summary>
    public static TheoryData<string> WithDipole => Names(static name => name.StartsWith('h'));

    /// <summary>All models with random weights.</summary>
    public static TheoryData<string> All => Names(static _ => true);

    /// <summary>Models for which descriptors and a Hessian are given: not the twins of foundation models.</summary>
    public static TheoryData<string> Small => Names(static name => !IsDipoleOnly(name) && !name.StartsWith('j'));

    /// <summary>Trained models.</summary>
    public static TheoryData<string> Trained => [.. TrainedNames];

    /// <summary>Names of all models with random weights.</summary>
    public static IEnumerable<string> AllNames => NamesIn("models");

    /// <summary>Names of the trained models.</summary>
    public static IEnumerable<string> TrainedNames => NamesIn("trained");

    public static MaceModel Random(string name) => Read(GoldenData.PathOf("models", name + ".model"));

    public static MaceModel OfTrained(string name) => Read(GoldenData.PathOf("trained", name + ".model"));

    public static MaceModel Read(string path) => Models.GetOrAdd(path, static p => new Lazy<MaceModel>(() => ModelFile.Read(p))).Value;

    private static bool IsDipoleOnly(string name) => name.StartsWith("h1", StringComparison.Ordinal) || name.StartsWith("h3", StringComparison.Ordinal);

    private static TheoryData<string> Names(Func<string, bool> which) => [.. AllNames.Where(which)];

    private static IEnumerable<string> NamesIn(string folder) => GoldenData.Exists
        ? Directory.EnumerateFiles(GoldenData.PathOf(folder), "*.model").Select(static p => Path.GetFileNameWithoutExtension(p)!).Order(StringComparer.Ordinal)
        : [];
}

using System.Collections.Immutable;
using MaceSharp.Atoms;
using MaceSharp.Zoo;

namespace MaceSharp.Tests.Zoo;

public sealed class ModelResolverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mace-resolve-").FullName;
    private readonly ModelStore _store;

    public ModelResolverTests() => _store = new ModelStore(new ModelStoreOptions { Folder = Path.Combine(_folder, "store"), Offline = true });

    [Fact]
    public void A_file_wins_over_a_name()
    {
        string file = Touch("a.model");
        Assert.Equal([file], ModelResolver.Resolve(file, _store).AsEnumerable());
    }

    [Fact]
    public void A_name_is_the_downloaded_file_or_says_how_to_get_it()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => ModelResolver.Resolve("small", _store));
        Assert.Contains("mace models get mp-0-small", error.Message, StringComparison.Ordinal);
        Assert.Contains(_store.Folder, error.Message, StringComparison.Ordinal);

        string file = Touch(Path.Combine("store", "2023-12-10-mace-128-L0_energy_epoch-249.model"));
        Assert.Equal([file], ModelResolver.Resolve("mp-0-small", _store).AsEnumerable());
        Assert.Equal([file], ModelResolver.Resolve("SMALL", _store).AsEnumerable());
    }

    [Fact]
    public void A_pattern_gives_all_files_in_order()
    {
        string[] files = [Touch("b2.model"), Touch("b10.model"), Touch("b1.model"), Touch("c.model"), Touch(".b3.model")];
        Assert.Equal([files[2], files[1], files[0]], ModelResolver.Resolve(Path.Combine(_folder, "b*.model"), _store).AsEnumerable());
        Assert.Equal([files[3]], ModelResolver.Resolve(Path.Combine(_folder, "?.model"), _store).AsEnumerable());

        string deep = Touch(Path.Combine("run1", "m.model"));
        string deeper = Touch(Path.Combine("run2", "m.model"));
        Assert.Equal([deep, deeper], ModelResolver.Resolve(Path.Combine(_folder, "run*", "m.model"), _store).AsEnumerable());
        Assert.Contains("No file matches", Assert.Throws<InvalidInputException>(() => ModelResolver.Resolve(Path.Combine(_folder, "x*.model"), _store)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_keep_their_order()
    {
        string a = Touch("a.model"), b = Touch("b.model"), c = Touch("c.model");
        Assert.Equal([c, a, b, c], ModelResolver.ResolveAll([c, Path.Combine(_folder, "?.model")], _store).AsEnumerable());
    }

    [Theory]
    [InlineData("mp-0-smal", "published model; did you mean mp-0-small")]
    [InlineData("nowhere/my.model", "'nowhere/my.model' does not exist")]
    [InlineData("my.safetensors", "'my.safetensors' does not exist")]
    [InlineData("", "empty")]
    [InlineData("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "mace models list")]
    public void What_is_nothing_gets_a_sentence(string reference, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidInputException>(() => ModelResolver.Resolve(reference, _store)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_gets_a_sentence() =>
        Assert.Contains("is a folder", Assert.Throws<InvalidInputException>(() => ModelResolver.Resolve(_folder, _store)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_the_shipped_potential()
    {
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "models", "gfn2-chno.safetensors"), ModelResolver.DefaultModelPath);
        if (File.Exists(ModelResolver.DefaultModelPath))
        {
            Assert.Equal([ModelResolver.DefaultModelPath], ModelResolver.ResolveAll([], _store).AsEnumerable());
            Assert.Equal([ModelResolver.DefaultModelPath], ModelResolver.Resolve("gfn2-chno", _store).AsEnumerable());
            Assert.Equal([ModelResolver.DefaultModelPath.Replace("chno", "chno-dipoles", StringComparison.Ordinal)], ModelResolver.Resolve("GFN2-CHNO-dipoles", _store).AsEnumerable());
        }
        else
        {
            Assert.Contains("ships with mace", Assert.Throws<InvalidInputException>(() => ModelResolver.Resolve(null, _store)).Message, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Touch(string name)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, name);
        return path;
    }
}

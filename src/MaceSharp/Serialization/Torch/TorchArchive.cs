using System.Globalization;
using System.Text;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>
/// A file of <c>torch.save</c> since PyTorch 1.6: a zip archive with one pickle (<c>data.pkl</c>) and the bytes of each tensor
/// storage in an entry of its own (<c>data/0</c>, <c>data/1</c>, …).
/// </summary>
internal sealed class TorchArchive
{
    private const long LargestPickle = 128L << 20;
    private const long LargestStorage = 1L << 30;

    private readonly ZipDirectory _zip;
    private readonly string _root;
    private readonly Dictionary<string, byte[]> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<PickleObject, NamedTensor> _tensors = [];
    private long _elementBudget;

    private TorchArchive(ZipDirectory zip, string root)
    {
        _zip = zip;
        _root = root;

        // Tensors may share a storage; this bounds how often a hostile file can make the same bytes into new arrays.
        _elementBudget = (1L << 20) + (4 * zip.StatedSize);
    }

    /// <summary>What was pickled, as inert data.</summary>
    public object? Root { get; private set; }

    /// <summary>Reads the pickle of an archive; storages are read when a tensor is asked for.</summary>
    /// <param name="stream">The file; it must stay open while tensors are read.</param>
    /// <exception cref="InvalidInputException">The archive is damaged, or is an archive of something else.</exception>
    public static TorchArchive Open(Stream stream)
    {
        ZipDirectory zip = ZipDirectory.Open(stream);
        string root = FindRoot(zip);
        if (zip.SizeOf(root + "byteorder") >= 0 && Encoding.ASCII.GetString(zip.Read(root + "byteorder", 64)).Trim() != "little")
        {
            throw new InvalidInputException("the file was saved on a machine with big-endian numbers; load and save it again with PyTorch on a little-endian one.");
        }

        return new TorchArchive(zip, root) { Root = PickleReader.Read(zip.Read(root + "data.pkl", LargestPickle)) };
    }

    /// <summary>Reads a tensor. The same pickled tensor gives the same object.</summary>
    /// <param name="value">The pickled tensor or parameter.</param>
    /// <param name="name">How to call it in a sentence.</param>
    /// <exception cref="InvalidInputException">It is not a tensor, does not fit its storage, or its storage is damaged.</exception>
    public NamedTensor ReadTensor(object? value, string name)
    {
        if (value is PickleObject known && _tensors.TryGetValue(known, out NamedTensor? tensor)) { return tensor; }
        TorchTensor view = TorchTensor.Parse(value, name);
        byte[] storage = ReadStorage(view, name);
        _elementBudget -= view.Count;
        if (_elementBudget < 0) { throw new InvalidInputException("the tensors share their storages more often than those of a model do."); }
        tensor = view.Materialize(storage);
        _tensors.Add((PickleObject)value!, tensor);
        return tensor;
    }

    private byte[] ReadStorage(TorchTensor view, string name)
    {
        if (view.StorageCount == 0) { return []; }
        string entry = $"{_root}data/{view.StorageKey}";
        long size = _zip.SizeOf(entry);
        if (size < 0) { throw new InvalidInputException($"the storage of the tensor '{name}' is missing from the archive."); }
        if (size / view.ElementSize != view.StorageCount || size % view.ElementSize != 0)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the tensor '{name}' claims a storage of {view.StorageCount} elements, but the archive holds {size} bytes there."));
        }

        if (!_storages.TryGetValue(view.StorageKey, out byte[]? bytes))
        {
            bytes = _zip.Read(entry, LargestStorage);
            _storages.Add(view.StorageKey, bytes);
        }

        return bytes;
    }

    private static string FindRoot(ZipDirectory zip)
    {
        string? root = null;
        foreach (string name in zip.Names)
        {
            if (name == "data.pkl") { root = string.Empty; }
            else if (name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - "/data.pkl".Length)
            {
                root = root is null ? name[..^"data.pkl".Length] : throw new InvalidInputException("the archive holds several pickles; a model has one.");
            }
        }

        if (root is null)
        {
            throw new InvalidInputException("the file is a zip archive of something else: it has no data.pkl, as the files of torch.save have.");
        }

        bool isScript = zip.Names.Any(n => n == root + "constants.pkl" || n.StartsWith(root + "code/", StringComparison.Ordinal));
        if (!isScript) { return root; }
        throw new InvalidInputException(zip.Names.Any(static n => n.Contains("lammps", StringComparison.OrdinalIgnoreCase))
            ? "the file is a LAMMPS export of a model (compiled by mace_create_lammps_model); use the .model file it was made from."
            : "the file is a compiled TorchScript model; use the .model file it was made from.");
    }
}

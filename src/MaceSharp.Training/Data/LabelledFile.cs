using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>Reads the labelled frames of one file, in order and one at a time, and what the file as a whole says: energies of isolated atoms, and whether there are labels at all.</summary>
internal sealed class LabelledFile
{
    private readonly string _path;
    private readonly FrameSlice _slice;
    private readonly LabelReader _reader;
    private readonly TrainingKeys _keys;
    private readonly Dictionary<int, double> _isolatedAtoms = [];
    private Structure? _example;
    private bool _isLabelled;

    /// <summary>Prepares to read.</summary>
    /// <param name="file">The file, with frames behind an '@' where not all are meant.</param>
    /// <param name="reader">Reads the labels.</param>
    /// <param name="keys">Their keys.</param>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    public LabelledFile(string file, LabelReader reader, TrainingKeys keys)
    {
        (_path, _slice) = FrameSlice.ParsePath(file);
        _reader = reader;
        _keys = keys;
        if (_path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || _path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase) || _path.EndsWith("lmdb", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"{_path}: HDF5 and LMDB files of mace-torch are not read; give the extended XYZ files that they were made of.");
        }

        if (Directory.Exists(_path) && PreparedDataSet.IsOne(_path)) { throw new InvalidInputException(file == _path ? $"'{file}' is a data set that was prepared already." : $"'{file}' asks for some frames of a prepared data set, which is used as a whole; select frames when it is prepared."); }
        if (!File.Exists(_path)) { throw new InvalidInputException(Directory.Exists(_path) ? $"'{_path}' is a folder; name a file of labelled frames, or a data set of mace data prepare." : $"The file '{_path}' does not exist."); }
    }

    /// <summary>Energies of the isolated atoms so far, eV, by atomic number.</summary>
    public IReadOnlyDictionary<int, double> IsolatedAtoms => _isolatedAtoms;

    /// <summary>Reads the frames, isolated atoms included.</summary>
    /// <param name="head">Index of the head that learns from them.</param>
    /// <param name="weight">Factor of their weight.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or isolated atoms of one element differ.</exception>
    public IEnumerable<LabelledStructure> Read(int head, double weight, CancellationToken cancellationToken)
    {
        foreach (Structure structure in StructureReader.Read(_path, _slice))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Validate(structure);
            LabelledStructure frame = _reader.Read(structure, head, weight);
            _isLabelled |= frame.Energy is not null || frame.Forces is not null || frame.Dipole is not null || frame.Stress is not null || frame.Virials is not null || frame.Polarizability is not null;
            if (LabelReader.IsIsolatedAtom(structure)) { Note(structure, frame.Energy); }
            else { _example ??= structure; }
            yield return frame;
        }
    }

    /// <summary>Checks, when all frames were read, that there was a label.</summary>
    /// <exception cref="InvalidInputException">There was none.</exception>
    public void RequireLabels()
    {
        if (_isLabelled) { return; }
        string[] found = _example is null ? [] :
        [
            .. _example.Info.Where(static e => e.Value.Count is 1 or 3 or 6 or 9 && e.Value.Kind == DataKind.Real).Select(static e => e.Key),
            .. _example.Arrays.Where(static e => e.Value.Kind == DataKind.Real).Select(static e => e.Key),
        ];
        string has = found.Length == 0 ? "its frames have no other numbers" : $"its frames have {string.Join(", ", found)}; say which are labels with energy_key, forces_key, stress_key, …";
        throw new InvalidInputException($"{_path} has no label: there is no '{_keys.Energy}', '{_keys.Forces}', '{_keys.Stress}', '{_keys.Virials}' or '{_keys.Dipole}' in any frame; {has}.");
    }

    private static void Validate(Structure structure)
    {
        try
        {
            structure.Validate();
        }
        catch (InvalidInputException exception) when (structure.Origin is { } origin)
        {
            throw new InvalidInputException($"{origin}: {exception.Message}", exception);
        }
    }

    private void Note(Structure atom, double? label)
    {
        if (label is not { } energy) { return; }
        int z = atom.AtomicNumbers[0];
        if (!_isolatedAtoms.TryAdd(z, energy) && _isolatedAtoms[z] != energy)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{atom.Origin}: this isolated atom of {Elements.Symbol(z)} has the energy {energy} eV, an earlier one {_isolatedAtoms[z]} eV."));
        }
    }
}

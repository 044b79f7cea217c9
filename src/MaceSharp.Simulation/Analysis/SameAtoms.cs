using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Checks that all frames of a trajectory have the same atoms.</summary>
internal sealed class SameAtoms
{
    private int[]? _numbers;

    /// <summary>Atomic numbers of the atoms.</summary>
    public ReadOnlySpan<int> AtomicNumbers => _numbers;

    /// <summary>Checks a frame; returns whether it is the first.</summary>
    /// <exception cref="InvalidInputException">It has other atoms than the first, or none.</exception>
    public bool Check(Structure structure)
    {
        if (_numbers is null)
        {
            if (structure.Count == 0) { throw new InvalidInputException($"{structure.Origin}: the frame has no atoms."); }
            _numbers = structure.AtomicNumbers.ToArray();
            return true;
        }

        if (structure.AtomicNumbers.SequenceEqual(_numbers)) { return false; }
        throw new InvalidInputException(structure.Count != _numbers.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{structure.Origin}: the frame has {structure.Count} atoms and the first has {_numbers.Length}; atoms can be followed only where all frames have the same.")
            : $"{structure.Origin}: the frame has other elements, or another order of them, than the first; atoms can be followed only where all frames have the same.");
    }
}

namespace MaceSharp.Operators;

/// <summary>The elements of the atoms of a structure: as indices into the elements of a model, and as indices into those that are present.</summary>
/// <remarks>A model may know 89 elements where a structure has two: whatever is kept or done an element goes by the second.</remarks>
internal sealed class AtomSpecies
{
    private readonly int[] _slotOfElement;
    private readonly int[] _present;
    private int[] _slots = [];

    /// <param name="elements">Elements of the model.</param>
    public AtomSpecies(int elements)
    {
        _slotOfElement = new int[elements];
        _present = new int[elements];
        Array.Fill(_slotOfElement, -1);
    }

    /// <summary>Element index of each atom.</summary>
    public int[] Elements { get; private set; } = [];

    /// <summary>Number of elements that are present.</summary>
    public int Count { get; private set; }

    /// <summary>Element index of each element that is present, in the order in which they were met.</summary>
    public ReadOnlySpan<int> Present => _present.AsSpan(0, Count);

    /// <summary>Which of the present elements an atom is.</summary>
    public int SlotOf(int atom) => _slots[atom];

    /// <summary>Takes over the elements of a structure.</summary>
    /// <param name="atomicNumbers">Atomic number of each atom; the model knows them all.</param>
    /// <param name="elementOf">Element index of each atomic number.</param>
    public void Assign(ReadOnlySpan<int> atomicNumbers, ReadOnlySpan<int> elementOf)
    {
        foreach (int element in Present) { _slotOfElement[element] = -1; }
        Count = 0;
        if (_slots.Length < atomicNumbers.Length)
        {
            _slots = new int[atomicNumbers.Length];
            Elements = new int[atomicNumbers.Length];
        }

        for (int i = 0; i < atomicNumbers.Length; i++)
        {
            int element = elementOf[atomicNumbers[i]];
            if (_slotOfElement[element] < 0)
            {
                _slotOfElement[element] = Count;
                _present[Count++] = element;
            }

            Elements[i] = element;
            _slots[i] = _slotOfElement[element];
        }
    }
}

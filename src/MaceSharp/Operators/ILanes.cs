namespace MaceSharp.Operators;

/// <summary>
/// Arithmetic on a few neighbouring numbers at once. A kernel that is written against this interface is compiled once a
/// width, so the same lines serve the widest vectors of a machine, its narrower ones for what remains of the channels,
/// and single numbers.
/// </summary>
/// <typeparam name="TVector">The numbers.</typeparam>
/// <typeparam name="T">One number.</typeparam>
internal unsafe interface ILanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>How many numbers.</summary>
    static abstract int Count { get; }

    /// <summary>The numbers at an address of any alignment.</summary>
    static abstract TVector Load(T* source);

    /// <summary>Writes the numbers to an address of any alignment.</summary>
    static abstract void Store(TVector value, T* destination);

    /// <summary>One number in every lane.</summary>
    static abstract TVector Broadcast(T value);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a·b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + c, in one rounding where the hardware has it.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);
}

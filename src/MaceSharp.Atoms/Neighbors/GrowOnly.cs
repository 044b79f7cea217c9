namespace MaceSharp.Atoms;

/// <summary>Arrays that are kept from use to use and replaced only when they are too small.</summary>
internal static class GrowOnly
{
    /// <summary>Makes room for a number of elements, with a sixteenth to spare when the array has to be replaced.</summary>
    /// <param name="array">The array; new elements have arbitrary values.</param>
    /// <param name="length">Number of elements needed.</param>
    /// <param name="keep">Number of leading elements whose values are kept.</param>
    public static void Ensure<T>(ref T[] array, int length, int keep = 0)
        where T : unmanaged
    {
        if (array.Length >= length) { return; }
        T[] old = keep > 0 ? array : [];
        array = []; // so that the old one may be collected before the new one is there
        array = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, length + ((long)length / 16) + 16));
        old.AsSpan(0, keep).CopyTo(array);
    }
}

namespace MaceSharp.Atoms;

/// <summary>Where a row of the section Atoms has what, by column after the id (https://docs.lammps.org/read_data.html).</summary>
/// <param name="Width">Number of columns with the id, without image flags.</param>
/// <param name="TypeColumn">Column of the type.</param>
/// <param name="ChargeColumn">Column of the charge, or −1.</param>
internal readonly record struct LammpsAtomStyle(int Width, int TypeColumn, int ChargeColumn)
{
    /// <summary><c>id type x y z</c>.</summary>
    public static LammpsAtomStyle Atomic => new(5, 0, -1);

    /// <summary><c>id type q x y z</c>.</summary>
    public static LammpsAtomStyle Charge => new(6, 0, 1);

    /// <summary><c>id molecule type x y z</c>.</summary>
    public static LammpsAtomStyle Molecular => new(6, 1, -1);

    /// <summary><c>id molecule type q x y z</c>.</summary>
    public static LammpsAtomStyle Full => new(7, 1, 2);

    /// <summary>Whether a row has a charge.</summary>
    public bool HasCharge => ChargeColumn > 0;

    /// <summary>Column of x; y and z and then the image flags follow.</summary>
    public int PositionColumn => Width - 4;

    /// <summary>The style of a name, or <see langword="null"/> when it is none of these.</summary>
    public static LammpsAtomStyle? Named(ReadOnlySpan<char> name) => name switch
    {
        "atomic" => Atomic,
        "charge" => Charge,
        "molecular" or "bond" or "angle" => Molecular,
        "full" => Full,
        _ => null,
    };
}

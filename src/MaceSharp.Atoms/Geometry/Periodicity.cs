namespace MaceSharp.Atoms;

/// <summary>Along which of the three lattice vectors a structure repeats. Mixed periodicity (slabs, wires) is normal.</summary>
/// <param name="A">Periodic along the first lattice vector.</param>
/// <param name="B">Periodic along the second lattice vector.</param>
/// <param name="C">Periodic along the third lattice vector.</param>
public readonly record struct Periodicity(bool A, bool B, bool C)
{
    /// <summary>A molecule or cluster.</summary>
    public static Periodicity None => default;

    /// <summary>A crystal or liquid, periodic in three directions.</summary>
    public static Periodicity All => new(true, true, true);

    /// <summary>Whether all three directions are periodic; only then has a structure a stress.</summary>
    public bool IsFull => A && B && C;

    /// <summary>Whether at least one direction is periodic.</summary>
    public bool IsAny => A || B || C;

    /// <summary>Flag by index of the lattice vector.</summary>
    /// <param name="axis">0, 1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not 0, 1 or 2.</exception>
    public bool this[int axis] => axis switch
    {
        0 => A,
        1 => B,
        2 => C,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0, 1 or 2."),
    };

    /// <summary>The three flags as ASE writes them, for example <c>T T F</c>.</summary>
    public override string ToString() => $"{Letter(A)} {Letter(B)} {Letter(C)}";

    private static char Letter(bool flag) => flag ? 'T' : 'F';
}

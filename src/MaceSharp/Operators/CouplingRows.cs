using System.Collections.Immutable;
using System.Numerics;

namespace MaceSharp.Operators;

/// <summary>A sparse matrix of couplings that is applied to rows of numbers: output[r] = Σ_k value[r, k]·input[k].</summary>
internal sealed class CouplingRows<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ImmutableArray<int> _ends;
    private readonly ImmutableArray<(int Input, T Value)> _terms;

    /// <param name="rows">The non-zero elements of each row.</param>
    public CouplingRows(IEnumerable<IEnumerable<(int Input, double Value)>> rows)
    {
        ImmutableArray<int>.Builder ends = ImmutableArray.CreateBuilder<int>();
        ImmutableArray<(int, T)>.Builder terms = ImmutableArray.CreateBuilder<(int, T)>();
        foreach (IEnumerable<(int Input, double Value)> row in rows)
        {
            foreach ((int input, double value) in row) { terms.Add((input, T.CreateTruncating(value))); }
            ends.Add(terms.Count);
        }

        _ends = ends.ToImmutable();
        _terms = terms.ToImmutable();
    }

    /// <summary>Number of rows.</summary>
    public int Count => _ends.Length;

    /// <summary>Applies the matrix to one vector of each row.</summary>
    /// <param name="input">First input.</param>
    /// <param name="inputStride">From one input to the next.</param>
    /// <param name="output">First output, overwritten.</param>
    /// <param name="outputStride">From one output to the next.</param>
    public unsafe void Apply<TOps, TVector>(T* input, nint inputStride, T* output, nint outputStride)
        where TOps : struct, IVectorOperations<T, TVector>
        where TVector : struct
    {
        ReadOnlySpan<(int Input, T Value)> terms = _terms.AsSpan();
        int next = 0;
        foreach (int end in _ends)
        {
            TVector sum = default;
            for (; next < end; next++)
            {
                sum = TOps.MultiplyAdd(TOps.Broadcast(terms[next].Value), TOps.Load(input + (terms[next].Input * inputStride)), sum);
            }

            TOps.Store(sum, output);
            output += outputStride;
        }
    }
}

using System.Numerics;

namespace MaceSharp.Operators;

/// <content>What training adds: new weights in the same arrays, and the gradient with respect to the weights.</content>
internal sealed partial class EquivariantLinear<T>
{
    /// <summary>Takes new weights, in the layout of the ones the map was made with.</summary>
    /// <param name="weights">Flat weights.</param>
    /// <param name="needed">Of a map per element the elements whose matrices will be used; the others keep what they were.</param>
    public void Load(ReadOnlySpan<double> weights, ReadOnlySpan<bool> needed)
    {
        foreach (ref readonly Path path in _paths.AsSpan())
        {
            int rows = path.InputChannels, columns = path.OutputChannels, size = rows * columns;
            for (int z = 0; z < ElementCount; z++)
            {
                if (ElementCount > 1 && !needed[z]) { continue; }
                Span<T> matrix = path.Matrices.AsSpan(z * size, size), transposed = path.Transposed.AsSpan(z * size, size);
                for (int u = 0; u < rows; u++)
                {
                    ReadOnlySpan<double> row = weights.Slice(path.FirstWeight + (((u * ElementCount) + z) * columns), columns);
                    Simd.ScaleInto(path.Norm, row, matrix.Slice(u * columns, columns));
                    for (int w = 0; w < columns; w++) { transposed[(w * rows) + u] = matrix[(u * columns) + w]; }
                }
            }
        }
    }

    /// <summary>Takes a new bias.</summary>
    /// <param name="bias">One number an output channel of 0e; the map must have been made with one.</param>
    public void LoadBias(ReadOnlySpan<double> bias) => SpreadBias(Output, bias).CopyTo(_bias, 0);

    /// <summary>
    /// W̄ += Σ x·ȳ for a run of nodes, without the normalisation of the map, which <see cref="ScaleGradient"/> puts in once at the end.
    /// </summary>
    /// <param name="x">Input features.</param>
    /// <param name="yBar">Adjoint of the output.</param>
    /// <param name="count">Number of nodes.</param>
    /// <param name="elements">Element index of each node when the map depends on it.</param>
    /// <param name="gradient">Gradient of the flat weights, accumulated.</param>
    /// <param name="rows">Scratch.</param>
    public void AddGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> yBar, int count, ReadOnlySpan<int> elements, Span<double> gradient, RowBuffer rows)
    {
        foreach (ref readonly Path path in _paths.AsSpan())
        {
            int inner = path.InputChannels, columns = path.OutputChannels, stride = ElementCount * columns;
            if (ElementCount == 1)
            {
                rows.Fill(count, path.Components, Input.Dimension, path.InputOffset, inner, Output.Dimension, path.OutputOffset, columns);
                OuterProducts.Add(x, rows.X, inner, yBar, rows.Y, columns, gradient[path.FirstWeight..], stride);
                continue;
            }

            for (int first = 0; first < count; first++)
            {
                int element = elements[first];
                if (elements[..first].Contains(element)) { continue; }
                rows.FillMatching(elements[..count], element, path.Components, Input.Dimension, path.InputOffset, inner, Output.Dimension, path.OutputOffset, columns);
                OuterProducts.Add(x, rows.X, inner, yBar, rows.Y, columns, gradient[(path.FirstWeight + (element * columns))..], stride);
            }
        }
    }

    /// <summary>Bias̄ += Σ ȳ for a run of nodes.</summary>
    /// <param name="yBar">Adjoint of the output.</param>
    /// <param name="count">Number of nodes.</param>
    /// <param name="gradient">Gradient of the bias, accumulated.</param>
    public void AddBiasGradient(ReadOnlySpan<T> yBar, int count, Span<double> gradient)
    {
        int position = 0;
        for (int o = 0; o < Output.Irreps.Count; o++)
        {
            if (!Output.Irreps[o].Irrep.IsScalar) { continue; }
            int channels = Output.Irreps[o].Multiplicity;
            for (int n = 0; n < count; n++) { Simd.AddWidened(yBar.Slice((n * Output.Dimension) + Output.Offsets[o], channels), gradient.Slice(position, channels)); }
            position += channels;
        }
    }

    /// <summary>Multiplies a gradient that <see cref="AddGradient"/> gathered by the normalisation of the map.</summary>
    /// <param name="gradient">Gradient of the flat weights.</param>
    public void ScaleGradient(Span<double> gradient)
    {
        foreach (ref readonly Path path in _paths.AsSpan())
        {
            Simd.Scale(path.Norm, gradient.Slice(path.FirstWeight, path.InputChannels * path.OutputChannels * ElementCount));
        }
    }
}

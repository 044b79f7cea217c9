namespace MaceSharp.Operators;

/// <summary>One path of a convolution and its edges, as <see cref="ConvolutionAdjoint{T, TOps, TVector}"/> sees them. Strides count numbers.</summary>
internal unsafe struct ConvolutionTile<T>
    where T : unmanaged
{
    /// <summary>Edges of a tile.</summary>
    public const int Edges = 3;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Components a of the sent features, 2·l1+1.</summary>
    public int Rows;

    /// <summary>Components of the degree of the harmonics, 2·l2+1, of which the kernel may serve a part.</summary>
    public int Harmonics;

    /// <summary>First of the harmonics of the degree that are served.</summary>
    public int FirstHarmonic;

    /// <summary>Offset of the sender's features for each edge.</summary>
    public nint* Senders;

    /// <summary>Offset of the radial weights for each edge.</summary>
    public nint* WeightRows;

    /// <summary>Sent features of the path.</summary>
    public T* Features;

    /// <summary>Their adjoint, accumulated; null where it is not wanted.</summary>
    public T* FeaturesBar;

    /// <summary>Radial weights of the path.</summary>
    public T* Weights;

    /// <summary>Their adjoint, overwritten by the kernel that serves the first harmonic and accumulated by others; unused with <see cref="Slopes"/>.</summary>
    public T* WeightsBar;

    /// <summary>Derivatives of the radial weights with respect to the distance; null where the adjoint of the weights is wanted.</summary>
    public T* Slopes;

    /// <summary>The harmonics that are served, of the first edge.</summary>
    public T* HarmonicValues;

    /// <summary>Number of harmonics an edge: from those of one to those of the next.</summary>
    public nint HarmonicStride;

    /// <summary>Uncoupled adjoint G: for each vector of channels [a, b, lane].</summary>
    public T* Uncoupled;

    /// <summary>Adjoint of the harmonics that are served for the edges of a tile, [edge, harmonic, slot], before the sum over lanes, accumulated.</summary>
    public T* HarmonicSums;

    /// <summary>Adjoint of the distances before the sum over lanes, [edge, slot], accumulated.</summary>
    public T* SlopeSums;
}

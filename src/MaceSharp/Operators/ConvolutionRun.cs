namespace MaceSharp.Operators;

/// <summary>One path of a convolution and a run of edges, as <see cref="ConvolutionSum{T, TOps, TVector}"/> sees them. Strides count numbers.</summary>
internal unsafe struct ConvolutionRun<T>
    where T : unmanaged
{
    /// <summary>Number of edges.</summary>
    public int Edges;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Components a of the sent features, 2·l1+1.</summary>
    public int Rows;

    /// <summary>Offset of the sender's features for each edge.</summary>
    public nint* Senders;

    /// <summary>Sent features of the path, [a, channel] at each sender's offset.</summary>
    public T* Features;

    /// <summary>Radial weights of the path for the first edge.</summary>
    public T* Weights;

    /// <summary>From the weights of one edge to those of the next.</summary>
    public nint WeightStride;

    /// <summary>Harmonics contracted with the coupling, [a, c, edge], from the first component c that is summed.</summary>
    public T* Matrix;

    /// <summary>From one a of <see cref="Matrix"/> to the next.</summary>
    public nint MatrixStride;

    /// <summary>The message, [c, channel], from the first component that is summed.</summary>
    public T* Message;
}

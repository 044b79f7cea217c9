using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>What one thread needs besides the shards it works on: changes, scratch and its share of the gradient.</summary>
internal sealed class ThreadMemory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public ThreadMemory(TrainingNetwork<T> network)
    {
        int harmonics = (network.HyperParameters.MaxEll + 1) * (network.HyperParameters.MaxEll + 1);
        Dots = Shard<T>.Create(network);
        BarDots = Shard<T>.Create(network);
        RadialDots = [.. network.Layers.Select(static l => new RadialDots<T>(l.Radial.HiddenWidths, l.IsNormalized))];
        DensityDots = [.. network.Layers.Select(static l => l.Density is null ? null : new RadialDots<T>(l.Density.HiddenWidths, l.IsNormalized))];
        Coefficients = [.. network.Layers.Select(static l => l.Contraction.CreateGradient())];
        HarmonicsDot = new Buffer<T>(harmonics);
        BasisDot = new Buffer<T>(network.Radial.Count);
        InitialBarDot = new Buffer<T>(network.HyperParameters.ChannelCount);
        Scratch = new T[network.Layers.Max(static l => Math.Max(l.Contraction.ScratchLength, l.Convolution.ScratchLength))];
        Gradient = new double[network.ParameterCount];
    }

    /// <summary>Changes of each layer.</summary>
    public LayerArrays<T>[] Dots { get; }

    /// <summary>Changes of the adjoints of each layer.</summary>
    public LayerArrays<T>[] BarDots { get; }

    public RadialDots<T>[] RadialDots { get; }

    public RadialDots<T>?[] DensityDots { get; }

    /// <summary>Gradients of the coefficients of each layer's contraction.</summary>
    public ContractionGradient<T>[] Coefficients { get; }

    public Buffer<T> HarmonicsDot { get; }

    public Buffer<T> BasisDot { get; }

    /// <summary>Change of the length of each pair, Å.</summary>
    public Buffer<double> DistancesDot { get; } = new(1);

    public Buffer<T> InitialBarDot { get; }

    public T[] Scratch { get; }

    public RowBuffer Rows { get; } = new();

    /// <summary>The thread's share of the gradient, without normalisations until the end of a step.</summary>
    public double[] Gradient { get; }

    /// <summary>Prepares for a shard.</summary>
    public void Resize(Shard<T> shard)
    {
        foreach (LayerArrays<T> arrays in Dots) { arrays.Resize(shard.AtomCount, shard.PairCount); }
        foreach (LayerArrays<T> arrays in BarDots) { arrays.Resize(shard.AtomCount, shard.PairCount); }
        HarmonicsDot.Resize(shard.PairCount);
        BasisDot.Resize(shard.PairCount);
        DistancesDot.Resize(shard.PairCount);
        InitialBarDot.Resize(shard.AtomCount);
    }
}

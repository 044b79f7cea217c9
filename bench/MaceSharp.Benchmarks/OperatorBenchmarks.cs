using System.Numerics;
using BenchmarkDotNet.Attributes;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Benchmarks;

/// <summary>The operators of the second layer, each on the work of one block of atoms or on the edges of one atom and the channels of one slab.</summary>
/// <typeparam name="T">Arithmetic.</typeparam>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class OperatorBenchmarks<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Layer whose operators are measured: the second, which has node features of every degree to send.</summary>
    private const int Layer = 1;

    private readonly RowBuffer _rows = new();
    private Operands _o = null!;

    /// <summary>Shape of the model.</summary>
    [Params(Shapes.Small, Shapes.Medium)]
    public string Shape { get; set; } = Shapes.Small;

    /// <summary>Prepares operators and operands.</summary>
    [GlobalSetup]
    public void Setup() => _o = new Operands(Shapes.Create(Shape));

    /// <summary>A product of the largest square block, one row an atom.</summary>
    [Benchmark]
    public void MatrixProduct()
    {
        _rows.Fill(ThreadScratch<T>.BlockSize, 1, _o.Channels, 0, _o.Channels, _o.Channels, 0, _o.Channels);
        MatrixKernel.MultiplyAdd(_o.X, _rows.X, _o.Square, _o.Channels, _o.Channels, _o.Y, _rows.Y);
    }

    /// <summary>Mixing of a slab after the sum over edges, for a block of atoms.</summary>
    [Benchmark]
    public void Mix() => _o.Slab.Mix.Forward(_o.Messages, _o.Mixed, ThreadScratch<T>.BlockSize, _o.Elements, _rows);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void MixAdjoint() => _o.Slab.Mix.Adjoint(_o.Mixed, _o.Messages, ThreadScratch<T>.BlockSize, _o.Elements, _rows);

    /// <summary>Radial weights and slopes of the edges by the exact network, all channels.</summary>
    [Benchmark]
    public void RadialNetwork() => _o.Exact.Weights[Layer].Evaluate(_o.Geometry, _o.Exact.Edges, 0, 0, 0, Operands.Neighbors, slopes: true);

    /// <summary>The same from tables, one slab.</summary>
    [Benchmark]
    public void RadialTables()
    {
        EdgeWeights<T> weights = _o.Tabulated.Weights[Layer];
        for (int first = 0; first < Operands.Neighbors; first += weights.RunLength) { weights.Evaluate(_o.Geometry, _o.Tabulated.Edges, 0, 0, first, Math.Min(weights.RunLength, Operands.Neighbors - first), slopes: true); }
    }

    /// <summary>The edges of an atom: vectors, order, harmonics.</summary>
    [Benchmark]
    public void Edges() => _o.Tabulated.Edges.Fill(_o.Geometry, 0, 1, withBasis: false, byElement: false);

    /// <summary>The convolution over the edges, one slab.</summary>
    [Benchmark]
    public void Convolution() => _o.Slab.Convolution.Forward(_o.Senders, _o.Features, _o.Harmonics, _o.Weights, _o.Message, _o.Tabulated.Convolution[Layer][0]);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void ConvolutionAdjoint() => _o.Slab.Convolution.Adjoint(_o.Senders, _o.Features, _o.Harmonics, _o.Weights, _o.Slopes, _o.Message, _o.FeaturesBar, _o.HarmonicsBar, _o.DistancesBar, _o.Tabulated.Convolution[Layer][0]);

    /// <summary>The density of the first layer over the edges.</summary>
    [Benchmark]
    public void Density() => _o.Density.Convolution.Forward(_o.Senders, _o.Density.Ones, _o.Harmonics, _o.Weights, _o.DensityMessage, _o.Tabulated.Convolution[0][0]);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void DensityAdjoint() => _o.Density.Convolution.Adjoint(_o.Senders, _o.Density.Ones, _o.Harmonics, _o.Weights, _o.Slopes, _o.DensityMessage, default, _o.HarmonicsBar, _o.DistancesBar, _o.Tabulated.Convolution[0][0]);

    /// <summary>The symmetric contraction of one atom.</summary>
    [Benchmark]
    public void Contraction() => _o.Contraction.Forward(0, _o.A, _o.B, _o.Exact.Contraction[0]);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void ContractionAdjoint() => _o.Contraction.Adjoint(0, _o.A, _o.B, _o.ABar, _o.Exact.Contraction[0]);

    /// <summary>Operators and operands; of the first layer only the contraction, because that of the last layer has scalars alone.</summary>
    private sealed class Operands
    {
        /// <summary>Neighbours of the atom.</summary>
        public const int Neighbors = 64;

        private readonly Random _random = new(1);

        public Operands(MaceModel model)
        {
            int edges = Neighbors, atoms = ThreadScratch<T>.BlockSize;
            Geometry = Cluster(model.HyperParameters, edges);
            MaceNetwork<T> network = new(model, tabulate: true);
            Exact = CreateScratch(new MaceNetwork<T>(model, tabulate: false));
            Tabulated = CreateScratch(network);
            Slab = network.Layers[Layer].Interaction.Slabs[0];
            Density = network.Layers[0].Interaction.Density!;
            Contraction = network.Layers[0].Contraction;
            Channels = model.HyperParameters.ChannelCount;
            X = Numbers(atoms * Channels);
            Y = Numbers(atoms * Channels);
            Square = Numbers(Channels * Channels);
            Messages = Numbers(atoms * Slab.Mix.Input.Dimension);
            Mixed = Numbers(atoms * Slab.Mix.Output.Dimension);
            Senders = Exact.Edges.Senders[..edges];
            Features = Numbers((edges + 1) * Slab.Convolution.SenderStride);
            FeaturesBar = new T[Features.Length];
            Harmonics = Numbers(edges * Exact.Edges.HarmonicCount);
            HarmonicsBar = new T[Harmonics.Length];
            Weights = Numbers(edges * Slab.Convolution.WeightCount);
            Slopes = Numbers(Weights.Length);
            DistancesBar = new double[edges];
            Message = Numbers(Slab.Convolution.Output.Dimension);
            DensityMessage = Numbers(Density.Convolution.Output.Dimension);
            A = Numbers(network.Layers[0].Message.Dimension);
            ABar = new T[A.Length];
            B = Numbers(Contraction.Output.Dimension);
        }

        public EdgeGeometry Geometry { get; }

        public ThreadScratch<T> Exact { get; }

        public ThreadScratch<T> Tabulated { get; }

        public ConvolutionSlab<T> Slab { get; }

        public ElementDensity<T> Density { get; }

        public SymmetricContraction<T> Contraction { get; }

        public int Channels { get; }

        public int[] Elements { get; } = new int[ThreadScratch<T>.BlockSize];

        public T[] X { get; }

        public T[] Y { get; }

        public T[] Square { get; }

        public T[] Messages { get; }

        public T[] Mixed { get; }

        public int[] Senders { get; }

        public T[] Features { get; }

        public T[] FeaturesBar { get; }

        public T[] Harmonics { get; }

        public T[] HarmonicsBar { get; }

        public T[] Weights { get; }

        public T[] Slopes { get; }

        public double[] DistancesBar { get; }

        public T[] Message { get; }

        public T[] DensityMessage { get; }

        public T[] A { get; }

        public T[] ABar { get; }

        public T[] B { get; }

        private static EdgeGeometry Cluster(HyperParameters model, int neighbors)
        {
            double cutoff = model.CutoffRadius;
            // Points of a spiral on growing spheres: any distances serve, as long as none is zero.
            Vector3D[] positions = new Vector3D[neighbors + 1];
            for (int i = 1; i <= neighbors; i++)
            {
                double z = ((2 * i) - 1.0 - neighbors) / neighbors, around = 2.399963 * i, radius = Math.Sqrt(1 - (z * z));
                positions[i] = cutoff * (0.2 + (0.75 * i / neighbors)) * new Vector3D(radius * Math.Cos(around), radius * Math.Sin(around), z);
            }

            NeighborList list = new();
            list.Build(positions, default, default, cutoff);
            AtomSpecies species = new(model.AtomicNumbers.Length);
            species.Assign(new int[positions.Length], [0]);
            return new EdgeGeometry(list, positions, species, default);
        }

        private ThreadScratch<T> CreateScratch(MaceNetwork<T> network)
        {
            int last = network.Layers.Length - 1;
            ThreadScratch<T> scratch = new(network, [.. network.Layers.Select((layer, t) => new LayerState<T>(layer, t == last, 1))], 0);
            EdgeWeights<T> weights = scratch.Weights[Layer];
            scratch.Edges.Fill(Geometry, 0, 1, weights.NeedsBasis, byElement: false);
            weights.Begin(Geometry, scratch.Edges);
            return scratch;
        }

        /// <summary>Small numbers: what is accumulated over millions of calls must stay finite.</summary>
        private T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(0.01 * (_random.NextDouble() - 0.5)))];
    }
}

using System.Numerics;
using BenchmarkDotNet.Attributes;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Benchmarks;

/// <summary>The operators of the second layer, each on the work of one block of atoms or one batch of edges.</summary>
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

    /// <summary>Mixing after the sum over edges, for a block of atoms.</summary>
    [Benchmark]
    public void Mix() => _o.Block.Mix.Forward(_o.Messages, _o.Mixed, ThreadScratch<T>.BlockSize, _o.Elements, _rows);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void MixAdjoint() => _o.Block.Mix.Adjoint(_o.Mixed, _o.Messages, ThreadScratch<T>.BlockSize, _o.Elements, _rows);

    /// <summary>Radial weights and slopes of a batch of edges by the exact network.</summary>
    [Benchmark]
    public void RadialNetwork() => _o.Exact.Weights[Layer].Evaluate(_o.Geometry, _o.Exact.Edges, 0, slopes: true);

    /// <summary>The same from tables.</summary>
    [Benchmark]
    public void RadialTables() => _o.Tabulated.Weights[Layer].Evaluate(_o.Geometry, _o.Tabulated.Edges, 0, slopes: true);

    /// <summary>The convolution over a batch of edges.</summary>
    [Benchmark]
    public void Convolution() => _o.Block.Convolution.Forward(_o.Senders, _o.Features, _o.Harmonics, _o.Weights, _o.Message, _o.Exact.Convolution[Layer]);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void ConvolutionAdjoint() => _o.Block.Convolution.Adjoint(_o.Senders, _o.Features, _o.Harmonics, _o.Weights, _o.Slopes, _o.Message, _o.FeaturesBar, _o.HarmonicsBar, _o.DistancesBar, _o.Exact.Convolution[Layer]);

    /// <summary>The symmetric contraction of one atom.</summary>
    [Benchmark]
    public void Contraction() => _o.Contraction.Forward(0, _o.A, _o.B, _o.Exact.Contraction[0]);

    /// <summary>Its adjoint.</summary>
    [Benchmark]
    public void ContractionAdjoint() => _o.Contraction.Adjoint(0, _o.A, _o.B, _o.ABar, _o.Exact.Contraction[0]);

    /// <summary>Operators and operands; of the first layer only the contraction, because that of the last layer has scalars alone.</summary>
    private sealed class Operands
    {
        private readonly Random _random = new(1);

        public Operands(MaceModel model)
        {
            // The first atom of a dense cluster has a full batch of neighbours.
            int edges = EdgeBatch<T>.Capacity, atoms = ThreadScratch<T>.BlockSize;
            Geometry = Cluster(model.HyperParameters.CutoffRadius, edges);
            MaceNetwork<T> network = new(model, tabulate: false);
            Exact = CreateScratch(network);
            Tabulated = CreateScratch(new MaceNetwork<T>(model, tabulate: true));
            Block = network.Layers[Layer].Interaction;
            Contraction = network.Layers[0].Contraction;
            Channels = model.HyperParameters.ChannelCount;
            X = Numbers(atoms * Channels);
            Y = Numbers(atoms * Channels);
            Square = Numbers(Channels * Channels);
            Messages = Numbers(atoms * Block.Mix.Input.Dimension);
            Mixed = Numbers(atoms * Block.Mix.Output.Dimension);
            Senders = Exact.Edges.Senders[..edges];
            Features = Numbers((edges + 1) * Block.Convolution.Input.Dimension);
            FeaturesBar = new T[Features.Length];
            Harmonics = Numbers(edges * Exact.Edges.HarmonicCount);
            HarmonicsBar = new T[Harmonics.Length];
            Weights = Numbers(edges * Block.Convolution.WeightCount);
            Slopes = Numbers(Weights.Length);
            DistancesBar = new double[edges];
            Message = Numbers(Block.Convolution.Output.Dimension);
            A = Numbers(network.Layers[0].Message.Dimension);
            ABar = new T[A.Length];
            B = Numbers(Contraction.Output.Dimension);
        }

        public EdgeGeometry Geometry { get; }

        public ThreadScratch<T> Exact { get; }

        public ThreadScratch<T> Tabulated { get; }

        public InteractionBlock<T> Block { get; }

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

        public T[] A { get; }

        public T[] ABar { get; }

        public T[] B { get; }

        private static EdgeGeometry Cluster(double cutoff, int neighbors)
        {
            // Points of a spiral on growing spheres: any distances serve, as long as none is zero.
            Vector3D[] positions = new Vector3D[neighbors + 1];
            for (int i = 1; i <= neighbors; i++)
            {
                double z = ((2 * i) - 1.0 - neighbors) / neighbors, around = 2.399963 * i, radius = Math.Sqrt(1 - (z * z));
                positions[i] = cutoff * (0.2 + (0.75 * i / neighbors)) * new Vector3D(radius * Math.Cos(around), radius * Math.Sin(around), z);
            }

            NeighborList list = new();
            list.Build(positions, default, default, cutoff);
            return new EdgeGeometry(list, positions, new int[positions.Length], default);
        }

        private ThreadScratch<T> CreateScratch(MaceNetwork<T> network)
        {
            ThreadScratch<T> scratch = new(network, [.. network.Layers.Select(static layer => new LayerState<T>(layer, 1))], 0);
            int next = 0;
            scratch.Edges.Fill(Geometry, 0, withBasis: true, ref next);
            return scratch;
        }

        /// <summary>Small numbers: what is accumulated over millions of calls must stay finite.</summary>
        private T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(0.01 * (_random.NextDouble() - 0.5)))];
    }
}

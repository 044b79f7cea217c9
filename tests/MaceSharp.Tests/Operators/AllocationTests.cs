using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Evaluation;
using MaceSharp.Network;
using MaceSharp.Operators;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Operators;

/// <summary>An operator that has been called before allocates nothing: a step of dynamics must leave no work to the garbage collector.</summary>
public sealed class AllocationTests
{
    private const int Atoms = 12;

    /// <summary>Models whose layers between them have every kind of map.</summary>
    public static TheoryData<string> Models => new("residual L=2, l=3", "correlation 3", "mace", "density, agnesi, zbl", "attention", "non-linear, bias, heads", "mixed parity");

    [Theory]
    [MemberData(nameof(Models))]
    public void Operators_in_float64(string name) => Check<double>(name);

    [Theory]
    [MemberData(nameof(Models))]
    public void Operators_in_float32(string name) => Check<float>(name);

    [Fact]
    public void Harmonics()
    {
        Vector3D unit = new(0.6, 0.0, 0.8);
        double[] values = new double[SphericalHarmonics.CountOf(6)];
        Vector3D[] gradients = new Vector3D[values.Length];
        AssertNone("values", () => SphericalHarmonics.Evaluate(6, unit, values));
        AssertNone("gradients", () => SphericalHarmonics.EvaluateWithGradient(6, unit, values, gradients));
    }

    [Fact]
    public void Neighbors()
    {
        Structure box = WaterBox.Create(64);
        NeighborList list = new();
        Vector3D[] wrapped = new Vector3D[box.Count];
        AssertNone("build", () => list.Build(box.Positions, box.Cell, box.Periodicity, 5.0));
        AssertNone("wrap", () => list.WrapPositions(box.Positions, box.Cell, wrapped));
    }

    private static void Check<T>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MaceModel model = RandomModels.Create(name);
        bool pairs = model.HyperParameters.Interactions.All(static i => i != InteractionKind.RealAgnosticAttResidual);
        foreach (bool tabulate in (bool[])[false, true])
        {
            if (tabulate && !pairs) { continue; }
            Check(model, new MaceNetwork<T>(model, tabulate));
        }
    }

    private static void Check<T>(MaceModel model, MaceNetwork<T> network)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (EdgeGeometry geometry, int[] elements) = Cluster(network.Radial.CutoffRadius, model.HyperParameters.AtomicNumbers.Length);
        LayerState<T>[] states = [.. network.Layers.Select((layer, t) => new LayerState<T>(layer, t == network.Layers.Length - 1, 1))];
        foreach (LayerState<T> state in states) { state.Reserve(Atoms, backward: true, keepFeatures: false); }
        ThreadScratch<T> scratch = new(network, states, 0);
        EdgeGroup<T> edges = scratch.Edges;
        AssertNone("edges", () => edges.Fill(geometry, 0, ThreadScratch<T>.BlockSize, withBasis: true, byElement: true));
        Assert.True(edges.Count > ThreadScratch<T>.BlockSize);
        AssertNone("edges back", () =>
        {
            edges.Contract();
            edges.VectorBar(0);
        });
        for (int t = 0; t < network.Layers.Length; t++)
        {
            MaceLayer<T> layer = network.Layers[t];
            InteractionBlock<T> block = layer.Interaction;
            EquivariantLinear<T>?[] maps = [block.Up, block.Skip, block.FinalMix, block.Residual, block.Down, block.SenderTerms, layer.Product, .. block.Slabs.Select(static s => s.Mix), block.Density?.MixOf(0)];
            foreach (EquivariantLinear<T> map in maps.OfType<EquivariantLinear<T>>()) { CheckLinear(map, elements, scratch.Rows); }
            CheckRadial(block.Radial.Weights, edges, scratch.Rows);
            EdgeWeights<T> weights = scratch.Weights[t];
            AssertNone("radial weights prepared", () => weights.Begin(geometry, edges));
            for (int s = 0; s < block.WeightColumns.Length; s++)
            {
                int slab = s, count = Math.Min(edges.Starts[1], weights.RunLength);
                AssertNone("radial weights", () => weights.Evaluate(geometry, edges, 0, slab, 0, count, slopes: false));
                AssertNone("radial weights and slopes", () => weights.Evaluate(geometry, edges, 0, slab, 0, count, slopes: true));
                CheckConvolution(block.Density?.Convolution ?? block.Slabs[slab].Convolution, edges, scratch.Convolution[t][slab]);
            }

            foreach (ConvolutionSlab<T> slab in block.Slabs) { CheckGathering(slab, block.Up.Output.Dimension); }
            if (block.Density is { } density)
            {
                AssertNone("mix of an element", () => density.MixOf(0));
                if (density.IncludesFinalMix(1)) { AssertNone("mix of a pair", () => density.MixOf(0, 0)); }
            }

            CheckContraction(layer, scratch.Contraction[t]);
            if (block.Gate is { } gate) { CheckGate(gate); }
            foreach (Readout<double> readout in layer.Readouts.OfType<Readout<double>>()) { CheckReadout(readout, layer.Output.Dimension, model.HyperParameters.Kind, scratch.Rows); }
        }
    }

    private static void CheckLinear<T>(EquivariantLinear<T> map, int[] elements, RowBuffer rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = Numbers<T>(Atoms * map.Input.Dimension), y = Numbers<T>(Atoms * map.Output.Dimension);
        AssertNone("linear", () => map.Forward(x, y, Atoms, elements, rows));
        AssertNone("linear back", () => map.Adjoint(y, x, Atoms, elements, rows));
    }

    private static void CheckRadial<T>(RadialNetwork<double> network, EdgeGroup<T> edges, RowBuffer rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = edges.Count;
        RadialWorkspace<double> workspace = network.CreateWorkspace(count);
        double[] bar = Numbers<double>(count * network.OutputWidth), basisBar = new double[count * edges.BasisCount];
        AssertNone("radial network", () =>
        {
            workspace.FirstTerms.Clear();
            network.Forward(edges.Basis.AsSpan(0, basisBar.Length), count, workspace, rows);
        });
        AssertNone("radial network back", () => network.Adjoint(bar, count, workspace, basisBar, rows));
    }

    private static void CheckConvolution<T>(EdgeConvolution<T> convolution, EdgeGroup<T> edges, ConvolutionScratch<T> scratch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = edges.Count, weightCount = count * convolution.WeightCount, harmonicCount = count * edges.HarmonicCount;
        T[] features = Numbers<T>(((Atoms - 1) * convolution.SenderStride) + convolution.Input.Dimension), weights = Numbers<T>(weightCount), message = new T[convolution.Output.Dimension];
        T[] featuresBar = new T[features.Length], weightsBar = new T[weightCount];
        AssertNone("convolution", () => convolution.Forward(edges.Senders.AsSpan(0, count), features, edges.Harmonics.AsSpan(0, harmonicCount), weights, message, scratch));
        AssertNone("convolution back", () => convolution.Adjoint(edges.Senders.AsSpan(0, count), features, edges.Harmonics.AsSpan(0, harmonicCount), weights, message, featuresBar, edges.HarmonicsBar.AsSpan(0, harmonicCount), weightsBar, scratch));
        AssertNone("convolution back to distances", () => convolution.Adjoint(edges.Senders.AsSpan(0, count), features, edges.Harmonics.AsSpan(0, harmonicCount), weights, weights, message, featuresBar, edges.HarmonicsBar.AsSpan(0, harmonicCount), edges.DistancesBar, scratch));
    }

    private static void CheckGathering<T>(ConvolutionSlab<T> slab, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] sent = Numbers<T>(width), own = new T[slab.Convolution.SenderStride];
        AssertNone("features of a slab", () => slab.Gather(sent, own));
        AssertNone("features of a slab back", () => slab.Scatter(own, sent));
        AssertNone("features of a slab added", () => slab.GatherAdd(sent, own));
    }

    private static void CheckContraction<T>(MaceLayer<T> layer, ContractionScratch<T> scratch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] a = Numbers<T>(layer.Message.Dimension), aBar = new T[a.Length], b = new T[layer.Contraction.Output.Dimension];
        AssertNone("contraction", () => layer.Contraction.Forward(1, a, b, scratch));
        AssertNone("contraction back", () => layer.Contraction.Adjoint(1, a, b, aBar, scratch));
    }

    private static void CheckGate<T>(Gate<T> gate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = Numbers<T>(gate.Input.Dimension), y = new T[gate.Output.Dimension], xBar = new T[x.Length];
        AssertNone("gate", () => gate.Forward(x, y));
        AssertNone("gate back", () => gate.Adjoint(x, y, xBar));
    }

    private static void CheckReadout(Readout<double> readout, int width, ModelKind kind, RowBuffer rows)
    {
        double[] x = Numbers<double>(width), y = new double[Readout<double>.OutputIrreps(kind).Dimension], xBar = new double[width], scratch = new double[readout.ScratchWidth];
        AssertNone("readout", () => readout.Forward(x, y, scratch, rows));
        AssertNone("readout back", () => readout.Adjoint(y, xBar, scratch, rows));
    }

    /// <summary>
    /// Runs an operation until it has what it needs, then asserts that it asks for no more. A collection that other tests
    /// cause meanwhile is counted against this thread, so one of a few runs without a byte is the proof.
    /// </summary>
    internal static void AssertNone(string what, Action operation)
    {
        for (int i = 0; i < 3; i++) { operation(); }
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) { operation(); }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least == 0, $"{what}: {least} bytes in ten calls");
    }

    /// <summary>Atoms at random places, none close to another, all within reach of the first.</summary>
    private static (EdgeGeometry Geometry, int[] Elements) Cluster(double cutoff, int elements)
    {
        Random random = new(3);
        List<Vector3D> positions = [default];
        while (positions.Count < Atoms)
        {
            Vector3D place = 0.9 * cutoff * new Vector3D((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
            if (place.Norm < 0.9 * cutoff && positions.TrueForAll(p => (p - place).Norm > 0.8)) { positions.Add(place); }
        }

        NeighborList list = new();
        list.Build(positions.ToArray(), default, default, cutoff);
        int[] own = [.. Enumerable.Range(0, Atoms).Select(i => i % elements)];
        AtomSpecies species = new(elements);
        species.Assign(own, [.. Enumerable.Range(0, elements)]);
        return (new EdgeGeometry(list, [.. positions], species, default), own);
    }

    private static T[] Numbers<T>(int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(5);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
    }
}

using System.Numerics;
using MaceSharp.Atoms;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// The four passes over one shard: values; adjoints of the energy; changes along one displacement and strain; changes of the adjoints, which give the gradient.
/// This class moves between layers; a layer's own steps are in <see cref="ShardLayerPass{T}"/>.
/// </summary>
internal static class ShardPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Values of all layers.</summary>
    public static void Forward(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory)
    {
        for (int t = 0; t < network.Layers.Length; t++)
        {
            ShardLayerPass<T> pass = new(network, shard, memory, t);
            pass.Forward();
        }
    }

    /// <summary>Energies and multipoles of the structures of a shard.</summary>
    public static void Collect(TrainingNetwork<T> network, Shard<T> shard, TrainingBatch batch, BatchPrediction prediction)
    {
        bool dipole = network.HyperParameters.HasDipole;
        int width = network.ReadoutWidth, elements = network.HyperParameters.AtomicNumbers.Length;
        double[] sums = dipole ? new double[shard.AtomCount * width] : [];
        for (int g = 0; g < shard.GraphCount; g++)
        {
            int graph = shard.FirstGraph + g, first = shard.FirstAtomOf(batch, graph), head = batch.Structures[graph].Head;
            double interaction = 0, isolated = 0;
            for (int i = first; i < first + batch.AtomCountOf(graph); i++)
            {
                double own = shard.Repulsion.Span[i];
                foreach (LayerArrays<T> layer in shard.Values)
                {
                    if (layer.ReadOut.Width == 0) { continue; }
                    own += double.CreateTruncating(layer.ReadOut.Row(i)[dipole ? 0 : head]);
                    if (dipole) { Simd.AddWidened(layer.ReadOut.Row(i), sums.AsSpan(i * width, width)); }
                }

                interaction += (network.Scale[head] * own) + network.Shift[head];
                isolated += network.AtomicEnergies[(head * elements) + shard.Elements[i]];
            }

            if (network.HyperParameters.HasEnergy) { prediction.Energies[graph] = isolated + interaction + shard.EmbeddingEnergies.Span[g]; }
            if (dipole) { Multipoles.Predict(network.HyperParameters.Kind, network.PolarizabilityBasis, batch, graph, sums.AsSpan(first * width), width, prediction); }
        }
    }

    /// <summary>Adjoints of the energies, and from them forces and strain derivatives.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shard">A shard after <see cref="Forward"/>.</param>
    /// <param name="memory">Memory of this thread.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="prediction">Receives forces and virials of the shard's structures.</param>
    public static void Adjoint(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory, TrainingBatch batch, BatchPrediction prediction)
    {
        shard.DistancesBar.Cleared();
        shard.HarmonicsBar.Cleared();
        shard.BasisBar.Cleared();
        foreach (LayerArrays<T> bar in shard.Bars)
        {
            bar.Output.Cleared();
            SeedEnergies(network, shard, bar.ReadOut);
        }

        for (int t = network.Layers.Length - 1; t >= 0; t--)
        {
            ShardLayerPass<T> pass = new(network, shard, memory, t);
            pass.Adjoint();
        }

        CollectForces(network, shard, batch, prediction);
    }

    /// <summary>Changes of everything along a displacement of the atoms and a strain of the cells.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shard">A shard after <see cref="Adjoint"/>.</param>
    /// <param name="memory">Memory of this thread; receives the changes.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="displacements">Displacement of each atom of the batch.</param>
    /// <param name="strains">Strain of each structure of the batch.</param>
    public static void Tangent(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory, TrainingBatch batch, ReadOnlySpan<Vector3D> displacements, ReadOnlySpan<Matrix3> strains)
    {
        memory.Resize(shard);
        GeometryTangent(shard, memory, batch, displacements, strains);
        for (int t = 0; t < network.Layers.Length; t++)
        {
            ShardLayerPass<T> pass = new(network, shard, memory, t);
            pass.Tangent();
        }
    }

    /// <summary>Stands in for adjoint and tangent where no derivative with respect to positions is in the loss.</summary>
    public static void ClearTangents(Shard<T> shard, ThreadMemory<T> memory)
    {
        memory.Resize(shard);
        memory.HarmonicsDot.Cleared();
        memory.BasisDot.Cleared();
        memory.DistancesDot.Cleared();
        foreach (LayerArrays<T> bar in shard.Bars) { bar.Clear(); }
        foreach (LayerArrays<T> dot in memory.Dots) { dot.Clear(); }
    }

    /// <summary>Changes of the adjoints, and the gradient.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shard">A shard after <see cref="Adjoint"/>.</param>
    /// <param name="memory">Memory of this thread after <see cref="Tangent"/> or <see cref="ClearTangents"/>; its gradient is added to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="adjoint">Derivatives of the loss.</param>
    /// <param name="tangents">Whether there are changes.</param>
    public static void AdjointTangent(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory, TrainingBatch batch, PredictionAdjoint adjoint, bool tangents)
    {
        memory.InitialBarDot.Cleared();
        Span<double> features = stackalloc double[network.ReadoutWidth];
        foreach (LayerArrays<T> barDot in memory.BarDots)
        {
            barDot.Output.Cleared();
            barDot.ReadOut.Cleared();
            if (barDot.ReadOut.Width == 0) { continue; }
            for (int g = 0; g < shard.GraphCount; g++) { SeedLoss(network, shard, batch, shard.FirstGraph + g, adjoint, barDot.ReadOut, features); }
        }

        for (int t = network.Layers.Length - 1; t >= 0; t--)
        {
            ShardLayerPass<T> pass = new(network, shard, memory, t);
            pass.AdjointTangent(tangents);
        }

        if (network.Embedding.Trains) { EmbeddingGradient(network, shard, memory, batch, adjoint); }
    }

    /// <summary>Adjoint of what the readouts say: the scale of the energy where the energy of the atom's head stands.</summary>
    private static void SeedEnergies(TrainingNetwork<T> network, Shard<T> shard, Buffer<T> readOut)
    {
        readOut.Cleared();
        if (readOut.Width == 0 || !network.HyperParameters.HasEnergy) { return; }
        for (int i = 0; i < shard.AtomCount; i++) { readOut.Row(i)[shard.Heads[i]] = T.CreateTruncating(network.Scale[shard.Heads[i]]); }
    }

    private static void SeedLoss(TrainingNetwork<T> network, Shard<T> shard, TrainingBatch batch, int graph, PredictionAdjoint adjoint, Buffer<T> readOut, Span<double> seeds)
    {
        int first = shard.FirstAtomOf(batch, graph), atoms = batch.AtomCountOf(graph);
        for (int i = first; i < first + atoms; i++)
        {
            Span<T> row = readOut.Row(i);
            if (network.HyperParameters.HasEnergy) { row[shard.Heads[i]] = T.CreateTruncating(network.Scale[shard.Heads[i]] * adjoint.Energies[graph]); }
            if (!network.HyperParameters.HasDipole) { continue; }
            Multipoles.Seed(network.HyperParameters.Kind, network.PolarizabilityBasis, batch, graph, shard.FirstAtom + i, adjoint, seeds);
            for (int k = network.HyperParameters.HasEnergy ? 1 : 0; k < seeds.Length; k++) { row[k] = T.CreateTruncating(seeds[k]); }
        }
    }

    /// <summary>Forces and virials from the adjoints of lengths, basis and harmonics.</summary>
    private static void CollectForces(TrainingNetwork<T> network, Shard<T> shard, TrainingBatch batch, BatchPrediction prediction)
    {
        int graph = shard.FirstGraph, end = shard.FirstAtomOf(batch, graph + 1);
        for (int p = 0; p < shard.PairCount; p++)
        {
            int i = shard.First[p], j = shard.Second[p];
            while (i >= end) { end = shard.FirstAtomOf(batch, ++graph + 1); }
            Vector3D vector = shard.Vectors.Span[p];
            double distance = shard.Distances.Span[p];
            double radial = shard.DistancesBar.Span[p] + double.CreateTruncating(Simd.Dot<T>(shard.BasisBar.Row(p), shard.BasisSlopes.Row(p))) + (network.Scale[shard.Heads[i]] * shard.RepulsionSlopes.Span[p]);
            Vector3D tangential = default;
            ReadOnlySpan<T> bar = shard.HarmonicsBar.Row(p);
            ReadOnlySpan<Vector3D> slopes = shard.HarmonicSlopes.Row(p);
            for (int k = 1; k < bar.Length; k++) { tangential += double.CreateTruncating(bar[k]) * slopes[k]; }
            Vector3D derivative = (1 / distance) * ((radial * vector) + tangential);
            prediction.Forces[shard.FirstAtom + i] += derivative;
            prediction.Forces[shard.FirstAtom + j] -= derivative;
            prediction.Virials[graph] -= Matrix3.Outer(derivative, vector);
        }

        for (int g = 0; g < shard.GraphCount; g++) { prediction.Virials[shard.FirstGraph + g] = prediction.Virials[shard.FirstGraph + g].Symmetrized; }
    }

    private static void GeometryTangent(Shard<T> shard, ThreadMemory<T> memory, TrainingBatch batch, ReadOnlySpan<Vector3D> displacements, ReadOnlySpan<Matrix3> strains)
    {
        int graph = shard.FirstGraph, end = shard.FirstAtomOf(batch, graph + 1);
        for (int p = 0; p < shard.PairCount; p++)
        {
            int i = shard.First[p], j = shard.Second[p];
            while (i >= end) { end = shard.FirstAtomOf(batch, ++graph + 1); }
            Vector3D vector = shard.Vectors.Span[p];
            double distance = shard.Distances.Span[p];
            Vector3D change = displacements[shard.FirstAtom + j] - displacements[shard.FirstAtom + i] + (vector * strains[graph]);
            double stretch = Vector3D.Dot(vector, change) / distance;
            memory.DistancesDot.Span[p] = stretch;
            ReadOnlySpan<Vector3D> slopes = shard.HarmonicSlopes.Row(p);
            Span<T> harmonics = memory.HarmonicsDot.Row(p);
            Vector3D turn = (1 / distance) * change;
            for (int k = 0; k < harmonics.Length; k++) { harmonics[k] = T.CreateTruncating(Vector3D.Dot(slopes[k], turn)); }
            ReadOnlySpan<T> basis = shard.BasisSlopes.Row(p);
            Span<T> basisDot = memory.BasisDot.Row(p);
            T length = T.CreateTruncating(stretch);
            for (int k = 0; k < basis.Length; k++) { basisDot[k] = length * basis[k]; }
        }
    }

    private static void EmbeddingGradient(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory, TrainingBatch batch, PredictionAdjoint adjoint)
    {
        Span<double> values = stackalloc double[16];
        int channels = shard.Initial.Width;
        for (int g = shard.FirstGraph; g < shard.FirstGraph + shard.GraphCount; g++)
        {
            LabelledStructure labelled = batch.Structures[g];
            int first = shard.FirstAtomOf(batch, g), atoms = labelled.Structure.Count;
            shard.ReadGraphValues(labelled.Structure, values);
            network.Embedding.AddGradient(
                shard.Elements.Slice(first, atoms),
                labelled.Head,
                values,
                shard.Initial.Span.Slice(first * channels, atoms * channels),
                adjoint.Energies[g],
                memory.InitialBarDot.Span.Slice(first * channels, atoms * channels),
                memory.Gradient);
        }
    }
}

using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Evaluates structures with a MACE network: builds the graph, runs the passes, turns their sums into the quantities asked for.</summary>
internal sealed class MaceEvaluator<T> : IWeightedEvaluator
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MacePotential _potential;
    private readonly MaceNetwork<T> _network;
    private readonly NetworkPass<T> _pass;
    private readonly NeighborList _neighbors = new();
    private readonly WorkerTeam _team;
    private readonly StageTimes? _times;
    private readonly int[] _elementOf;
    private readonly double[] _graphValues;
    private readonly AtomSpecies _species;
    private Vector3D[] _wrapped = [];
    private Vector3D[] _listPositions = [];
    private Matrix3 _listCell;
    private Periodicity _listPeriodicity;
    private bool _listBuilt;

    public MaceEvaluator(MacePotential potential, MaceNetwork<T> network, int threads, StageTimes? times)
    {
        _potential = potential;
        _network = network;
        _team = new WorkerTeam(threads);
        _times = times;
        _pass = new NetworkPass<T>(network, _team, times);
        _neighbors.Team = _team;
        _elementOf = new int[119];
        Array.Fill(_elementOf, -1);
        for (int i = 0; i < network.HyperParameters.AtomicNumbers.Length; i++) { _elementOf[network.HyperParameters.AtomicNumbers[i]] = i; }
        _species = new AtomSpecies(network.HyperParameters.AtomicNumbers.Length);
        _graphValues = new double[network.Embedding.GraphFeatures.Length];
    }

    /// <inheritdoc/>
    public double Range => _network.Layers.Length * _network.Radial.CutoffRadius;

    /// <inheritdoc/>
    public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default) =>
        Evaluate(structure, default, properties, result, cancellationToken);

    /// <inheritdoc/>
    public void EvaluateWeighted(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (weights.Length != structure.Count) { throw new ArgumentException($"{weights.Length} weights do not fit {structure.Count} atoms.", nameof(weights)); }
        Evaluate(structure, weights, properties, result, cancellationToken);
    }

    private void Evaluate(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(result);
        _times?.Start();
        Check(structure, properties);
        int atoms = structure.Count, head = _potential.HeadIndexOf(structure);
        Prepare(structure, cancellationToken);
        _times?.End(EvaluationStage.NeighborList);
        EdgeGeometry geometry = new(_neighbors, _wrapped, _species, structure.Cell);
        const Properties Derivatives = Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicVirials;
        bool backward = (properties & Derivatives) != 0, atomicVirials = (properties & Properties.AtomicVirials) != 0;
        int width = DescriptorWidth(properties);
        _pass.Run(geometry, _graphValues, weights, head, new PassRequest(backward, atomicVirials, width > 0), cancellationToken);

        result.Reset(properties, atoms, width);
        if (_network.HyperParameters.HasEnergy) { Energies(structure, head, result); }
        if (backward)
        {
            Matrix3 virial = _pass.CollectDerivatives(_network.Scale[head], result.Forces, result.AtomicVirials);
            if ((properties & (Properties.Virial | Properties.Stress)) != 0) { result.Virial = virial; }
            if ((properties & Properties.Stress) != 0) { result.Stress = -1 / structure.Volume * virial; }
        }

        const Properties Moments = Properties.Dipole | Properties.AtomicDipoles | Properties.Charges | Properties.Polarizability;
        if ((properties & Moments) != 0) { Multipoles(structure, properties, result); }
        if (width > 0) { Descriptors((properties & Properties.FullDescriptors) != 0, result); }
        _times?.End(EvaluationStage.Rest);
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private void Check(Structure structure, Properties properties)
    {
        if (structure.Count == 0) { throw new InvalidInputException("The structure has no atoms."); }
        if ((properties & ~_potential.Supported) != 0)
        {
            throw new InvalidInputException($"The model does not compute {properties & ~_potential.Supported}; it computes {_potential.Supported}.");
        }

        if ((properties & Properties.Stress) != 0 && !structure.Periodicity.IsFull)
        {
            throw new InvalidInputException($"Stress exists only for a structure that is periodic in three directions; this one has pbc=\"{structure.Periodicity}\".");
        }

        structure.Validate();
        foreach (int z in structure.AtomicNumbers)
        {
            if (_elementOf[z] < 0)
            {
                throw new InvalidInputException($"The model does not know {Elements.Symbol(z)}; it knows {_potential.ElementList}.");
            }
        }
    }

    private void Prepare(Structure structure, CancellationToken cancellationToken)
    {
        int atoms = structure.Count;
        if (_wrapped.Length < atoms) { _wrapped = new Vector3D[atoms]; }
        _species.Assign(structure.AtomicNumbers, _elementOf);
        for (int k = 0; k < _graphValues.Length; k++) { _graphValues[k] = GraphFeature.Read(structure, _network.Embedding.GraphFeatures[k].Name); }
        if (!ListStillHolds(structure)) { BuildList(structure, cancellationToken); }
        _neighbors.WrapPositions(structure.Positions, structure.Cell, _wrapped.AsSpan(0, atoms));
    }

    private bool ListStillHolds(Structure structure) =>
        _listBuilt && _listPeriodicity == structure.Periodicity
        && NeighborSkin.Holds(_network.Radial.CutoffRadius, _potential.Options.Skin, structure.Positions, structure.Cell, _listPositions, _listCell, _listPeriodicity);

    private void BuildList(Structure structure, CancellationToken cancellationToken)
    {
        double skin = _potential.Options.Skin;
        _listBuilt = false;
        _neighbors.Build(structure.Positions, structure.Cell, structure.Periodicity, _network.Radial.CutoffRadius + skin, cancellationToken);
        if (skin <= 0) { return; }
        if (_listPositions.Length != structure.Count) { _listPositions = new Vector3D[structure.Count]; }
        structure.Positions.CopyTo(_listPositions);
        _listCell = structure.Cell;
        _listPeriodicity = structure.Periodicity;
        _listBuilt = true;
    }

    private void Energies(Structure structure, int head, PotentialResult result)
    {
        double scale = _network.Scale[head], shift = _network.Shift[head], interaction = 0, reference = 0;
        ReadOnlySpan<double> isolated = _network.AtomicEnergies.AsSpan(head * _network.HyperParameters.AtomicNumbers.Length);
        Span<double> atomic = result.AtomicEnergies;
        for (int i = 0; i < structure.Count; i++)
        {
            double own = (scale * _pass.Interaction[i]) + shift, e0 = isolated[_species.Elements[i]];
            interaction += own;
            reference += e0;
            if (!atomic.IsEmpty) { atomic[i] = e0 + own; }
        }

        result.InteractionEnergy = interaction;
        if (_network.HyperParameters.UseEmbeddingReadout) { result.EmbeddingEnergy = _pass.EmbeddingEnergy; }
        result.Energy = reference + interaction + (result.EmbeddingEnergy ?? 0);
    }

    private void Multipoles(Structure structure, Properties properties, PotentialResult result)
    {
        ModelKind kind = _network.HyperParameters.Kind;
        int atoms = structure.Count, width = _pass.ReadoutWidth;
        bool dielectric = kind == ModelKind.AtomicDielectricMace;

        // Where the dipole stands in a readout: [dipole], [energy, dipole], or [charge, isotropic, dipole, five of degree two].
        int offset = kind switch { ModelKind.AtomicDipolesMace => 0, ModelKind.EnergyDipolesMace => 1, _ => 2 };
        double unit = dielectric ? 1 : Units.Debye;
        ReadOnlySpan<double> sums = _pass.ReadoutSums;
        double meanCharge = 0;
        for (int i = 0; dielectric && i < atoms; i++) { meanCharge += sums[i * width] / atoms; }
        double excess = dielectric ? meanCharge - (GraphFeature.Read(structure, GraphFeature.TotalCharge) / atoms) : 0;
        double[]? given = dielectric ? null : GraphFeature.PartialCharges(structure);
        Vector3D dipole = default;
        Span<double> spherical = stackalloc double[6];
        for (int i = 0; i < atoms; i++)
        {
            ReadOnlySpan<double> y = sums.Slice(i * width, width);
            Vector3D own = unit * new Vector3D(y[offset], y[offset + 1], y[offset + 2]);
            double charge = dielectric ? y[0] - excess : given?[i] ?? 0;
            dipole += own + (charge * structure.Positions[i]);
            if (!result.AtomicDipoles.IsEmpty) { result.AtomicDipoles[i] = own; }
            if (!result.Charges.IsEmpty) { result.Charges[i] = charge; }
            if (!dielectric) { continue; }
            spherical[0] += y[1];
            for (int m = 0; m < 5; m++) { spherical[m + 1] += y[5 + m]; }
        }

        if ((properties & Properties.Dipole) != 0) { result.Dipole = dipole; }
        if ((properties & Properties.Polarizability) == 0) { return; }
        Span<double> tensor = stackalloc double[9];
        for (int k = 0; k < 6; k++)
        {
            for (int e = 0; e < 9; e++) { tensor[e] += _network.PolarizabilityBasis[(k * 9) + e] * spherical[k]; }
        }

        result.Polarizability = Matrix3.FromRowMajor(tensor);
    }

    private int DescriptorWidth(Properties properties)
    {
        if ((properties & Properties.FullDescriptors) != 0) { return _network.Layers.Sum(static l => l.Output.Dimension); }
        return (properties & Properties.Descriptors) != 0 ? _network.Layers.Sum(static l => l.Output.Irreps.Blocks.Where(static b => b.Irrep.Degree == 0).Sum(static b => b.Multiplicity)) : 0;
    }

    private void Descriptors(bool full, PotentialResult result)
    {
        Span<double> output = result.Descriptors;
        for (int i = 0; i < result.AtomCount; i++)
        {
            for (int t = 0; t < _network.Layers.Length; t++)
            {
                FeatureLayout layout = _network.Layers[t].Output;
                ReadOnlySpan<T> features = _pass.Features(t, i);
                if (full)
                {
                    layout.ToChannelMajor(features, output);
                    output = output[layout.Dimension..];
                    continue;
                }

                for (int b = 0; b < layout.Irreps.Count; b++)
                {
                    if (layout.Irreps[b].Irrep.Degree > 0) { continue; }
                    int count = layout.Irreps[b].Multiplicity;
                    for (int u = 0; u < count; u++) { output[u] = double.CreateTruncating(features[layout.Offsets[b] + u]); }
                    output = output[count..];
                }
            }
        }
    }
}

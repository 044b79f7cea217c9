using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Serialization;

namespace MaceSharp;

/// <summary>A MACE model ready for evaluation (Batatia et al., arXiv:2206.07697). Immutable and thread-safe.</summary>
public sealed class MacePotential : IPotential
{
    private readonly MaceNetwork<double>? _double;
    private readonly MaceNetwork<float>? _single;
    private readonly int _head;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is evaluated.</param>
    /// <exception cref="InvalidInputException">The model is inconsistent, has weights that are not finite, or has no such head.</exception>
    public MacePotential(MaceModel model, MaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Options = options ?? new MaceOptions();
        CheckTensors(model);
        ArgumentOutOfRangeException.ThrowIfNegative(Options.ThreadCount, nameof(options));
        if (!(Options.Skin >= 0) || !double.IsFinite(Options.Skin)) { throw new ArgumentOutOfRangeException(nameof(options), Options.Skin, "A skin is zero or positive."); }
        _head = Options.Head is null ? DefaultHead() : FindHead(Options.Head);
        Radial = ChooseRadial();
        if (Options.Precision == Precision.Float64) { _double = new MaceNetwork<double>(model, Radial == RadialMode.Table); }
        else { _single = new MaceNetwork<float>(model, Radial == RadialMode.Table); }
        HyperParameters h = model.HyperParameters;
        ElementList = string.Join(", ", h.AtomicNumbers.Select(Elements.Symbol));
        Supported = Supports(h.Kind);
        AtomicEnergies = _head < 0 || !h.HasEnergy ? [] : [.. E0.Skip(_head * h.AtomicNumbers.Length).Take(h.AtomicNumbers.Length)];
    }

    /// <summary>The model as data.</summary>
    public MaceModel Model { get; }

    /// <summary>How it is evaluated.</summary>
    public MaceOptions Options { get; }

    /// <summary>How radial weights are computed: <see cref="RadialMode.Exact"/> or <see cref="RadialMode.Table"/>.</summary>
    public RadialMode Radial { get; }

    /// <summary>The head that is evaluated when a structure does not name one; null when the model has several and none was chosen.</summary>
    public string? Head => _head < 0 ? null : Model.HyperParameters.Heads[_head];

    /// <inheritdoc/>
    public double CutoffRadius => Model.HyperParameters.CutoffRadius;

    /// <inheritdoc/>
    public Properties Supported { get; }

    /// <summary>Isolated-atom energies E0 of the head, eV, in the order of the model's elements; empty when the model has no energy or no head was chosen.</summary>
    public ImmutableArray<double> AtomicEnergies { get; }

    /// <summary>Symbols of the model's elements, for messages.</summary>
    internal string ElementList { get; }

    private double[] E0 => _double?.AtomicEnergies ?? _single!.AtomicEnergies;

    /// <summary>Reads a model file and prepares it.</summary>
    /// <param name="path">A <c>.model</c> file of mace-torch or a <c>.safetensors</c> file.</param>
    /// <param name="options">How it is evaluated.</param>
    /// <exception cref="InvalidInputException">The file cannot be used; the message says why.</exception>
    public static MacePotential Load(string path, MaceOptions? options = null) => new(ModelFile.Read(path), options);

    /// <inheritdoc/>
    /// <remarks>
    /// Total charge and spin multiplicity come from the structure's info keys <c>total_charge</c> or <c>charge</c> and
    /// <c>total_spin</c> or <c>spin</c> where the model uses them (0 and 1 when absent); the head from the key <c>head</c> unless
    /// <see cref="MaceOptions.Head"/> says otherwise; partial charges for the dipole from the per-atom array <c>REF_charges</c>, <c>charges</c> or <c>Qs</c>.
    /// </remarks>
    public IPotentialEvaluator CreateEvaluator() => CreateEvaluator(null);

    /// <summary>Creates an evaluator that says where its time goes.</summary>
    /// <param name="times">Gathers the time of each stage; null: nobody.</param>
    public IPotentialEvaluator CreateEvaluator(StageTimes? times)
    {
        int threads = Options.ThreadCount == 0 ? Environment.ProcessorCount : Options.ThreadCount;
        return _double is not null ? new MaceEvaluator<double>(this, _double, threads, times) : new MaceEvaluator<float>(this, _single!, threads, times);
    }

    /// <summary>The matrix of second derivatives ∂²E/∂r∂r.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="cancellationToken">Ends a long calculation early.</param>
    /// <returns>Row-major [3N, 3N], row 3·i+a, eV/Å²; symmetric.</returns>
    /// <remarks>Fourth-order central differences of the exact forces, 12·N evaluations, always in float64.</remarks>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated, or the model has no energy.</exception>
    public double[] ComputeHessian(Structure structure, CancellationToken cancellationToken = default) => ComputeHessian(structure, null, cancellationToken);

    /// <summary>The matrix of second derivatives ∂²E/∂r∂r.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="progress">Told the done and the total number of rows; null: nobody.</param>
    /// <param name="cancellationToken">Ends a long calculation early.</param>
    /// <inheritdoc cref="ComputeHessian(Structure, CancellationToken)"/>
    public double[] ComputeHessian(Structure structure, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        MacePotential reference = Options.Precision == Precision.Float64 && Radial == RadialMode.Exact ? this : new MacePotential(Model, Options with { Precision = Precision.Float64, Radial = RadialMode.Exact, Skin = 0 });
        return Hessian.Compute(reference, structure, progress, cancellationToken);
    }

    /// <summary>Makes and measures the tables of all layers and pairs of elements, in parallel and in no particular order; none of them is kept.</summary>
    /// <param name="cancellationToken">Ends a long measurement early.</param>
    /// <returns>The tables, as they get ready; empty when radial weights do not come from tables.</returns>
    public IEnumerable<RadialTableInfo> MeasureTables(CancellationToken cancellationToken = default) =>
        _double?.MeasureTables(cancellationToken) ?? _single!.MeasureTables(cancellationToken);

    /// <summary>How many tables <see cref="MeasureTables"/> measures.</summary>
    public int TableCount => _double?.TableCount ?? _single!.TableCount;

    /// <summary>Index of the head that a structure is evaluated with.</summary>
    internal int HeadIndexOf(Structure structure)
    {
        if (Options.Head is null && Model.HyperParameters.Heads.Length > 1
            && structure.Info.TryGetValue("head", out DataArray? value) && value is { Kind: DataKind.Text, Count: 1 })
        {
            return FindHead(value.Texts[0]);
        }

        return _head >= 0 ? _head : throw new InvalidInputException($"The model has several heads; choose one of {HeadList()}.");
    }

    private RadialMode ChooseRadial()
    {
        bool attention = Model.HyperParameters.Interactions.Contains(InteractionKind.RealAgnosticAttResidual);
        if (Options.Radial == RadialMode.Table && attention)
        {
            throw new InvalidInputException("The radial weights of an attention block depend on more than distance and elements, so they cannot be tabulated; use the exact network.");
        }

        if (Options.Radial != RadialMode.Auto) { return Options.Radial; }
        return Options.Precision == Precision.Float32 && !attention ? RadialMode.Table : RadialMode.Exact;
    }

    private static Properties Supports(ModelKind kind)
    {
        const Properties Energies = Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials;
        const Properties Features = Properties.Descriptors | Properties.FullDescriptors;
        const Properties Dipoles = Properties.Dipole | Properties.AtomicDipoles;
        return Features | kind switch
        {
            ModelKind.AtomicDipolesMace => Dipoles,
            ModelKind.EnergyDipolesMace => Energies | Dipoles,
            ModelKind.AtomicDielectricMace => Dipoles | Properties.Charges | Properties.Polarizability,
            _ => Energies,
        };
    }

    /// <summary>A model need not come from a file, so what the readers of files check is checked here too.</summary>
    private static void CheckTensors(MaceModel model)
    {
        try
        {
            ParameterLayout.Check(model);
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"The model cannot be evaluated: {exception.Message}", exception);
        }
    }

    /// <summary>The only head, or the one called Default; −1 when there are several and none is called so.</summary>
    private int DefaultHead()
    {
        ImmutableArray<string> heads = Model.HyperParameters.Heads;
        if (heads.Length == 1) { return 0; }
        for (int i = 0; i < heads.Length; i++)
        {
            if (heads[i].Equals("default", StringComparison.OrdinalIgnoreCase)) { return i; }
        }

        return -1;
    }

    private int FindHead(string name)
    {
        int index = Model.HyperParameters.Heads.IndexOf(name);
        return index >= 0 ? index : throw new InvalidInputException($"The model has no head '{name}'; choose one of {HeadList()}.");
    }

    private string HeadList() => string.Join(", ", Model.HyperParameters.Heads);
}

using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Evaluates frames and attaches the results to their structures. One a worker; not thread-safe.</summary>
internal sealed class FrameEvaluator(Ensemble ensemble, EvalRequest request, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>Reported whenever the model has them; they cost next to nothing.</summary>
    private const Properties Cheap = Properties.Dipole | Properties.Polarizability | Properties.Charges;

    private readonly IPotentialEvaluator? _evaluator = ensemble.Committee is null ? ensemble.Members[0].CreateEvaluator() : null;
    private readonly CommitteeEvaluator? _committeeEvaluator = ensemble.Committee?.CreateEvaluator();
    private readonly PotentialResult _single = new();
    private readonly CommitteeResult _committee = new();

    /// <summary>Told the rows of a Hessian, by the thread that computes it; null: nobody.</summary>
    public IProgress<(int Done, int Total)>? HessianProgress { get; init; }

    /// <summary>Evaluates one frame.</summary>
    /// <exception cref="InvalidInputException">The frame cannot be evaluated; the message names it.</exception>
    public EvaluatedFrame Evaluate(Structure structure)
    {
        try
        {
            return EvaluateCore(structure);
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"{structure.Origin}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluator?.Dispose();
        _committeeEvaluator?.Dispose();
    }

    private EvaluatedFrame EvaluateCore(Structure structure)
    {
        bool isIsolatedAtom = structure.Info.TryGetValue("config_type", out DataArray? type) && type is { Kind: DataKind.Text, IsScalar: true } && type.Texts[0] == "IsolatedAtom";
        Labels labels = Labels.Read(structure, request.Labels);
        SetGlobal(structure, "charge", "total_charge", request.Charge);
        SetGlobal(structure, "spin", "total_spin", request.Spin);
        Properties properties = PropertiesOf(structure);
        PotentialResult result = Run(structure, properties);
        double? total = result.Energy;
        double[]? hessian = request.Hessian ? Hessian(structure) : null;
        double? free = request.ShowsBinding ? result.InteractionEnergy : null;
        ApplyReference(structure, result);

        ResultWriter.Attach(structure, result, ensemble.Committee is null ? null : _committee, hessian, request);
        (double? largestForce, int largestAtom) = Largest(result.Forces);
        return new EvaluatedFrame
        {
            Structure = structure,
            IsIsolatedAtom = isIsolatedAtom,
            Energy = result.Energy,
            EnergyOfFormationFromAtoms = free,
            LargestForce = largestForce,
            LargestForceAtom = largestAtom,
            Pressure = result.Stress is Matrix3 stress ? -stress.Trace / 3 : null,
            Dipole = result.Dipole?.Norm,
            Polarizability = result.Polarizability,
            HasCharges = !result.Charges.IsEmpty,
            EnergyDeviation = ensemble.Committee is null ? null : _committee.EnergyVariance is double variance ? Math.Sqrt(variance) : null,
            LargestForceDeviation = ensemble.Committee is null ? null : LargestDeviation(_committee.ForceVariances),
            Errors = isIsolatedAtom ? default : ErrorStatistics.Of(labels, total, result),
        };
    }

    private PotentialResult Run(Structure structure, Properties properties)
    {
        if (_committeeEvaluator is not null)
        {
            _committeeEvaluator.Evaluate(structure, properties, _committee, cancellationToken);
            return _committee.Mean;
        }

        _evaluator!.Evaluate(structure, properties, _single, cancellationToken);
        return _single;
    }

    private Properties PropertiesOf(Structure structure)
    {
        Properties wanted = (Properties.Energy | Properties.Forces | Cheap) & ensemble.Supported;
        bool full = structure.Periodicity.IsFull;
        if (request.Stress == StressMode.On && !full)
        {
            throw new InvalidInputException($"--stress on asks for a stress, which only a structure periodic in three directions has; this one has pbc \"{structure.Periodicity}\" (use --stress auto).");
        }

        if (request.Stress != StressMode.Off && full) { wanted |= Properties.Stress & ensemble.Supported; }
        if (request.Stress == StressMode.On) { Require(Properties.Stress, "--stress on"); }
        Require(request.Extra & Properties.AtomicEnergies, "--node-energies");
        Require(request.Extra & Properties.AtomicVirials, "--atomic-virials");
        Require(request.Extra & (Properties.Descriptors | Properties.FullDescriptors), "--descriptors");
        return wanted | request.Extra;
    }

    private void Require(Properties properties, string option)
    {
        if ((properties & ~ensemble.Supported) == 0) { return; }
        throw new InvalidInputException(ensemble.Committee is null
            ? $"{option} asks for what the model '{ensemble.Models[0].Name}' does not compute."
            : $"{option} asks for what this committee does not compute; name one model.");
    }

    private void ApplyReference(Structure structure, PotentialResult result)
    {
        if (request.Reference == EnergyReference.Total) { return; }
        Require(Properties.Energy, "--reference");
        if (ensemble.Committee is null)
        {
            Shift(0, structure, result);
            return;
        }

        for (int i = 0; i < _committee.Members.Length; i++) { Shift(i, structure, _committee.Members[i]); }
        _committee.Summarize();
    }

    private void Shift(int member, Structure structure, PotentialResult result) =>
        result.Energy = request.Reference == EnergyReference.Interaction
            ? result.InteractionEnergy ?? throw new InvalidInputException($"--reference interaction asks for an energy without E0, which the model '{ensemble.Models[member].Name}' does not have.")
            : result.Energy - ensemble.IsolatedAtomSum(member, structure, cancellationToken);

    private double[] Hessian(Structure structure)
    {
        if (ensemble.Committee is not null) { throw new InvalidInputException("--hessian takes one model, not a committee."); }
        if (request.Dispersion is not null) { throw new InvalidInputException("--hessian is computed of the model alone; leave --d3 out."); }
        Require(Properties.Energy | Properties.Forces, "--hessian");
        return ensemble.Models[0].ComputeHessian(ensemble.Members[0], structure, HessianProgress, cancellationToken)
            ?? throw new InvalidInputException($"--hessian asks for what the model '{ensemble.Models[0].Name}' does not compute.");
    }

    /// <summary>Sets a value of the whole structure under the name the file uses, or under the first one.</summary>
    public static void SetGlobal(Structure structure, string name, string otherName, double? value)
    {
        if (value is not double number) { return; }
        DataArray data = number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? DataArray.Of((long)number) : DataArray.Of(number);
        bool other = structure.Info.ContainsKey(otherName);
        if (other) { structure.Info[otherName] = data; }
        if (!other || structure.Info.ContainsKey(name)) { structure.Info[name] = data; }
    }

    private static (double?, int) Largest(ReadOnlySpan<Vector3D> forces)
    {
        if (forces.IsEmpty) { return (null, -1); }
        int at = 0;
        for (int i = 1; i < forces.Length; i++)
        {
            if (forces[i].NormSquared > forces[at].NormSquared) { at = i; }
        }

        return (forces[at].Norm, at);
    }

    private static double? LargestDeviation(ReadOnlySpan<Vector3D> variances)
    {
        double largest = -1;
        foreach (Vector3D v in variances) { largest = Math.Max(largest, v.X + v.Y + v.Z); }
        return largest < 0 ? null : Math.Sqrt(largest);
    }
}

using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;

namespace MaceSharp;

/// <summary>How a MACE model is evaluated.</summary>
public sealed record MaceOptions
{
    /// <summary>Arithmetic of the network; positions, energies and accumulators are double in either.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>Head whose energy is returned; null: the only head, or the last one of a multi-head model.</summary>
    public string? Head { get; init; }

    /// <summary>Threads of one evaluator; 0: as many as there are cores.</summary>
    public int ThreadCount { get; init; } = 1;
}

/// <summary>A MACE model ready for evaluation. Immutable and thread-safe.</summary>
public sealed class MacePotential : IPotential
{
    /// <summary>Prepares a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is evaluated.</param>
    /// <exception cref="InvalidInputException">The model is inconsistent, has weights that are not finite, or has no such head.</exception>
    public MacePotential(MaceModel model, MaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Options = options ?? new MaceOptions();
    }

    /// <summary>The model as data.</summary>
    public MaceModel Model { get; }

    /// <summary>How it is evaluated.</summary>
    public MaceOptions Options { get; }

    /// <summary>The head that is evaluated.</summary>
    public string Head => throw new NotImplementedException();

    /// <inheritdoc/>
    public double CutoffRadius => Model.HyperParameters.CutoffRadius;

    /// <inheritdoc/>
    public Properties Supported => throw new NotImplementedException();

    /// <summary>Isolated-atom energies E0 of the head, eV, in the order of the model's elements; empty when the model has no energy.</summary>
    public ImmutableArray<double> AtomicEnergies => throw new NotImplementedException();

    /// <summary>Reads a model file and prepares it.</summary>
    /// <param name="path">A <c>.model</c> file of mace-torch or a <c>.safetensors</c> file.</param>
    /// <param name="options">How it is evaluated.</param>
    /// <exception cref="InvalidInputException">The file cannot be used; the message says why.</exception>
    public static MacePotential Load(string path, MaceOptions? options = null) => new(ModelFile.Read(path), options);

    /// <inheritdoc/>
    /// <remarks>
    /// Total charge, spin multiplicity and head come from the structure's info keys <c>charge</c>/<c>total_charge</c> and
    /// <c>spin</c>/<c>total_spin</c> where the model uses them (0 and 1 when absent); partial charges for the dipole from the per-atom array <c>charges</c>/<c>REF_charges</c>/<c>Qs</c>.
    /// </remarks>
    public IPotentialEvaluator CreateEvaluator() => throw new NotImplementedException();

    /// <summary>The matrix of second derivatives ∂²E/∂r∂r, eV/Å², row-major [3N, 3N].</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="cancellationToken">Ends a long calculation early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated.</exception>
    public double[] ComputeHessian(Structure structure, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}

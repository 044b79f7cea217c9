using System.Text.Json;

namespace MaceSharp.Training.Runs;

/// <summary>Mean absolute error, root mean square error, both relative to the size of the labels in per cent, and the 95th percentile of absolute errors.</summary>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Rmse">Root mean square error.</param>
/// <param name="RelativeMae">MAE over the mean absolute label, %.</param>
/// <param name="RelativeRmse">RMSE over the root mean square label, %.</param>
/// <param name="Percentile95">95th percentile of absolute errors.</param>
public sealed record ErrorNumbers(double Mae, double Rmse, double RelativeMae, double RelativeRmse, double Percentile95);

/// <summary>Errors of a model on a set of frames, in eV, Å and the units of the labels; null for what no frame has or the model was not asked for.</summary>
public sealed record ErrorMetrics
{
    /// <summary>Sum of the losses of batches over the number of frames (mace-torch's validation loss).</summary>
    public double Loss { get; init; }

    /// <summary>Number of frames.</summary>
    public int Frames { get; init; }

    /// <summary>Total energy.</summary>
    public ErrorNumbers? Energy { get; init; }

    /// <summary>Energy per atom.</summary>
    public ErrorNumbers? EnergyPerAtom { get; init; }

    /// <summary>Force components.</summary>
    public ErrorNumbers? Forces { get; init; }

    /// <summary>Stress components.</summary>
    public ErrorNumbers? Stress { get; init; }

    /// <summary>Virial components.</summary>
    public ErrorNumbers? Virials { get; init; }

    /// <summary>Virial components per atom.</summary>
    public ErrorNumbers? VirialsPerAtom { get; init; }

    /// <summary>Dipole components.</summary>
    public ErrorNumbers? Dipole { get; init; }

    /// <summary>Dipole components per atom.</summary>
    public ErrorNumbers? DipolePerAtom { get; init; }

    /// <summary>Polarizability components.</summary>
    public ErrorNumbers? Polarizability { get; init; }

    /// <summary>Polarizability components per atom.</summary>
    public ErrorNumbers? PolarizabilityPerAtom { get; init; }

    /// <summary>Writes the numbers into a JSON object, under the names of mace-torch.</summary>
    /// <param name="writer">Inside of the object.</param>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Number(writer, "loss", Loss);
        Write(writer, Energy, EnergyPerAtom, "e", relative: false);
        Write(writer, Forces, null, "f", relative: true);
        Write(writer, Stress, null, "stress", relative: false);
        Write(writer, Virials, VirialsPerAtom, "virials", relative: false);
        Write(writer, Dipole, DipolePerAtom, "mu", relative: true);
        Write(writer, Polarizability, PolarizabilityPerAtom, "polarizability", relative: false);
    }

    private static void Write(Utf8JsonWriter writer, ErrorNumbers? total, ErrorNumbers? perAtom, string name, bool relative)
    {
        if (total is null) { return; }
        Number(writer, "mae_" + name, total.Mae);
        if (perAtom is not null) { Number(writer, $"mae_{name}_per_atom", perAtom.Mae); }
        if (relative) { Number(writer, "rel_mae_" + name, total.RelativeMae); }
        Number(writer, "rmse_" + name, total.Rmse);
        if (perAtom is not null) { Number(writer, $"rmse_{name}_per_atom", perAtom.Rmse); }
        if (relative) { Number(writer, "rel_rmse_" + name, total.RelativeRmse); }
        Number(writer, "q95_" + name, total.Percentile95);
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value)) { writer.WriteNumber(name, value); }
        else { writer.WriteNull(name); }
    }
}

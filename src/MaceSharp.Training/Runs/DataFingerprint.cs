using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>A number for the data, the network and the order of a run, by which a checkpoint is recognised.</summary>
internal static class DataFingerprint
{
    /// <summary>The SHA-256 of the initial parameters, the frames and their labels, the size of a batch and the seed.</summary>
    public static string Of(TrainingPlan plan)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{plan.Options.Seed} {plan.Options.Optimization.BatchSize} {plan.Options.Precision} {plan.Model.HyperParameters.Kind}")));
        if (plan.Options.FineTuning is { LowRank: { } adapters }) { hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"adapters {adapters.Rank} {adapters.Alpha:R}"))); }
        foreach ((string name, Architecture.NamedTensor tensor) in plan.Model.Tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes<double>(tensor.Values));
        }

        foreach (LabelledStructure frame in plan.Heads.SelectMany(static h => h.Train.Concat(h.Valid)))
        {
            hash.AppendData(MemoryMarshal.AsBytes(frame.Structure.AtomicNumbers));
            hash.AppendData(MemoryMarshal.AsBytes<Vector3D>(frame.Structure.Positions));
            hash.AppendData(MemoryMarshal.AsBytes<Matrix3>([frame.Structure.Cell, frame.Stress ?? default, frame.Virials ?? default]));
            hash.AppendData(MemoryMarshal.AsBytes<double>([frame.Energy ?? 0, frame.Weight, frame.EnergyWeight, frame.ForcesWeight, frame.StressWeight, frame.Head]));
            if (frame.Forces is { } forces) { hash.AppendData(MemoryMarshal.AsBytes<Vector3D>(forces.ToArray())); }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}

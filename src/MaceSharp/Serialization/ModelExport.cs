using System.Text;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Safetensors;
using MaceSharp.Serialization.Torch;

namespace MaceSharp.Serialization;

/// <summary>Writes models for other programs.</summary>
public static class ModelExport
{
    /// <summary>
    /// Writes the weights as a PyTorch state dictionary that <c>torch.load(path, weights_only=True)</c> reads: names and layouts of mace-torch,
    /// with <c>atomic_numbers</c>, <c>r_max</c> and <c>num_interactions</c>. Buffers that mace-torch generates (Wigner 3j symbols, masks) are not in it: load it with <c>strict=False</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidInputException">The model is inconsistent or too large.</exception>
    public static void WriteTorchStateDict(MaceModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        ParameterLayout.Check(model);
        StateDictWriter.Write(model, stream);
    }

    /// <summary>Writes the hyper-parameters as JSON, under the names of mace-torch's options.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to.</param>
    public static void WriteHyperParameters(MaceModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(HyperParametersJson.Write(model.HyperParameters) + "\n"));
    }
}

using MaceSharp.Architecture;

namespace MaceSharp.Serialization;

/// <summary>Reads and writes models: PyTorch files of mace-torch (read only) and safetensors.</summary>
public static class ModelFile
{
    /// <summary>Reads a model of any known format, recognised by content.</summary>
    /// <param name="path">A <c>.model</c> file of mace-torch or a <c>.safetensors</c> file.</param>
    /// <exception cref="Atoms.InvalidInputException">The file is missing, damaged, hostile, or something else; the message names what it is.</exception>
    public static MaceModel Read(string path) => throw new NotImplementedException();

    /// <summary>Writes a model as safetensors, atomically.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where to; an existing file is replaced only by a complete one.</param>
    /// <exception cref="Atoms.InvalidInputException">The file cannot be written.</exception>
    public static void Write(MaceModel model, string path) => throw new NotImplementedException();
}

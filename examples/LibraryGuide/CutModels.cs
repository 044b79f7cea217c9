using MaceSharp.Architecture;
using MaceSharp.Serialization;

namespace LibraryGuide;

/// <summary>Models as data.</summary>
internal static class CutModels
{
    public static void Run()
    {
        MaceModel model = ModelFile.Read("models/gfn2-chno.safetensors");
        HyperParameters shape = model.HyperParameters;
        Console.WriteLine($"{shape.Kind}, cutoff {shape.CutoffRadius} Å, {shape.LayerCount} layers of {shape.HiddenIrreps}");

        MaceModel smaller = ModelTransforms.SelectElements(model, [1, 8]);
        ModelFile.Write(smaller, "water.safetensors");
    }
}

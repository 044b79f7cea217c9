using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;

namespace MaceSharp.Training.Runs;

/// <summary>Makes a model of one head into one of several that all compute what the one did; E0, scale and shift are repeated.</summary>
internal static class HeadReplication
{
    /// <summary>Repeats the head.</summary>
    /// <param name="model">A model of one head.</param>
    /// <param name="heads">Names of the new heads.</param>
    public static MaceModel Repeat(MaceModel model, ImmutableArray<string> heads)
    {
        HyperParameters shape = model.HyperParameters;
        int count = heads.Length, hidden = shape.MlpIrreps[0].Multiplicity;
        if (count == 1) { return model with { HyperParameters = shape with { Heads = heads } }; }
        string last = string.Create(CultureInfo.InvariantCulture, $"readouts.{(shape.UseLastReadoutOnly ? 0 : shape.LayerCount - 1)}");
        bool hasHidden = shape.LayerCount > 1;

        // Sums over hidden units are divided by √(number of all hidden units), those of other heads included.
        double gain = Math.Sqrt(count);
        var tensors = model.Tensors.ToBuilder();
        foreach ((string name, NamedTensor tensor) in model.Tensors)
        {
            NamedTensor? repeated = name switch
            {
                "atomic_energies_fn.atomic_energies" => Tile(tensor, 1, count, 1, 1, [count, tensor.Count]),
                "scale_shift.scale" or "scale_shift.shift" => Tile(tensor, 1, count, 1, 1, [count]),
                _ when !name.StartsWith("readouts.", StringComparison.Ordinal) && name != "embedding_readout.linear.weight" => null,
                _ when hasHidden && name == last + ".linear_1.weight" => Tile(tensor, tensor.Count / hidden, 1, count, 1),
                _ when hasHidden && (name == last + ".linear_mid.weight") => Tile(tensor, hidden, count, count, gain),
                _ when hasHidden && name == last + ".linear_2.weight" => Tile(tensor, hidden, count, count, gain),
                _ when name.EndsWith(".bias", StringComparison.Ordinal) => Tile(tensor, 1, 1, count, 1),
                _ => Tile(tensor, tensor.Count, 1, count, 1),
            };
            if (repeated is not null) { tensors[name] = repeated; }
        }

        MaceModel result = model with { HyperParameters = shape with { Heads = heads }, Tensors = tensors.ToImmutable() };
        ParameterLayout.Check(result);
        return result;
    }

    /// <summary>Repeats a row-major matrix downwards and to the right, times a factor.</summary>
    private static NamedTensor Tile(NamedTensor tensor, int rows, int down, int right, double factor, int[]? shape = null)
    {
        int columns = tensor.Count / rows, width = columns * right;
        double[] values = new double[rows * down * width];
        for (int i = 0; i < rows * down; i++)
        {
            for (int j = 0; j < width; j++) { values[(i * width) + j] = factor * tensor.Values[((i % rows) * columns) + (j % columns)]; }
        }

        return new NamedTensor(shape ?? [values.Length], values, tensor.Precision);
    }
}

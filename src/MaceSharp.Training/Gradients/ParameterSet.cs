using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// The fitted numbers of a model in one flat array: every parameter tensor under its name in mace-torch's state dict, in that
/// layout, in the order of mace-torch's <c>named_parameters</c>. What is not fitted (E0, scale, coupling tensors, radial constants) stays with the model it came from.
/// </summary>
/// <remarks>Values are double whatever the precision of the model; <see cref="ToModel"/> rounds to the precision in which each tensor is stored. Not thread-safe while values change.</remarks>
public sealed class ParameterSet
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly bool[] _frozen;

    /// <summary>Takes the parameters of a model.</summary>
    /// <param name="model">The model; not changed.</param>
    /// <exception cref="InvalidInputException">The tensors of the model are not those its hyper-parameters ask for, or there are more than 2³¹ parameters.</exception>
    public ParameterSet(MaceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ParameterLayout.Check(model);
        Model = model;
        ImmutableArray<ParameterSlot>.Builder slots = ImmutableArray.CreateBuilder<ParameterSlot>();
        long offset = 0;
        foreach (TensorSpecification specification in ParameterLayout.Of(model.HyperParameters)
            .Where(static s => s.Role == TensorRole.Parameter)
            .OrderBy(static s => SectionOf(s.Name)).ThenBy(static s => BlockOf(s.Name)).ThenBy(static s => !IsOwn(s.Name)))
        {
            NamedTensor tensor = model[specification.Name];
            if (offset + tensor.Count > Array.MaxLength) { throw new InvalidInputException($"The model has more than {Array.MaxLength} parameters, which is more than can be trained."); }
            _indices.Add(specification.Name, slots.Count);
            slots.Add(new ParameterSlot(specification.Name, [.. tensor.Shape], (int)offset, tensor.Count, GroupOf(specification.Name), tensor.Precision));
            offset += tensor.Count;
        }

        Slots = slots.ToImmutable();
        Values = new double[(int)offset];
        _frozen = new bool[Slots.Length];
        foreach (ParameterSlot slot in Slots) { model[slot.Name].Values.CopyTo(Values, slot.Offset); }
    }

    private ParameterSet(ParameterSet other)
    {
        Model = other.Model;
        Slots = other.Slots;
        _indices = other._indices;
        _frozen = [.. other._frozen];
        Values = [.. other.Values];
    }

    /// <summary>The model the parameters were taken from: hyper-parameters and everything that is not fitted.</summary>
    public MaceModel Model { get; }

    /// <summary>The tensors, in order; together they cover <see cref="Values"/>.</summary>
    public ImmutableArray<ParameterSlot> Slots { get; }

    /// <summary>All values; written by optimisers.</summary>
    public double[] Values { get; }

    /// <summary>Number of values.</summary>
    public int Count => Values.Length;

    /// <summary>A tensor by name.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of this name.</exception>
    public ParameterSlot this[string name] => Slots[_indices[name]];

    /// <summary>A tensor by name; null when there is none.</summary>
    public ParameterSlot? Find(string name) => _indices.TryGetValue(name, out int index) ? Slots[index] : null;

    /// <summary>The values of one tensor.</summary>
    public Span<double> ValuesOf(ParameterSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return Values.AsSpan(slot.Offset, slot.Count);
    }

    /// <summary>Whether a tensor is to stay as it is.</summary>
    /// <param name="index">Its place in <see cref="Slots"/>.</param>
    public bool IsFrozen(int index) => _frozen[index];

    /// <summary>Whether a tensor is there and changes.</summary>
    internal bool Trains(ParameterSlot? slot) => slot is not null && !_frozen[_indices[slot.Name]];

    /// <summary>Freezes the tensors that a rule names, and only those. A <see cref="GradientEvaluator{T}"/> made of the set leaves their gradients zero and saves the work.</summary>
    /// <param name="rule">Says of a tensor whether it is frozen.</param>
    public void Freeze(Func<ParameterSlot, bool> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        for (int i = 0; i < _frozen.Length; i++) { _frozen[i] = rule(Slots[i]); }
    }

    /// <summary>An independent copy.</summary>
    public ParameterSet Clone() => new(this);

    /// <summary>The model with the present values, each tensor rounded to the precision in which the model stores it.</summary>
    public MaceModel ToModel()
    {
        ImmutableSortedDictionary<string, NamedTensor>.Builder tensors = Model.Tensors.ToBuilder();
        foreach (ParameterSlot slot in Slots)
        {
            double[] values = ValuesOf(slot).ToArray();
            if (slot.Precision == Precision.Float32)
            {
                for (int i = 0; i < values.Length; i++) { values[i] = (float)values[i]; }
            }

            tensors[slot.Name] = new NamedTensor([.. slot.Shape], values, slot.Precision);
        }

        return Model with { Tensors = tensors.ToImmutable() };
    }

    /// <summary>The optimiser group of mace-torch's <c>get_params_options</c>.</summary>
    private static ParameterGroup GroupOf(string name)
    {
        if (name.StartsWith("interactions.", StringComparison.Ordinal))
        {
            return name.Contains("linear.weight", StringComparison.Ordinal) || name.Contains("skip_tp_full.weight", StringComparison.Ordinal) ? ParameterGroup.InteractionsDecay : ParameterGroup.InteractionsNoDecay;
        }

        if (name.StartsWith("products.", StringComparison.Ordinal)) { return ParameterGroup.Products; }
        return name.StartsWith("readouts.", StringComparison.Ordinal) ? ParameterGroup.Readouts : ParameterGroup.Embedding;
    }

    /// <summary>Order of the modules of a model.</summary>
    private static int SectionOf(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)] switch
    {
        "node_embedding" => 0,
        "joint_embedding" => 1,
        "embedding_readout" => 2,
        "interactions" => 3,
        "products" => 4,
        _ => 5,
    };

    /// <summary>Number of the layer a parameter belongs to.</summary>
    private static int BlockOf(string name)
    {
        ReadOnlySpan<char> rest = name.AsSpan(name.IndexOf('.', StringComparison.Ordinal) + 1);
        int dot = rest.IndexOf('.');
        return dot > 0 && int.TryParse(rest[..dot], out int block) ? block : 0;
    }

    /// <summary>Whether a parameter belongs to an interaction itself and not to a module in it: PyTorch lists these first.</summary>
    private static bool IsOwn(string name) => name.EndsWith(".alpha", StringComparison.Ordinal) || name.EndsWith(".beta", StringComparison.Ordinal);
}

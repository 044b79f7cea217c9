using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>A pickled <c>torch.nn.Module</c>: its class, attributes, parameters, buffers and submodules by name.</summary>
internal sealed class TorchModule
{
    private const int DeepestModule = 24;
    private const int MostModules = 20_000;
    private const int LongestName = 128;

    private readonly PickleDictionary _state;

    private TorchModule(string path, PickleGlobal type, PickleDictionary state)
    {
        Path = path;
        Class = type;
        _state = state;
    }

    /// <summary>Attribute path from the model, empty for the model itself.</summary>
    public string Path { get; }

    /// <summary>The class.</summary>
    public PickleGlobal Class { get; }

    /// <summary>Interprets a pickled value as a module, if it is one.</summary>
    public static TorchModule? From(object? value, string path) =>
        value is PickleObject { State: PickleDictionary state } module && state.TryGet("_modules", out _) ? new TorchModule(path, module.Callable, state) : null;

    /// <summary>A path below this module.</summary>
    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>A submodule that may be absent.</summary>
    public TorchModule? TryChild(string name) => Group("_modules").TryGet(name, out object? value) ? From(value, PathOf(name)) : null;

    /// <summary>A submodule.</summary>
    /// <exception cref="InvalidInputException">There is none of this name.</exception>
    public TorchModule Child(string name) => TryChild(name) ?? throw new InvalidInputException($"the model has no module '{PathOf(name)}', which every MACE model of its class has.");

    /// <summary>Submodules in order.</summary>
    public IEnumerable<TorchModule> Children
    {
        get
        {
            foreach ((object? key, object? value) in Group("_modules").Entries)
            {
                if (key is string { Length: <= LongestName } name && From(value, PathOf(name)) is TorchModule child) { yield return child; }
            }
        }
    }

    /// <summary>Submodules of a list of modules.</summary>
    /// <exception cref="InvalidInputException">There is no such list.</exception>
    public IReadOnlyList<TorchModule> ChildList(string name) => [.. Child(name).Children];

    /// <summary>A plain attribute that may be absent.</summary>
    public bool TryAttribute(string name, out object? value) => _state.TryGet(name, out value);

    /// <summary>A parameter or buffer that may be absent.</summary>
    public object? TryTensor(string name)
    {
        if (Group("_parameters").TryGet(name, out object? value) && value is not null) { return value; }
        return Group("_buffers").TryGet(name, out value) ? value : null;
    }

    /// <summary>Every parameter and buffer of this module and those below it, by attribute path.</summary>
    /// <exception cref="InvalidInputException">The modules nest without end.</exception>
    public IEnumerable<(string Path, object Value, bool IsParameter)> Tensors()
    {
        foreach (TorchModule module in SelfAndDescendants())
        {
            foreach ((object? key, object? value) in module.Group("_parameters").Entries)
            {
                if (key is string { Length: <= LongestName } name && TorchTensor.IsTensor(value)) { yield return (module.PathOf(name), value!, true); }
            }

            foreach ((object? key, object? value) in module.Group("_buffers").Entries)
            {
                if (key is string { Length: <= LongestName } name && TorchTensor.IsTensor(value)) { yield return (module.PathOf(name), value!, false); }
            }
        }
    }

    /// <summary>This module and all below it, each before those it holds.</summary>
    /// <exception cref="InvalidInputException">The modules nest without end.</exception>
    public IEnumerable<TorchModule> SelfAndDescendants()
    {
        Stack<(TorchModule Module, int Depth)> pending = new();
        pending.Push((this, 0));
        for (int count = 0; pending.TryPop(out (TorchModule Module, int Depth) next); count++)
        {
            yield return next.Module;
            foreach (TorchModule child in next.Module.Children)
            {
                if (next.Depth == DeepestModule || count + pending.Count > MostModules) { throw new InvalidInputException("the modules of the file nest without end: it is not a model."); }
                pending.Push((child, next.Depth + 1));
            }
        }
    }

    private PickleDictionary Group(string name) => _state.TryGet(name, out object? value) && value is PickleDictionary group ? group : Empty;

    private static readonly PickleDictionary Empty = new();
}

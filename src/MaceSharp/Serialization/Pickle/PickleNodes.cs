namespace MaceSharp.Serialization.Pickle;

// The values a pickle describes, as inert data. None, booleans, integers, floats, short strings and bytes are the
// .NET values null, bool, long, double, string and byte[]; everything else is one of the classes below. They compare by
// reference and never walk into what they hold, so neither cycles nor depth in a hostile file can hurt.

/// <summary>A name in a Python module: a class or a function, never resolved to anything.</summary>
internal sealed class PickleGlobal(string module, string name)
{
    public string Module { get; } = module;

    public string Name { get; } = name;

    /// <summary>Module and name joined by a dot.</summary>
    public string FullName { get; } = $"{module}.{name}";
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static PickleTuple Empty { get; } = new([]);

    public object?[] Items { get; } = items;
}

/// <summary>A list, or a set or frozen set.</summary>
internal sealed class PickleList
{
    private List<object?>? _items;

    public List<object?> Items => _items ??= [];
}

/// <summary>A dictionary in insertion order.</summary>
internal sealed class PickleDictionary
{
    // Most dictionaries of a model are empty, so the collections are made when they are needed.
    private List<KeyValuePair<object?, object?>>? _entries;
    private Dictionary<string, int>? _byName;

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries ?? (IReadOnlyList<KeyValuePair<object?, object?>>)[];

    /// <summary>Sets an entry; a later one of the same text key replaces the earlier one in its place.</summary>
    public void Set(object? key, object? value)
    {
        _entries ??= [];
        if (key is string name)
        {
            _byName ??= new Dictionary<string, int>(StringComparer.Ordinal);
            if (_byName.TryGetValue(name, out int index))
            {
                _entries[index] = new(key, value);
                return;
            }

            _byName.Add(name, _entries.Count);
        }

        _entries.Add(new(key, value));
    }

    public bool TryGet(string name, out object? value)
    {
        if (_byName is null || !_byName.TryGetValue(name, out int index))
        {
            value = null;
            return false;
        }

        value = _entries![index].Value;
        return true;
    }
}

/// <summary>What a class or function would have been called with, and what state and items the result would have been given.</summary>
internal sealed class PickleObject(PickleGlobal callable, PickleTuple arguments)
{
    private PickleDictionary? _entries;

    /// <summary>The class or function.</summary>
    public PickleGlobal Callable { get; } = callable;

    /// <summary>Positional arguments.</summary>
    public PickleTuple Arguments { get; } = arguments;

    /// <summary>State given after construction (<c>__setstate__</c> or <c>__dict__</c>), if any.</summary>
    public object? State { get; set; }

    /// <summary>Entries given after construction, as to a subclass of dictionary.</summary>
    public PickleDictionary Entries => _entries ??= new PickleDictionary();
}

/// <summary>A long text or a block of bytes that was skipped, such as compiled code inside the file.</summary>
internal sealed class PickleBlob(long length)
{
    /// <summary>Number of bytes skipped.</summary>
    public long Length { get; } = length;
}

/// <summary>A reference to data outside the pickle; torch uses them for tensor storages.</summary>
internal sealed class PicklePersistentId(object? id)
{
    public object? Id { get; } = id;
}

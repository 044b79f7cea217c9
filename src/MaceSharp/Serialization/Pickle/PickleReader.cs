using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Serialization.Pickle;

/// <summary>
/// Reads a pickle (protocols 2 to 5) into inert data. It is the stack machine that Python's <c>pickletools</c> documents,
/// without the part that imports and calls: a call becomes a <see cref="PickleObject"/> that says what would have been called.
/// </summary>
/// <remarks>
/// Everything is bounded by the size of the input: each opcode makes at most one node, lengths are checked before anything is
/// allocated, texts longer than <see cref="LongestText"/> are skipped, and there is no recursion.
/// </remarks>
internal ref struct PickleReader
{
    /// <summary>Largest number of opcodes; published models have some ten thousand.</summary>
    public const int MostOpcodes = 1_000_000;

    /// <summary>Longest text or byte string that is kept; longer ones are compiled code and become a <see cref="PickleBlob"/>.</summary>
    public const int LongestText = 4096;

    private const int LongestName = 256;

    private readonly ReadOnlySpan<byte> _data;
    private readonly List<object?> _stack = new(256);
    private readonly List<int> _marks = new(32);
    private readonly Dictionary<uint, object?> _memo = new(1024);
    private int _position;

    private PickleReader(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Reads one pickle.</summary>
    /// <param name="data">The bytes, from the protocol to the stop opcode; what follows is ignored.</param>
    /// <exception cref="InvalidInputException">The bytes are not a pickle, are damaged, or mention a name that is not part of a model.</exception>
    public static object? Read(ReadOnlySpan<byte> data)
    {
        PickleReader reader = new(data);
        return reader.Run();
    }

    private object? Run()
    {
        if (_data.Length < 2 || _data[0] != (byte)PickleOpcode.Protocol)
        {
            throw new InvalidInputException("the pickle does not start with a protocol number (2 to 5).");
        }

        for (int count = 0; count < MostOpcodes; count++)
        {
            int start = _position;
            PickleOpcode opcode = (PickleOpcode)ReadByte();
            if (opcode == PickleOpcode.Stop)
            {
                return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw Damaged(start, "leaves something on the stack at its end");
            }

            Execute(opcode, start);
        }

        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the pickle has more than {MostOpcodes} instructions, far more than a model needs."));
    }

    private void Execute(PickleOpcode opcode, int start)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol:
                byte protocol = ReadByte();
                if (protocol is < 2 or > 5)
                {
                    throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the pickle has protocol {protocol}; 2 to 5 are known."));
                }

                break;
            case PickleOpcode.Frame:
                if (ReadUInt64() > (ulong)(_data.Length - _position)) { throw Truncated(); }
                break;

            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinaryInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.BinaryInt1: Push((long)ReadByte()); break;
            case PickleOpcode.BinaryInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.Long1: Push(ReadLong(ReadByte())); break;
            case PickleOpcode.Long4: Push(ReadLong(ReadUInt32())); break;
            case PickleOpcode.BinaryFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;

            case PickleOpcode.ShortBinaryUnicode: Push(ReadText(ReadByte())); break;
            case PickleOpcode.BinaryUnicode: Push(ReadText(ReadUInt32())); break;
            case PickleOpcode.BinaryUnicode8: Push(ReadText(ReadUInt64())); break;
            case PickleOpcode.ShortBinaryString:
            case PickleOpcode.ShortBinaryBytes: Push(ReadBytes(ReadByte())); break;
            case PickleOpcode.BinaryString:
            case PickleOpcode.BinaryBytes: Push(ReadBytes(ReadUInt32())); break;
            case PickleOpcode.BinaryBytes8:
            case PickleOpcode.ByteArray8: Push(ReadBytes(ReadUInt64())); break;

            case PickleOpcode.EmptyTuple: Push(PickleTuple.Empty); break;
            case PickleOpcode.Tuple1: PushTuple(1, start); break;
            case PickleOpcode.Tuple2: PushTuple(2, start); break;
            case PickleOpcode.Tuple3: PushTuple(3, start); break;
            case PickleOpcode.Tuple: PushTuple(CountSinceMark(start), start); break;
            case PickleOpcode.EmptyList:
            case PickleOpcode.EmptySet: Push(new PickleList()); break;
            case PickleOpcode.EmptyDictionary: Push(new PickleDictionary()); break;
            case PickleOpcode.FrozenSet: PushFrozenSet(start); break;
            case PickleOpcode.Append: AppendLast(1, start); break;
            case PickleOpcode.Appends:
            case PickleOpcode.AddItems: AppendLast(CountSinceMark(start), start); break;
            case PickleOpcode.SetItem: SetLast(2, start); break;
            case PickleOpcode.SetItems: SetLast(CountSinceMark(start), start); break;

            case PickleOpcode.Mark: _marks.Add(_stack.Count); break;
            case PickleOpcode.Pop: PopOrUnmark(start); break;
            case PickleOpcode.PopMark: Drop(CountSinceMark(start)); break;
            case PickleOpcode.Duplicate: Push(Peek(start)); break;
            case PickleOpcode.BinaryGet: Push(Recall(ReadByte(), start)); break;
            case PickleOpcode.LongBinaryGet: Push(Recall(ReadUInt32(), start)); break;
            case PickleOpcode.BinaryPut: _memo[ReadByte()] = Peek(start); break;
            case PickleOpcode.LongBinaryPut: _memo[ReadUInt32()] = Peek(start); break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = Peek(start); break;

            case PickleOpcode.Global: Push(Allowed(ReadLine(), ReadLine())); break;
            case PickleOpcode.StackGlobal:
                string name = Pop(start) as string ?? throw Damaged(start, "names a class by something other than text");
                string module = Pop(start) as string ?? throw Damaged(start, "names a module by something other than text");
                Push(Allowed(module, name));
                break;
            case PickleOpcode.Reduce: Call(start); break;
            case PickleOpcode.NewObject: Create(start, hasKeywords: false); break;
            case PickleOpcode.NewObjectWithKeywords: Create(start, hasKeywords: true); break;
            case PickleOpcode.Build: Build(start); break;
            case PickleOpcode.BinaryPersistentId: Push(new PicklePersistentId(Pop(start))); break;
            default:
                throw Damaged(start, string.Create(CultureInfo.InvariantCulture, $"has the instruction 0x{(byte)opcode:x2}, which a model of mace-torch never uses,"));
        }
    }

    // ---- values ----------------------------------------------------------------------------------------------------

    private byte ReadByte()
    {
        if (_position >= _data.Length) { throw Truncated(); }
        return _data[_position++];
    }

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_data.Length - _position)) { throw Truncated(); }
        ReadOnlySpan<byte> span = _data.Slice(_position, (int)length);
        _position += (int)length;
        return span;
    }

    /// <summary>A little-endian two's-complement integer of any length; those that do not fit 64 bits do not occur in models.</summary>
    private object ReadLong(uint length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        if (length > 8)
        {
            // Hashes and the like: kept as a blob, so that nothing can be computed from it.
            return new PickleBlob(length);
        }

        long value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--) { value = (value << 8) | bytes[i]; }
        if (length is > 0 and < 8 && (bytes[^1] & 0x80) != 0) { value -= 1L << (int)(8 * length); }
        return value;
    }

    private object ReadText(ulong length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        return length > LongestText ? new PickleBlob((long)length) : Encoding.UTF8.GetString(bytes);
    }

    private object ReadBytes(ulong length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        return length > LongestText ? new PickleBlob((long)length) : bytes.ToArray();
    }

    private string ReadLine()
    {
        int length = _data[_position..].IndexOf((byte)'\n');
        if (length < 0) { throw Truncated(); }
        if (length > LongestName) { throw Damaged(_position, "has a name of more than 256 characters"); }
        string line = Encoding.UTF8.GetString(Take((ulong)length));
        _position++;
        return line;
    }

    // ---- stack -----------------------------------------------------------------------------------------------------

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private readonly object? Pop(int start)
    {
        if (_stack.Count <= Floor) { throw Damaged(start, "takes more from the stack than there is"); }
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object? Peek(int start) => _stack.Count > Floor ? _stack[^1] : throw Damaged(start, "takes more from the stack than there is");

    private readonly void PopOrUnmark(int start)
    {
        if (_marks.Count > 0 && _stack.Count == _marks[^1]) { _marks.RemoveAt(_marks.Count - 1); }
        else { Pop(start); }
    }

    private readonly int CountSinceMark(int start)
    {
        if (_marks.Count == 0) { throw Damaged(start, "refers to a mark that is not there"); }
        int count = _stack.Count - _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return count;
    }

    private readonly void Drop(int count) => _stack.RemoveRange(_stack.Count - count, count);

    private readonly object? Recall(uint key, int start) => _memo.TryGetValue(key, out object? value) ? value : throw Damaged(start, "recalls a value it never stored");

    private readonly object?[] PopMany(int count, int start)
    {
        if (_stack.Count - count < Floor) { throw Damaged(start, "takes more from the stack than there is"); }
        object?[] items = new object?[count];
        _stack.CopyTo(_stack.Count - count, items, 0, count);
        Drop(count);
        return items;
    }

    private readonly void PushTuple(int count, int start) => Push(new PickleTuple(PopMany(count, start)));

    private readonly void PushFrozenSet(int start)
    {
        PickleList set = new();
        set.Items.AddRange(PopMany(CountSinceMark(start), start));
        Push(set);
    }

    private readonly void AppendLast(int count, int start)
    {
        object?[] items = PopMany(count, start);
        switch (Peek(start))
        {
            case PickleList list: list.Items.AddRange(items); break;
            case PickleObject: break; // items of a list-like object that is not needed
            default: throw Damaged(start, "appends to something that is not a list");
        }
    }

    private readonly void SetLast(int count, int start)
    {
        object?[] items = PopMany(count, start);
        if ((count & 1) != 0) { throw Damaged(start, "sets an entry without a value"); }
        PickleDictionary target = Peek(start) switch
        {
            PickleDictionary dictionary => dictionary,
            PickleObject instance => instance.Entries,
            _ => throw Damaged(start, "sets an entry of something that is not a dictionary"),
        };
        for (int i = 0; i < count; i += 2) { target.Set(items[i], items[i + 1]); }
    }

    // ---- calls, which are recorded and never made --------------------------------------------------------------------

    private static PickleGlobal Allowed(string module, string name)
    {
        PickleGlobal global = new(module, name);
        return PickleGlobals.IsAllowed(global) ? global : throw Foreign(global.FullName);
    }

    private readonly void Call(int start)
    {
        PickleTuple arguments = Pop(start) as PickleTuple ?? throw Damaged(start, "calls a function without arguments");
        PickleGlobal callable = Pop(start) as PickleGlobal ?? throw Damaged(start, "calls something that is not a function");
        Push(callable.FullName switch
        {
            "collections.OrderedDict" => NewDictionary(arguments, start),
            "__builtin__.set" or "builtins.set" or "__builtin__.frozenset" or "builtins.frozenset" => new PickleList(),
            "__builtin__.getattr" or "builtins.getattr" => Attribute(arguments),
            _ => new PickleObject(callable, arguments),
        });
    }

    private static PickleDictionary NewDictionary(PickleTuple arguments, int start)
    {
        PickleDictionary dictionary = new();
        if (arguments.Items is [PickleList pairs, ..])
        {
            foreach (object? pair in pairs.Items)
            {
                object?[]? items = pair switch { PickleTuple tuple => tuple.Items, PickleList list when list.Items.Count == 2 => [.. list.Items], _ => null };
                if (items is not [var key, var value]) { throw Damaged(start, "makes a dictionary of something that is not pairs"); }
                dictionary.Set(key, value);
            }
        }

        return dictionary;
    }

    /// <summary>torch.tanh and its like are pickled as attributes of a class; nothing else may be looked up.</summary>
    private static PickleGlobal Attribute(PickleTuple arguments) => arguments.Items is [PickleGlobal { FullName: "torch._C._VariableFunctionsClass" }, string name]
        ? Allowed("torch", name)
        : throw Foreign("getattr");

    private readonly void Create(int start, bool hasKeywords)
    {
        if (hasKeywords) { Pop(start); }
        PickleTuple arguments = Pop(start) as PickleTuple ?? throw Damaged(start, "creates an object without arguments");
        PickleGlobal type = Pop(start) as PickleGlobal ?? throw Damaged(start, "creates an object of something that is not a class");
        Push(new PickleObject(type, arguments));
    }

    private readonly void Build(int start)
    {
        object? state = Pop(start);
        switch (Peek(start))
        {
            case PickleObject instance: instance.State = state; break;
            case PickleDictionary or PickleList: break; // attributes of a dictionary, of no use here
            default: throw Damaged(start, "gives state to something that is not an object");
        }
    }

    // ---- sentences -------------------------------------------------------------------------------------------------

    private static InvalidInputException Foreign(string name) =>
        new($"the file calls {Printable(name)}, which is not part of a MACE model.");

    private static InvalidInputException Truncated() => new("the pickle ends early: the file is incomplete or damaged.");

    private static InvalidInputException Damaged(int position, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"the pickle {what} at byte {position}: the file is damaged."));

    private static string Printable(string text)
    {
        StringBuilder result = new(Math.Min(text.Length, 120));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, 120))) { result.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c); }
        return result.ToString();
    }
}

using System.Buffers.Binary;
using System.Text;

namespace MaceSharp.Tests.Serialization;

/// <summary>Writes pickles opcode by opcode, good ones and bad ones.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter(byte protocol = 2) => Raw(0x80, protocol);

    public static byte[] Of(Action<PickleWriter> write)
    {
        PickleWriter writer = new();
        write(writer);
        return writer.End();
    }

    public byte[] End()
    {
        Raw((byte)'.');
        return [.. _bytes];
    }

    public byte[] EndWithoutStop() => [.. _bytes];

    public PickleWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Raw((byte)opcode);

    public PickleWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Op('X').Length(bytes.Length);
        return Raw(bytes);
    }

    public PickleWriter Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleWriter Length(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return Raw(bytes);
    }

    public PickleWriter Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Put(byte slot) => Op('q').Raw(slot);

    public PickleWriter Get(byte slot) => Op('h').Raw(slot);

    public PickleWriter Tuple(params Action<PickleWriter>[] items)
    {
        Op('(');
        foreach (Action<PickleWriter> item in items) { item(this); }
        return Op('t');
    }

    public PickleWriter Integers(params long[] values) => Tuple([.. values.Select(v => (Action<PickleWriter>)(w => w.Integer(v)))]);

    public PickleWriter Dictionary(params (string Key, Action<PickleWriter> Value)[] entries)
    {
        Op('}').Op('(');
        foreach ((string key, Action<PickleWriter> value) in entries)
        {
            Text(key);
            value(this);
        }

        return Op('u');
    }

    /// <summary>A module without anything but what is given.</summary>
    public PickleWriter Module(string module, string name, params (string Key, Action<PickleWriter> Value)[] state) =>
        Global(module, name).Op(')').Raw(0x81).Dictionary(state).Op('b');

    public PickleWriter EmptyModuleList() => Module("torch.nn.modules.container", "ModuleList", ("_modules", static w => w.Op('}')));

    public PickleWriter Tensor(long offset, long[] size, long[] stride, long storageCount, string key = "0", string storage = "DoubleStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Tuple(
            w => w.Tuple(static s => s.Text("storage"), s => s.Global("torch", storage), s => s.Text(key), static s => s.Text("cuda:0"), s => s.Integer(storageCount)).Op('Q'),
            w => w.Integer(offset),
            w => w.Integers(size),
            w => w.Integers(stride),
            static w => w.Raw(0x89),
            static w => w.Op('}')).Op('R');
}

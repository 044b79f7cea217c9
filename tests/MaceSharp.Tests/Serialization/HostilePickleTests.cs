using System.Text;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Tests.Serialization;

/// <summary>Pickles that want to run code, exhaust memory or confuse the reader end in a sentence.</summary>
public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("os", "system", "os.system")]
    [InlineData("posix", "system", "posix.system")]
    [InlineData("builtins", "eval", "builtins.eval")]
    [InlineData("__builtin__", "exec", "__builtin__.exec")]
    [InlineData("subprocess", "Popen", "subprocess.Popen")]
    [InlineData("torch", "load", "torch.load")]
    [InlineData("torch.hub", "load", "torch.hub.load")]
    [InlineData("macevil", "x", "macevil.x")]
    public void A_foreign_name_is_refused_by_name(string module, string name, string expected) =>
        Refuse(PickleWriter.Of(w => w.Global(module, name).Tuple(static a => a.Text("touch /tmp/owned")).Op('R')), $"calls {expected}, which is not part of a MACE model");

    [Fact]
    public void A_foreign_name_on_the_stack_is_refused_too() =>
        Refuse(PickleWriter.Of(static w => w.Text("os").Text("system").Raw(0x93)), "calls os.system");

    [Fact]
    public void Getattr_may_only_name_an_activation() =>
        Refuse(PickleWriter.Of(static w => w.Global("builtins", "getattr").Tuple(static a => a.Global("torch", "Tensor"), static a => a.Text("__reduce__")).Op('R')), "calls getattr");

    [Fact]
    public void Getattr_of_torch_may_not_name_other_functions() =>
        Refuse(PickleWriter.Of(static w => w.Global("builtins", "getattr").Tuple(static a => a.Global("torch._C", "_VariableFunctionsClass"), static a => a.Text("from_file")).Op('R')), "calls torch.from_file");

    [Fact]
    public void Control_characters_of_a_name_do_not_reach_the_terminal()
    {
        InvalidInputException exception = Assert.ThrowsAny<InvalidInputException>(static () => PickleReader.Read(PickleWriter.Of(static w => w.Global("\u001b[31m", "x"))));
        Assert.DoesNotContain('\u001b', exception.Message);
    }

    [Fact]
    public void Deep_nesting_is_read_without_recursion()
    {
        PickleWriter lists = new(), tuples = new();
        for (int i = 0; i < 450_000; i++) { lists.Op(']'); }
        for (int i = 1; i < 450_000; i++) { lists.Op('a'); }
        tuples.Op(')');
        for (int i = 0; i < 900_000; i++) { tuples.Raw(0x85); }
        Refuse(lists.End(), "holds a list");
        Refuse(tuples.End(), "holds a list");
    }

    [Fact]
    public void Billion_laughs_stay_as_small_as_they_are_written()
    {
        PickleWriter writer = new();
        writer.Op(']').Put(0);
        for (byte i = 1; i < 200; i++)
        {
            writer.Op(']').Put(i).Op('(');
            for (int j = 0; j < 10; j++) { writer.Get((byte)(i - 1)); }
            writer.Op('e');
        }

        // What is left on the stack is the outermost of the lists; 10^199 of them in truth.
        PickleWriter outer = new();
        outer.Op('(').Raw(writer.EndWithoutStop().AsSpan(2)).Op('t');
        Refuse(outer.End(), "holds a list");
    }

    [Fact]
    public void Duplicates_cost_a_pointer_each()
    {
        PickleWriter writer = new();
        writer.Op('(').Text(new string('a', 4000));
        for (int i = 0; i < 500_000; i++) { writer.Op('2'); }
        Refuse(writer.Op('t').End(), "holds a list");
    }

    [Fact]
    public void A_list_that_holds_itself_is_only_a_list() =>
        Refuse(PickleWriter.Of(static w => w.Op(']').Put(0).Get(0).Op('a')), "holds a list");

    [Fact]
    public void More_instructions_than_a_model_needs_are_refused()
    {
        PickleWriter writer = new();
        for (int i = 0; i < PickleReader.MostOpcodes; i++) { writer.Op('N').Op('0'); }
        Refuse(writer.End(), "instructions, far more than a model needs");
    }

    [Fact]
    public void Lengths_beyond_the_end_are_refused_before_anything_is_allocated()
    {
        byte[] most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        Refuse(PickleWriter.Of(w => w.Raw(0x95).Raw(most)), "ends early"); // FRAME
        Refuse(PickleWriter.Of(w => w.Raw(0x8d).Raw(most)), "ends early"); // BINUNICODE8
        Refuse(PickleWriter.Of(w => w.Raw(0x8e).Raw(most)), "ends early"); // BINBYTES8
        Refuse(PickleWriter.Of(w => w.Raw(0x96).Raw(most)), "ends early"); // BYTEARRAY8
        Refuse(PickleWriter.Of(w => w.Op('X').Raw(most.AsSpan(0, 4))), "ends early"); // BINUNICODE
        Refuse(PickleWriter.Of(w => w.Raw(0x8b).Raw(most.AsSpan(0, 4))), "ends early"); // LONG4
        Refuse(PickleWriter.Of(w => w.Op('c').Raw("a_name_without_an_end"u8)), "ends early");
    }

    [Fact]
    public void A_giant_integer_is_not_computed()
    {
        byte[] digits = new byte[10_000_000];
        digits.AsSpan().Fill(0x7f);
        PickleWriter writer = new();
        Refuse(writer.Raw(0x8b).Length(digits.Length).Raw(digits).End(), "plain value");
    }

    [Theory]
    [InlineData("R", "takes more from the stack")]
    [InlineData("s", "takes more from the stack")]
    [InlineData("t", "refers to a mark")]
    [InlineData("0", "takes more from the stack")]
    [InlineData("2", "takes more from the stack")]
    [InlineData("NNR", "without arguments")]
    [InlineData("N)R", "not a function")]
    [InlineData("NNb", "gives state")]
    [InlineData("NNa", "appends to something")]
    [InlineData("}(Nu", "entry without a value")]
    [InlineData("h\u0007", "never stored")]
    [InlineData("NN", "on the stack at its end")]
    [InlineData("(N", "on the stack at its end")]
    [InlineData("I5\n", "instruction 0x49")]
    [InlineData("(ios\nsystem\n", "instruction 0x69")]
    [InlineData("P1\n", "instruction 0x50")]
    public void Nonsense_is_named(string opcodes, string words) => Refuse(PickleWriter.Of(w => w.Raw(Encoding.Latin1.GetBytes(opcodes))), words);

    [Fact]
    public void Protocols_other_than_2_to_5_are_refused()
    {
        Refuse(new PickleWriter(6).Op('N').End(), "protocol 6");
        Refuse(new PickleWriter(1).Op('N').End(), "protocol 1");
        Refuse("(lp0\n."u8.ToArray(), "does not start with a protocol");
        Refuse([], "does not start with a protocol");
    }

    [Fact]
    public void Integers_of_every_width_are_read()
    {
        Assert.Equal(-2L, PickleReader.Read(PickleWriter.Of(static w => w.Op('J').Raw(0xfe, 0xff, 0xff, 0xff))));
        Assert.Equal(255L, PickleReader.Read(PickleWriter.Of(static w => w.Op('K').Raw(0xff))));
        Assert.Equal(0xff00L, PickleReader.Read(PickleWriter.Of(static w => w.Op('M').Raw(0x00, 0xff))));
        Assert.Equal(0L, PickleReader.Read(PickleWriter.Of(static w => w.Raw(0x8a, 0))));
        Assert.Equal(-1L, PickleReader.Read(PickleWriter.Of(static w => w.Raw(0x8a, 1, 0xff))));
        Assert.Equal(128L, PickleReader.Read(PickleWriter.Of(static w => w.Raw(0x8a, 2, 0x80, 0x00))));
        Assert.Equal(long.MinValue, PickleReader.Read(PickleWriter.Of(static w => w.Integer(long.MinValue))));
        Assert.Equal(1.5, PickleReader.Read(PickleWriter.Of(static w => w.Op('G').Raw(0x3f, 0xf8, 0, 0, 0, 0, 0, 0))));
    }

    private static void Refuse(byte[] pickle, string words) => ModelBytes.AssertRefused(ModelBytes.Torch(pickle), words);
}

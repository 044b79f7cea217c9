using System.Collections.Frozen;

namespace MaceSharp.Serialization.Pickle;

/// <summary>
/// The names a model file may mention. None of them is ever called: the list says which files are models, and makes a
/// file that asks for anything else fail with a sentence instead of being half understood.
/// </summary>
internal static class PickleGlobals
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "__builtin__.set", "__builtin__.frozenset", "__builtin__.getattr", "__builtin__.slice", "__builtin__.object", "__builtin__.complex", "__builtin__.range",
            "builtins.set", "builtins.frozenset", "builtins.getattr", "builtins.slice", "builtins.object", "builtins.complex", "builtins.range",
            "_codecs.encode", "copyreg._reconstructor", "copy_reg._reconstructor",
            "collections.OrderedDict", "collections.defaultdict", "collections.Counter",
            "functools.partial", "argparse.Namespace",
            "numpy.dtype", "numpy.ndarray", "numpy.float64", "numpy.float32", "numpy.int64", "numpy.int32", "numpy.bool_",
            "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
            "torch._C._VariableFunctionsClass", "torch._C._nn.silu", "torch._C._nn.gelu",
            "torch._tensor._rebuild_from_type_v2",
            "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
            "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
            "torch.serialization._get_layout", "torch.storage.UntypedStorage", "torch.storage._load_from_bytes",
            "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch.Tensor", "torch.Size", "torch.device", "torch.Generator",
            "torch.DoubleStorage", "torch.FloatStorage", "torch.HalfStorage", "torch.BFloat16Storage",
            "torch.LongStorage", "torch.IntStorage", "torch.ShortStorage", "torch.CharStorage", "torch.ByteStorage", "torch.BoolStorage",
            "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
            "torch.tanh", "torch.abs", "torch.sigmoid",
        ],
        StringComparer.Ordinal);

    private static readonly string[] Namespaces =
        ["mace.", "e3nn.", "torch.nn.modules.", "torch.nn.functional", "torch.fx.", "torch.optim.", "torch_ema.", "cuequivariance", "openequivariance."];

    /// <summary>Whether a model file may mention this name.</summary>
    public static bool IsAllowed(PickleGlobal global)
    {
        if (Names.Contains(global.FullName)) { return true; }
        foreach (string prefix in Namespaces)
        {
            if (global.FullName.StartsWith(prefix, StringComparison.Ordinal)) { return true; }
        }

        return false;
    }
}

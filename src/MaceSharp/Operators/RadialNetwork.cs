using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Operators;

/// <summary>
/// The small network from the radial basis of an edge to its radial weights. Two kinds exist: e3nn's
/// <c>FullyConnectedNet</c> (no bias, normalised silu) and mace-torch's <c>RadialMLP</c> (bias, layer normalisation,
/// silu). Inputs other than the basis (elements or features of the two atoms) enter the first layer linearly, so they
/// come in as ready-made terms, added once an edge.
/// </summary>
internal sealed class RadialNetwork<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[][] _weights;
    private readonly T[][] _transposed;
    private readonly T[][] _biases;
    private readonly T[][] _gains;
    private readonly T[][] _offsets;

    private RadialNetwork(int[] widths, T[][] weights, T[][] biases, T[][] gains, T[][] offsets)
    {
        Widths = widths;
        _weights = weights;
        _transposed = [.. weights.Select((w, l) => Transpose(w, widths[l], widths[l + 1]))];
        _biases = biases;
        _gains = gains;
        _offsets = offsets;
    }

    /// <summary>Widths of basis, hidden layers and output.</summary>
    public int[] Widths { get; }

    /// <summary>Number of linear layers.</summary>
    public int Depth => _weights.Length;

    /// <summary>Number of outputs an edge.</summary>
    public int OutputWidth => Widths[^1];

    /// <summary>Width of the first layer, of the terms that are added there.</summary>
    public int FirstWidth => Widths[1];

    /// <summary>Reads a <c>FullyConnectedNet</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefix">Name of the network, with a final dot.</param>
    /// <param name="basisCount">How many inputs are basis functions.</param>
    /// <param name="extraInputs">Receives the rows of the first layer for all further inputs, normalised, [inputs, first width].</param>
    public static RadialNetwork<T> FromFullyConnected(MaceModel model, string prefix, int basisCount, out T[] extraInputs)
    {
        List<T[]> weights = [];
        List<int> widths = [basisCount];
        extraInputs = [];
        for (int l = 0; model.Tensors.TryGetValue($"{prefix}layer{l}.weight", out NamedTensor? tensor); l++)
        {
            int rows = tensor.Shape[0], columns = tensor.Shape[1];
            double scale = (l == 0 ? 1 : Activation.SiluConstant) / Math.Sqrt(rows);
            T[] matrix = [.. tensor.Values.Select(v => T.CreateTruncating(v * scale))];
            if (l == 0)
            {
                extraInputs = matrix[(basisCount * columns)..];
                matrix = matrix[..(basisCount * columns)];
            }

            weights.Add(matrix);
            widths.Add(columns);
        }

        if (weights.Count == 0) { throw new InvalidInputException($"The model has no tensor '{prefix}layer0.weight'."); }
        T[][] none = new T[weights.Count][];
        return new RadialNetwork<T>([.. widths], [.. weights], none, none, none);
    }

    /// <summary>Reads a <c>RadialMLP</c>.</summary>
    /// <inheritdoc cref="FromFullyConnected"/>
    public static RadialNetwork<T> FromRadialMlp(MaceModel model, string prefix, int basisCount, out T[] extraInputs)
    {
        List<T[]> weights = [], biases = [], gains = [], offsets = [];
        List<int> widths = [basisCount];
        extraInputs = [];
        for (int l = 0; model.Tensors.TryGetValue($"{prefix}net.{3 * l}.weight", out NamedTensor? tensor); l++)
        {
            // Stored as [out, in].
            int rows = tensor.Shape[1], columns = tensor.Shape[0];
            T[] matrix = new T[rows * columns];
            for (int o = 0; o < columns; o++)
            {
                for (int i = 0; i < rows; i++) { matrix[(i * columns) + o] = T.CreateTruncating(tensor.Values[(o * rows) + i]); }
            }

            if (l == 0)
            {
                extraInputs = matrix[(basisCount * columns)..];
                matrix = matrix[..(basisCount * columns)];
            }

            weights.Add(matrix);
            widths.Add(columns);
            biases.Add(Convert(model[$"{prefix}net.{3 * l}.bias"]));
            bool hidden = model.Tensors.ContainsKey($"{prefix}net.{(3 * l) + 1}.weight");
            gains.Add(hidden ? Convert(model[$"{prefix}net.{(3 * l) + 1}.weight"]) : []);
            offsets.Add(hidden ? Convert(model[$"{prefix}net.{(3 * l) + 1}.bias"]) : []);
        }

        if (weights.Count == 0) { throw new InvalidInputException($"The model has no tensor '{prefix}net.0.weight'."); }
        return new RadialNetwork<T>([.. widths], [.. weights], [.. biases], [.. gains], [.. offsets]);
    }

    /// <summary>The network up to its last hidden layer, of whose functions the outputs are linear combinations.</summary>
    /// <param name="lastLayer">Receives the matrix [functions, outputs] of those combinations; a bias is the row of a function that is one everywhere.</param>
    public RadialNetwork<T> Hidden(out T[] lastLayer)
    {
        int hidden = Widths[^2], outputs = OutputWidth, lanes = 64 / System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        int functions = _biases[^1] is null ? hidden : (hidden + lanes) / lanes * lanes;
        T[] identity = new T[hidden * functions];
        for (int k = 0; k < hidden; k++) { identity[(k * functions) + k] = T.One; }
        lastLayer = new T[functions * outputs];
        _weights[^1].CopyTo(lastLayer, 0);
        T[][] biases = [.. _biases];
        if (_biases[^1] is { } bias)
        {
            bias.CopyTo(lastLayer, hidden * outputs);
            biases[^1] = new T[functions];
            biases[^1][hidden] = T.One;
        }

        return new RadialNetwork<T>([.. Widths[..^1], functions], [.. _weights[..^1], identity], biases, _gains, _offsets);
    }

    /// <summary>Memory for a number of edges.</summary>
    public RadialWorkspace<T> CreateWorkspace(int edges) => new(Widths, edges);

    /// <summary>Evaluates the network for a number of edges; <see cref="RadialWorkspace{T}.FirstTerms"/> must hold the added terms (zero when there are none).</summary>
    /// <param name="basis">Basis values [edges, basis].</param>
    /// <param name="edges">Number of edges.</param>
    /// <param name="workspace">Keeps what the adjoint needs; its output is the result.</param>
    /// <param name="rows">Scratch.</param>
    public void Forward(ReadOnlySpan<T> basis, int edges, RadialWorkspace<T> workspace, RowBuffer rows)
    {
        ReadOnlySpan<T> input = basis;
        for (int l = 0; l < Depth; l++)
        {
            int inner = Widths[l], columns = Widths[l + 1];
            Span<T> linear = workspace.Linear[l].AsSpan(0, edges * columns);
            if (_biases[l] is { } bias)
            {
                for (int e = 0; e < edges; e++)
                {
                    Span<T> row = linear.Slice(e * columns, columns);
                    if (l > 0) { bias.CopyTo(row); } else { Simd.Add(bias.AsSpan(), row); }
                }
            }
            else if (l > 0)
            {
                linear.Clear();
            }

            rows.Fill(edges, 1, inner, 0, inner, columns, 0, columns);
            MatrixKernel.MultiplyAdd(input, rows.X, _weights[l], inner, columns, linear, rows.Y);
            if (l == Depth - 1) { return; }
            Span<T> hidden = workspace.Hidden[l].AsSpan(0, edges * columns), slope = workspace.Slope[l].AsSpan(0, edges * columns);
            if (_gains[l] is { Length: > 0 } gains)
            {
                LayerNormalization.Forward(linear, workspace.InverseDeviation[l], gains, _offsets[l], hidden);
                Activation.Silu<T>(hidden, hidden, slope);
            }
            else
            {
                Activation.Silu<T>(linear, hidden, slope);
            }

            input = hidden;
        }
    }

    /// <summary>Derivative of the outputs along a change of the basis, after <see cref="Forward"/>; see <see cref="RadialWorkspace{T}.OutputDot"/>.</summary>
    /// <param name="basisDot">Change of the basis [edges, basis], for example its slopes.</param>
    /// <param name="edges">Number of edges of the last forward pass.</param>
    /// <param name="workspace">The workspace of that pass.</param>
    /// <param name="rows">Scratch.</param>
    public void Tangent(ReadOnlySpan<T> basisDot, int edges, RadialWorkspace<T> workspace, RowBuffer rows)
    {
        ReadOnlySpan<T> input = basisDot;
        for (int l = 0; l < Depth; l++)
        {
            int inner = Widths[l], columns = Widths[l + 1];
            Span<T> dot = workspace.LinearDot[l].AsSpan(0, edges * columns);
            dot.Clear();
            rows.Fill(edges, 1, inner, 0, inner, columns, 0, columns);
            MatrixKernel.MultiplyAdd(input, rows.X, _weights[l], inner, columns, dot, rows.Y);
            if (l == Depth - 1) { return; }
            if (_gains[l] is { Length: > 0 } gains)
            {
                LayerNormalization.Tangent(workspace.Linear[l], workspace.InverseDeviation[l], gains, dot);
            }

            Simd.Multiply<T>(dot, workspace.Slope[l].AsSpan(0, edges * columns), dot);
            input = dot;
        }
    }

    /// <summary>Adds Wᵀ of the output's adjoint to that of the basis; <see cref="RadialWorkspace{T}.FirstTermsBar"/> receives that of the added terms.</summary>
    /// <param name="outputBar">Adjoint of the output [edges, output].</param>
    /// <param name="edges">Number of edges of the last forward pass.</param>
    /// <param name="workspace">The workspace of that pass.</param>
    /// <param name="basisBar">Adjoint of the basis [edges, basis], accumulated.</param>
    /// <param name="rows">Scratch.</param>
    public void Adjoint(ReadOnlySpan<T> outputBar, int edges, RadialWorkspace<T> workspace, Span<T> basisBar, RowBuffer rows)
    {
        ReadOnlySpan<T> linearBar = outputBar;
        for (int l = Depth - 1; l >= 0; l--)
        {
            int inner = Widths[l], columns = Widths[l + 1];
            rows.Fill(edges, 1, columns, 0, columns, inner, 0, inner);
            if (l == 0)
            {
                if (Depth == 1) { outputBar[..(edges * columns)].CopyTo(workspace.LinearBar[0]); }
                MatrixKernel.MultiplyAdd(linearBar, rows.X, _transposed[0], columns, inner, basisBar, rows.Y);
                return;
            }

            Span<T> hiddenBar = workspace.LinearBar[l - 1].AsSpan(0, edges * inner);
            hiddenBar.Clear();
            MatrixKernel.MultiplyAdd(linearBar, rows.X, _transposed[l], columns, inner, hiddenBar, rows.Y);
            Simd.Multiply<T>(hiddenBar, workspace.Slope[l - 1].AsSpan(0, edges * inner), hiddenBar);
            if (_gains[l - 1] is { Length: > 0 } gains)
            {
                LayerNormalization.Adjoint(workspace.Linear[l - 1], workspace.InverseDeviation[l - 1], gains, hiddenBar);
            }

            linearBar = hiddenBar;
        }
    }

    private static T[] Convert(NamedTensor tensor) => [.. tensor.Values.Select(T.CreateTruncating)];

    private static T[] Transpose(T[] matrix, int rows, int columns)
    {
        T[] result = new T[matrix.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) { result[(j * rows) + i] = matrix[(i * columns) + j]; }
        }

        return result;
    }
}

/// <summary>What a radial network keeps of a forward pass over a number of edges.</summary>
internal sealed class RadialWorkspace<T>
    where T : unmanaged
{
    public RadialWorkspace(int[] widths, int edges)
    {
        int depth = widths.Length - 1;
        Linear = new T[depth][];
        LinearBar = new T[depth][];
        LinearDot = new T[depth][];
        Hidden = new T[depth][];
        Slope = new T[depth][];
        InverseDeviation = new T[depth][];
        for (int l = 0; l < depth; l++)
        {
            int size = edges * widths[l + 1];
            Linear[l] = new T[size];
            LinearDot[l] = new T[size];
            LinearBar[l] = new T[l < depth - 1 || depth == 1 ? size : 0];
            Hidden[l] = new T[l < depth - 1 ? size : 0];
            Slope[l] = new T[l < depth - 1 ? size : 0];
            InverseDeviation[l] = new T[edges];
        }
    }

    /// <summary>Outputs of the linear layers; normalised where the network normalises.</summary>
    public T[][] Linear { get; }

    public T[][] LinearBar { get; }

    public T[][] LinearDot { get; }

    public T[][] Hidden { get; }

    public T[][] Slope { get; }

    public T[][] InverseDeviation { get; }

    /// <summary>To be filled before a forward pass: what is added in the first layer, [edges, first width].</summary>
    public Span<T> FirstTerms => Linear[0];

    /// <summary>After an adjoint pass: adjoint of those terms.</summary>
    public ReadOnlySpan<T> FirstTermsBar => LinearBar[0];

    /// <summary>Outputs of the last forward pass, [edges, output].</summary>
    public Span<T> Output => Linear[^1];

    /// <summary>After a tangent pass: change of the outputs.</summary>
    public Span<T> OutputDot => LinearDot[^1];
}

using System.Globalization;
using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// The network from the radial basis of an edge (and what else enters) to its radial weights or the root of its density, with everything training needs:
/// forward, adjoint, tangent, tangent of the adjoint, and the gradient with respect to its weights. Both kinds: e3nn's <c>FullyConnectedNet</c> and mace-torch's <c>RadialMLP</c>.
/// </summary>
/// <remarks>What <see cref="RadialNetwork{T}"/> is to evaluation, with weights that change, second derivatives and all inputs in one row.</remarks>
internal sealed class RadialMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Layer[] _layers;
    private readonly bool _normalized;
    private readonly int _firstTrained;

    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="prefix">Name of the network, without a final dot.</param>
    /// <param name="normalized">Whether it is a <c>RadialMLP</c>.</param>
    public RadialMap(ParameterSet parameters, string prefix, bool normalized)
    {
        _normalized = normalized;
        HashSet<string> names = [.. parameters.Slots.Select(static s => s.Name)];
        List<Layer> layers = [];
        for (int l = 0; ; l++)
        {
            string layer = string.Create(CultureInfo.InvariantCulture, $"{prefix}.{(normalized ? "net." : "layer")}{(normalized ? 3 * l : l)}");
            if (!names.Contains(layer + ".weight")) { break; }
            ParameterSlot weight = parameters[layer + ".weight"];
            if (!normalized)
            {
                layers.Add(new Layer(weight.Shape[0], weight.Shape[1], weight.Offset, (l == 0 ? 1 : Activation.SiluConstant) / Math.Sqrt(weight.Shape[0])) { Trains = parameters.Trains(weight), WeightTrains = parameters.Trains(weight) });
                continue;
            }

            string norm = string.Create(CultureInfo.InvariantCulture, $"{prefix}.net.{(3 * l) + 1}");
            ParameterSlot bias = parameters[layer + ".bias"];
            ParameterSlot? gain = parameters.Find(norm + ".weight"), shift = parameters.Find(norm + ".bias");
            layers.Add(new Layer(weight.Shape[1], weight.Shape[0], weight.Offset, 1)
            {
                Bias = bias.Offset,
                Gain = gain?.Offset ?? -1,
                Shift = shift?.Offset ?? -1,
                Trains = parameters.Trains(weight) || parameters.Trains(bias) || parameters.Trains(gain) || parameters.Trains(shift),
                WeightTrains = parameters.Trains(weight),
            });
        }

        _layers = [.. layers];
        _firstTrained = Array.FindIndex(_layers, static l => l.Trains);
    }

    /// <summary>Numbers an edge that enter.</summary>
    public int InputWidth => _layers[0].Inputs;

    /// <summary>Whether anything of it changes.</summary>
    public bool Trains => _firstTrained >= 0;

    /// <summary>Numbers an edge that come out.</summary>
    public int OutputWidth => _layers[^1].Outputs;

    /// <summary>Widths of the hidden layers.</summary>
    public IEnumerable<int> HiddenWidths => _layers.SkipLast(1).Select(static l => l.Outputs);

    /// <summary>Takes new weights.</summary>
    public void Load(ReadOnlySpan<double> parameters)
    {
        foreach (Layer layer in _layers)
        {
            ReadOnlySpan<double> weights = parameters.Slice(layer.Weight, layer.Inputs * layer.Outputs);
            T[] stored = _normalized ? layer.Transposed : layer.Matrix, other = _normalized ? layer.Matrix : layer.Transposed;
            int rows = _normalized ? layer.Outputs : layer.Inputs, columns = _normalized ? layer.Inputs : layer.Outputs;
            Simd.ScaleInto(layer.Scale, weights, stored.AsSpan());
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++) { other[(c * rows) + r] = stored[(r * columns) + c]; }
            }

            Copy(parameters, layer.Bias, layer.Biases);
            Copy(parameters, layer.Gain, layer.Gains);
            Copy(parameters, layer.Shift, layer.Shifts);
        }
    }

    /// <summary>Output = network(input).</summary>
    /// <param name="input">Rows of inputs.</param>
    /// <param name="output">Receives the outputs.</param>
    /// <param name="state">Keeps what the other passes need.</param>
    /// <param name="rows">Scratch.</param>
    public void Forward(Buffer<T> input, Buffer<T> output, RadialState<T> state, RowBuffer rows)
    {
        int count = input.Rows;
        state.Resize(count);
        for (int l = 0; l < _layers.Length; l++)
        {
            Layer layer = _layers[l];
            bool last = l == _layers.Length - 1;
            Span<T> linear = last ? output.Span : state.Hidden[l].Span;
            if (layer.Biases.Length == 0) { linear.Clear(); }
            else
            {
                for (int r = 0; r < count; r++) { layer.Biases.CopyTo(linear[(r * layer.Outputs)..]); }
            }

            Multiply(l == 0 ? input : state.Hidden[l - 1], layer.Matrix, layer.Inputs, layer.Outputs, linear, rows);
            if (last) { return; }
            Span<T> argument = linear;
            if (_normalized)
            {
                Span<T> unit = state.Normalized[l].Span;
                linear.CopyTo(unit);
                LayerNormalization.Forward(unit, state.InverseDeviation[l].Span, layer.Gains, layer.Shifts, linear);
            }

            Activation.Silu(argument, state.Hidden[l].Span, state.Slope[l].Span, state.Curvature[l].Span);
        }
    }

    /// <summary>InputBar += (∂network/∂input)ᵀ·outputBar, after <see cref="Forward"/>.</summary>
    public void Adjoint(Buffer<T> outputBar, Buffer<T> inputBar, RadialState<T> state, RowBuffer rows)
    {
        Buffer<T> bar = outputBar;
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            Layer layer = _layers[l];
            if (l == 0)
            {
                Multiply(bar, layer.Transposed, layer.Outputs, layer.Inputs, inputBar.Span, rows);
                return;
            }

            Buffer<T> below = state.LinearBar[l - 1];
            Span<T> hiddenBar = below.Cleared();
            Multiply(bar, layer.Transposed, layer.Outputs, layer.Inputs, hiddenBar, rows);

            // From here on the curvature stands for curvature times adjoint.
            Simd.Multiply<T>(state.Curvature[l - 1].Span, hiddenBar, state.Curvature[l - 1].Span);
            Simd.Multiply<T>(hiddenBar, state.Slope[l - 1].Span, hiddenBar);
            if (_normalized)
            {
                hiddenBar.CopyTo(state.ResultBar[l - 1].Span);
                LayerNormalization.Adjoint(state.Normalized[l - 1].Span, state.InverseDeviation[l - 1].Span, _layers[l - 1].Gains, hiddenBar);
            }

            bar = below;
        }
    }

    /// <summary>OutputDot = (∂network/∂input)·inputDot.</summary>
    public void Tangent(Buffer<T> inputDot, Buffer<T> outputDot, RadialState<T> state, RadialDots<T> dots, RowBuffer rows)
    {
        dots.Resize(inputDot.Rows);
        Buffer<T> dot = inputDot;
        for (int l = 0; l < _layers.Length; l++)
        {
            Layer layer = _layers[l];
            bool last = l == _layers.Length - 1;
            Buffer<T> next = last ? outputDot : dots.HiddenDot[l];
            Span<T> linear = next.Cleared();
            Multiply(dot, layer.Matrix, layer.Inputs, layer.Outputs, linear, rows);
            if (last) { return; }
            if (_normalized)
            {
                LayerNormalization.NormalizedTangent(state.Normalized[l].Span, state.InverseDeviation[l].Span, layer.Outputs, linear, dots.ScaleDot[l].Span);
                linear.CopyTo(dots.NormalizedDot[l].Span);
                for (int r = 0; r < dot.Rows; r++)
                {
                    Span<T> row = linear.Slice(r * layer.Outputs, layer.Outputs);
                    Simd.Multiply(row, layer.Gains, row);
                }
            }

            linear.CopyTo(dots.ArgumentDot[l].Span);
            Simd.Multiply<T>(linear, state.Slope[l].Span, linear);
            dot = next;
        }
    }

    /// <summary>Adds the change of the adjoint of the inputs, and the gradient with respect to the weights of value and tangent together, down to the first layer that is not frozen.</summary>
    /// <param name="input">Inputs.</param>
    /// <param name="inputDot">Their change.</param>
    /// <param name="outputBar">Adjoint of the outputs.</param>
    /// <param name="outputBarDot">Its change.</param>
    /// <param name="inputBarDot">Change of the adjoint of the inputs, accumulated; null: not wanted.</param>
    /// <param name="state">What forward pass and adjoint kept.</param>
    /// <param name="dots">What the tangent kept.</param>
    /// <param name="tangents">Whether anything changes at all; otherwise <paramref name="outputBarDot"/> is all there is and the other adjoints are not read.</param>
    /// <param name="gradient">Gradient of all parameters, accumulated, without the factors of <see cref="ScaleGradient"/>.</param>
    /// <param name="rows">Scratch.</param>
    public void AdjointTangent(Buffer<T> input, Buffer<T> inputDot, Buffer<T> outputBar, Buffer<T> outputBarDot, Buffer<T>? inputBarDot, RadialState<T> state, RadialDots<T> dots, bool tangents, Span<double> gradient, RowBuffer rows)
    {
        if (!tangents) { dots.Resize(input.Rows); }
        Buffer<T> barDot = outputBarDot;
        int last = inputBarDot is not null ? 0 : Trains ? _firstTrained : _layers.Length;
        for (int l = _layers.Length - 1; l >= last; l--)
        {
            Layer layer = _layers[l];
            if (layer.WeightTrains)
            {
                AddWeightGradient(layer, l == 0 ? input : state.Hidden[l - 1], barDot, gradient, rows);
                if (tangents) { AddWeightGradient(layer, l == 0 ? inputDot : dots.HiddenDot[l - 1], l == _layers.Length - 1 ? outputBar : state.LinearBar[l], gradient, rows); }
            }

            if (layer.Bias >= 0) { AddRows(barDot.Span, gradient.Slice(layer.Bias, layer.Outputs)); }
            if (l == 0 && inputBarDot is not null) { Multiply(barDot, layer.Transposed, layer.Outputs, layer.Inputs, inputBarDot.Span, rows); }
            if (l == last) { return; }

            int h = l - 1;
            Buffer<T> below = dots.LinearBarDot[h];
            Span<T> change = below.Cleared();
            Multiply(barDot, layer.Transposed, layer.Outputs, layer.Inputs, change, rows);
            Simd.Multiply<T>(change, state.Slope[h].Span, change);
            if (tangents) { Simd.AddProduct<T>(state.Curvature[h].Span, dots.ArgumentDot[h].Span, change); }
            if (_normalized) { NormalizationAdjointTangent(_layers[h], h, change, state, dots, tangents, gradient); }
            barDot = below;
        }
    }

    /// <summary>Multiplies the gradient of the weights by their normalisation.</summary>
    public void ScaleGradient(Span<double> gradient)
    {
        foreach (Layer layer in _layers) { Simd.Scale(layer.Scale, gradient.Slice(layer.Weight, layer.Inputs * layer.Outputs)); }
    }

    private static void Multiply(Buffer<T> x, T[] matrix, int inner, int columns, Span<T> y, RowBuffer rows)
    {
        rows.Fill(x.Rows, 1, inner, 0, inner, columns, 0, columns);
        MatrixKernel.MultiplyAdd(x.Span, rows.X, matrix, inner, columns, y, rows.Y);
    }

    private static void Copy(ReadOnlySpan<double> parameters, int offset, T[] target)
    {
        for (int k = 0; k < target.Length; k++) { target[k] = T.CreateTruncating(parameters[offset + k]); }
    }

    private static void AddRows(ReadOnlySpan<T> bars, Span<double> gradient)
    {
        for (int start = 0; start < bars.Length; start += gradient.Length) { Simd.AddWidened(bars.Slice(start, gradient.Length), gradient); }
    }

    private static void AddProducts(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<double> gradient)
    {
        for (int i = 0; i < x.Length; i++) { gradient[i % gradient.Length] += double.CreateTruncating(x[i] * y[i]); }
    }

    private static void NormalizationAdjointTangent(Layer layer, int h, Span<T> change, RadialState<T> state, RadialDots<T> dots, bool tangents, Span<double> gradient)
    {
        Span<double> gains = gradient.Slice(layer.Gain, layer.Outputs);
        AddRows(change, gradient.Slice(layer.Shift, layer.Outputs));
        AddProducts(change, state.Normalized[h].Span, gains);
        if (!tangents)
        {
            LayerNormalization.Adjoint(state.Normalized[h].Span, state.InverseDeviation[h].Span, layer.Gains, change);
            return;
        }

        AddProducts(state.ResultBar[h].Span, dots.NormalizedDot[h].Span, gains);
        LayerNormalization.AdjointTangent<T>(state.Normalized[h].Span, dots.NormalizedDot[h].Span, state.InverseDeviation[h].Span, dots.ScaleDot[h].Span, layer.Gains, state.ResultBar[h].Span, state.LinearBar[h].Span, change);
    }

    private void AddWeightGradient(Layer layer, Buffer<T> x, Buffer<T> yBar, Span<double> gradient, RowBuffer rows)
    {
        Span<double> target = gradient.Slice(layer.Weight, layer.Inputs * layer.Outputs);
        rows.Fill(x.Rows, 1, layer.Inputs, 0, layer.Inputs, layer.Outputs, 0, layer.Outputs);
        if (_normalized) { OuterProducts.Add(yBar.Span, rows.Y, layer.Outputs, x.Span, rows.X, layer.Inputs, target, layer.Inputs); }
        else { OuterProducts.Add(x.Span, rows.X, layer.Inputs, yBar.Span, rows.Y, layer.Outputs, target, layer.Outputs); }
    }

    /// <summary>One linear layer and the layer norm after it.</summary>
    private sealed class Layer(int inputs, int outputs, int weight, double scale)
    {
        public int Inputs { get; } = inputs;

        public int Outputs { get; } = outputs;

        /// <summary>Where its weights begin among all parameters.</summary>
        public int Weight { get; } = weight;

        /// <summary>Normalisation of the weights, the constant of the activation before them included.</summary>
        public double Scale { get; } = scale;

        /// <summary>Whether anything of it changes, the layer norm after it included.</summary>
        public bool Trains { get; init; }

        /// <summary>Whether its matrix changes.</summary>
        public bool WeightTrains { get; init; }

        /// <summary>Where the bias begins, −1 without.</summary>
        public int Bias { get; init; } = -1;

        public int Gain { get; init; } = -1;

        public int Shift { get; init; } = -1;

        /// <summary>[inputs, outputs].</summary>
        public T[] Matrix { get; } = new T[inputs * outputs];

        /// <summary>[outputs, inputs].</summary>
        public T[] Transposed { get; } = new T[inputs * outputs];

        public T[] Biases => field ??= new T[Bias < 0 ? 0 : Outputs];

        public T[] Gains => field ??= new T[Gain < 0 ? 0 : Outputs];

        public T[] Shifts => field ??= new T[Shift < 0 ? 0 : Outputs];
    }
}

/// <summary>What a <see cref="RadialMap{T}"/> keeps of forward pass and adjoint, by hidden layer.</summary>
internal sealed class RadialState<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="widths">Widths of the hidden layers.</param>
    /// <param name="normalized">Whether layers are normalised.</param>
    public RadialState(IEnumerable<int> widths, bool normalized)
    {
        int[] all = [.. widths];
        Hidden = Create(all);
        Slope = Create(all);
        Curvature = Create(all);
        LinearBar = Create(all);
        Normalized = normalized ? Create(all) : [];
        ResultBar = normalized ? Create(all) : [];
        InverseDeviation = normalized ? [.. all.Select(static _ => new Buffer<T>(1))] : [];
    }

    /// <summary>Activations.</summary>
    public Buffer<T>[] Hidden { get; }

    /// <summary>Slope of the activation.</summary>
    public Buffer<T>[] Slope { get; }

    /// <summary>Curvature of the activation; after the adjoint times the adjoint of the activation.</summary>
    public Buffer<T>[] Curvature { get; }

    /// <summary>Adjoint of the linear layers.</summary>
    public Buffer<T>[] LinearBar { get; }

    /// <summary>Normalised rows of layer norms.</summary>
    public Buffer<T>[] Normalized { get; }

    /// <summary>Adjoint of the results of layer norms.</summary>
    public Buffer<T>[] ResultBar { get; }

    /// <summary>1/√(variance + ε) of layer norms.</summary>
    public Buffer<T>[] InverseDeviation { get; }

    public void Resize(int rows)
    {
        foreach (Buffer<T>[] buffers in (ReadOnlySpan<Buffer<T>[]>)[Hidden, Slope, Curvature, LinearBar, Normalized, ResultBar, InverseDeviation])
        {
            foreach (Buffer<T> buffer in buffers) { buffer.Resize(rows); }
        }
    }

    internal static Buffer<T>[] Create(int[] widths) => [.. widths.Select(static w => new Buffer<T>(w))];
}

/// <summary>What a <see cref="RadialMap{T}"/> keeps of tangent and tangent of the adjoint, by hidden layer. One a thread.</summary>
internal sealed class RadialDots<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="widths">Widths of the hidden layers.</param>
    /// <param name="normalized">Whether layers are normalised.</param>
    public RadialDots(IEnumerable<int> widths, bool normalized)
    {
        int[] all = [.. widths];
        HiddenDot = RadialState<T>.Create(all);
        ArgumentDot = RadialState<T>.Create(all);
        LinearBarDot = RadialState<T>.Create(all);
        NormalizedDot = normalized ? RadialState<T>.Create(all) : [];
        ScaleDot = normalized ? [.. all.Select(static _ => new Buffer<T>(1))] : [];
    }

    /// <summary>Changes of the activations.</summary>
    public Buffer<T>[] HiddenDot { get; }

    /// <summary>Changes of the arguments of the activations.</summary>
    public Buffer<T>[] ArgumentDot { get; }

    /// <summary>Changes of the adjoints of the linear layers.</summary>
    public Buffer<T>[] LinearBarDot { get; }

    /// <summary>Changes of the normalised rows.</summary>
    public Buffer<T>[] NormalizedDot { get; }

    /// <summary>Relative changes of 1/√(variance + ε).</summary>
    public Buffer<T>[] ScaleDot { get; }

    public void Resize(int rows)
    {
        foreach (Buffer<T>[] buffers in (ReadOnlySpan<Buffer<T>[]>)[HiddenDot, ArgumentDot, LinearBarDot, NormalizedDot, ScaleDot])
        {
            foreach (Buffer<T> buffer in buffers) { buffer.Resize(rows); }
        }
    }
}

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
    /// <summary>Rows that go through all layers before the next ones begin: what lies between stays in the second-level cache.</summary>
    internal const int BlockRows = 48;

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
        state.Resize(input.Rows);
        for (int first = 0; first < input.Rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, input.Rows - first);
            ReadOnlySpan<T> x = input.Slice(first, count);
            for (int l = 0; l < _layers.Length; l++)
            {
                Layer layer = _layers[l];
                bool last = l == _layers.Length - 1;
                Span<T> linear = last ? output.Slice(first, count) : state.Hidden[l].Slice(first, count);
                for (int r = 0; layer.Bias >= 0 && r < count; r++) { layer.Biases.CopyTo(linear[(r * layer.Outputs)..]); }
                Multiply(x, layer.Matrix, layer.Inputs, layer.Outputs, linear, count, rows, add: layer.Bias >= 0);
                if (last) { break; }
                if (_normalized)
                {
                    Span<T> unit = state.Normalized[l].Slice(first, count);
                    linear.CopyTo(unit);
                    LayerNormalization.Forward(unit, state.InverseDeviation[l].Slice(first, count), layer.Gains, layer.Shifts, linear);
                }

                SiluPasses.Forward(linear, state.Sigmoid[l].Slice(first, count));
                x = linear;
            }
        }
    }

    /// <summary>InputBar += (∂network/∂input)ᵀ·outputBar, after <see cref="Forward"/>.</summary>
    public void Adjoint(Buffer<T> outputBar, Buffer<T> inputBar, RadialState<T> state, RadialDots<T> dots, RowBuffer rows)
    {
        for (int first = 0; first < outputBar.Rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, outputBar.Rows - first);
            ReadOnlySpan<T> bar = outputBar.Slice(first, count);
            for (int l = _layers.Length - 1; l > 0; l--)
            {
                Layer layer = _layers[l];
                Span<T> hiddenBar = state.HiddenBar[l - 1].Slice(first, count);
                Multiply(bar, layer.Transposed, layer.Outputs, layer.Inputs, hiddenBar, count, rows, add: false);
                bar = LinearBar(l - 1, first, count, state, dots);
            }

            Multiply(bar, _layers[0].Transposed, _layers[0].Outputs, _layers[0].Inputs, inputBar.Slice(first, count), count, rows, add: true);
        }
    }

    /// <summary>OutputDot = (∂network/∂input)·inputDot.</summary>
    public void Tangent(Buffer<T> inputDot, Buffer<T> outputDot, RadialState<T> state, RadialDots<T> dots, RowBuffer rows)
    {
        dots.Resize(inputDot.Rows);
        for (int first = 0; first < inputDot.Rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, inputDot.Rows - first);
            ReadOnlySpan<T> dot = inputDot.Slice(first, count);
            for (int l = 0; l < _layers.Length; l++)
            {
                Layer layer = _layers[l];
                bool last = l == _layers.Length - 1;
                Span<T> linear = last ? outputDot.Slice(first, count) : dots.ArgumentDot[l].Slice(first, count);
                Multiply(dot, layer.Matrix, layer.Inputs, layer.Outputs, linear, count, rows, add: false);
                if (last) { break; }
                if (_normalized)
                {
                    LayerNormalization.NormalizedTangent(state.Normalized[l].Slice(first, count), state.InverseDeviation[l].Slice(first, count), layer.Outputs, linear, dots.ScaleDot[l].Slice(first, count));
                    linear.CopyTo(dots.NormalizedDot[l].Slice(first, count));
                    for (int r = 0; r < count; r++)
                    {
                        Span<T> row = linear.Slice(r * layer.Outputs, layer.Outputs);
                        Simd.Multiply(row, layer.Gains, row);
                    }
                }

                dot = HiddenDot(l, first, count, state, dots);
            }
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
        int lowest = inputBarDot is not null ? 0 : Trains ? _firstTrained : _layers.Length;
        for (int first = 0; first < input.Rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, input.Rows - first);
            ReadOnlySpan<T> bar = tangents ? outputBar.Slice(first, count) : default, barDot = outputBarDot.Slice(first, count);
            for (int l = _layers.Length - 1; l >= lowest; l--)
            {
                Layer layer = _layers[l];
                ReadOnlySpan<T> x = input.Slice(first, count), xDot = inputDot.Slice(first, count), below = default;
                Span<T> change = default;
                if (l > lowest)
                {
                    change = dots.Change(l, count * layer.Inputs);
                    Multiply(barDot, layer.Transposed, layer.Outputs, layer.Inputs, change, count, rows, add: false);
                }

                if (l > 0)
                {
                    // Before the products: these sweeps read in the order in which memory is fetched ahead.
                    x = state.Hidden[l - 1].Slice(first, count);
                    xDot = dots.HiddenDot(x.Length);
                    if (l > lowest) { below = ActivationAdjointTangent(l - 1, first, count, change, state, dots, tangents, gradient); }
                    else if (tangents) { xDot = HiddenDot(l - 1, first, count, state, dots); }
                }

                if (layer.WeightTrains)
                {
                    AddWeightGradient(layer, x, barDot, count, gradient, rows);
                    if (tangents) { AddWeightGradient(layer, xDot, bar, count, gradient, rows); }
                }

                if (layer.Bias >= 0) { AddRows(barDot, gradient.Slice(layer.Bias, layer.Outputs)); }
                if (l == 0 && inputBarDot is not null) { Multiply(barDot, layer.Transposed, layer.Outputs, layer.Inputs, inputBarDot.Slice(first, count), count, rows, add: true); }
                bar = below;
                barDot = change;
            }
        }
    }

    /// <summary>Multiplies the gradient of the weights by their normalisation.</summary>
    public void ScaleGradient(Span<double> gradient)
    {
        foreach (Layer layer in _layers) { Simd.Scale(layer.Scale, gradient.Slice(layer.Weight, layer.Inputs * layer.Outputs)); }
    }

    private static void Multiply(ReadOnlySpan<T> x, T[] matrix, int inner, int columns, Span<T> y, int count, RowBuffer rows, bool add)
    {
        rows.Fill(count, 1, inner, 0, inner, columns, 0, columns);
        MatrixKernel.Product(x, rows.X, matrix, inner, columns, y, rows.Y, add);
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

    /// <summary>The change of some rows of a hidden layer, from that of its argument; made anew wherever it is needed rather than kept. Valid until the next call.</summary>
    private static Span<T> HiddenDot(int l, int first, int count, RadialState<T> state, RadialDots<T> dots)
    {
        ReadOnlySpan<T> argument = dots.ArgumentDot[l].Slice(first, count);
        Span<T> result = dots.HiddenDot(argument.Length);
        SiluPasses.Slope(state.Hidden[l].Slice(first, count), state.Sigmoid[l].Slice(first, count), argument, result);
        return result;
    }

    /// <summary>The adjoint of some rows of a linear layer, from that of the activation after it. Valid until the next call for a layer that is as even or odd.</summary>
    private Span<T> LinearBar(int l, int first, int count, RadialState<T> state, RadialDots<T> dots)
    {
        ReadOnlySpan<T> hiddenBar = state.HiddenBar[l].Slice(first, count);
        Span<T> result = dots.LinearBar(l, hiddenBar.Length);
        SiluPasses.Slope(state.Hidden[l].Slice(first, count), state.Sigmoid[l].Slice(first, count), hiddenBar, result);
        if (!_normalized) { return result; }
        result.CopyTo(state.ResultBar[l].Slice(first, count));
        LayerNormalization.Adjoint(state.Normalized[l].Slice(first, count), state.InverseDeviation[l].Slice(first, count), _layers[l].Gains, result);
        return result;
    }

    /// <summary>Turns the change of the adjoint of some rows of a hidden layer into that of its linear layer, and adds to the gradient of its layer norm.</summary>
    /// <returns>The adjoint of the linear layer itself, where there are tangents; these rows of <see cref="RadialDots{T}.HiddenDot"/> hold the change of the hidden layer then.</returns>
    private ReadOnlySpan<T> ActivationAdjointTangent(int l, int first, int count, Span<T> change, RadialState<T> state, RadialDots<T> dots, bool tangents, Span<double> gradient)
    {
        Layer layer = _layers[l];
        ReadOnlySpan<T> hidden = state.Hidden[l].Slice(first, count), sigmoid = state.Sigmoid[l].Slice(first, count);
        ReadOnlySpan<T> unit = _normalized ? state.Normalized[l].Slice(first, count) : default, inverse = _normalized ? state.InverseDeviation[l].Slice(first, count) : default;
        if (!tangents)
        {
            SiluPasses.Slope<T>(hidden, sigmoid, change, change);
            if (!_normalized) { return default; }
            AddRows(change, gradient.Slice(layer.Shift, layer.Outputs));
            AddProducts(change, unit, gradient.Slice(layer.Gain, layer.Outputs));
            LayerNormalization.Adjoint(unit, inverse, layer.Gains, change);
            return default;
        }

        Span<T> bar = dots.LinearBar(l, change.Length);
        SiluPasses.AdjointTangent(hidden, sigmoid, state.HiddenBar[l].Slice(first, count), dots.ArgumentDot[l].Slice(first, count), change, bar, dots.HiddenDot(change.Length));
        if (!_normalized) { return bar; }
        Span<double> gains = gradient.Slice(layer.Gain, layer.Outputs);
        ReadOnlySpan<T> unitDot = dots.NormalizedDot[l].Slice(first, count), resultBar = state.ResultBar[l].Slice(first, count);
        AddRows(change, gradient.Slice(layer.Shift, layer.Outputs));
        AddProducts(change, unit, gains);
        AddProducts(resultBar, unitDot, gains);
        LayerNormalization.Adjoint(unit, inverse, layer.Gains, bar);
        LayerNormalization.AdjointTangent(unit, unitDot, inverse, dots.ScaleDot[l].Slice(first, count), layer.Gains, resultBar, bar, change);
        return bar;
    }

    private void AddWeightGradient(Layer layer, ReadOnlySpan<T> x, ReadOnlySpan<T> yBar, int count, Span<double> gradient, RowBuffer rows)
    {
        Span<double> target = gradient.Slice(layer.Weight, layer.Inputs * layer.Outputs);
        rows.Fill(count, 1, layer.Inputs, 0, layer.Inputs, layer.Outputs, 0, layer.Outputs);
        if (_normalized) { OuterProducts.Add(yBar, rows.Y, layer.Outputs, x, rows.X, layer.Inputs, target, layer.Inputs); }
        else { OuterProducts.Add(x, rows.X, layer.Inputs, yBar, rows.Y, layer.Outputs, target, layer.Outputs); }
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

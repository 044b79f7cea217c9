using System.Numerics;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>An equivariant linear map whose weights (and bias) are parameters.</summary>
internal sealed class LinearMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly EquivariantLinear<T> _map;
    private readonly int _offset;
    private readonly int _count;
    private readonly int _biasOffset;
    private readonly int _biasCount;
    private readonly bool _weightsTrain;
    private readonly bool _biasTrains;

    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="name">Name of the map, without <c>.weight</c>; a map that has no weights need not exist.</param>
    /// <param name="input">Input irreps.</param>
    /// <param name="output">Output irreps.</param>
    /// <param name="elements">Number of elements of a map per element, else 1.</param>
    /// <param name="scale">A constant factor.</param>
    public LinearMap(ParameterSet parameters, string name, Irreps input, Irreps output, int elements = 1, double scale = 1)
    {
        ParameterSlot? weight = parameters.Find(name + ".weight"), bias = parameters.Find(name + ".bias");
        ReadOnlySpan<double> weights = weight is null ? default : parameters.ValuesOf(weight), biases = bias is null ? default : parameters.ValuesOf(bias);
        _map = elements == 1 ? EquivariantLinear<T>.Create(input, output, weights, scale, biases) : EquivariantLinear<T>.CreatePerElement(input, output, elements, weights, scale);
        _offset = weight?.Offset ?? 0;
        _count = weight?.Count ?? 0;
        _biasOffset = bias?.Offset ?? 0;
        _biasCount = bias?.Count ?? 0;
        _weightsTrain = parameters.Trains(weight);
        _biasTrains = parameters.Trains(bias);
    }

    /// <summary>Numbers a node that enter.</summary>
    public int InputWidth => _map.Input.Dimension;

    /// <summary>Whether anything of it changes.</summary>
    public bool Trains => _weightsTrain || _biasTrains;

    /// <summary>Numbers a node that come out.</summary>
    public int OutputWidth => _map.Output.Dimension;

    /// <summary>Takes new weights.</summary>
    public void Load(ReadOnlySpan<double> parameters, ReadOnlySpan<bool> elements)
    {
        _map.Load(parameters.Slice(_offset, _count), elements);
        if (_biasCount > 0) { _map.LoadBias(parameters.Slice(_biasOffset, _biasCount)); }
    }

    /// <summary>y = map(x).</summary>
    public void Forward(Buffer<T> x, Buffer<T> y, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Forward(x.Span, y.Span, x.Rows, elements, rows, add: false);

    /// <summary>y += map(x), bias included.</summary>
    public void AddForward(Buffer<T> x, Buffer<T> y, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Forward(x.Span, y.Span, x.Rows, elements, rows);

    /// <summary>ẏ = map(ẋ) without bias.</summary>
    public void Tangent(Buffer<T> xDot, Buffer<T> yDot, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Tangent(xDot.Span, yDot.Span, xDot.Rows, elements, rows, add: false);

    /// <summary>ẏ += map(ẋ) without bias.</summary>
    public void AddTangent(Buffer<T> xDot, Buffer<T> yDot, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Tangent(xDot.Span, yDot.Span, xDot.Rows, elements, rows);

    /// <summary>x̄ = mapᵀ(ȳ).</summary>
    public void Adjoint(Buffer<T> yBar, Buffer<T> xBar, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Adjoint(yBar.Span, xBar.Span, yBar.Rows, elements, rows, add: false);

    /// <summary>x̄ += mapᵀ(ȳ).</summary>
    public void AddAdjoint(Buffer<T> yBar, Buffer<T> xBar, ReadOnlySpan<int> elements, RowBuffer rows) => _map.Adjoint(yBar.Span, xBar.Span, yBar.Rows, elements, rows);

    /// <summary>The gradient of weights and bias of value and change together: Σ x·(ȳ)˙ + ẋ·ȳ; nothing for what is frozen.</summary>
    /// <param name="x">Inputs.</param>
    /// <param name="yBarDot">Change of the outputs' adjoint.</param>
    /// <param name="xDot">Change of the inputs; null: none.</param>
    /// <param name="yBar">Adjoint of the outputs.</param>
    /// <param name="elements">Element index of each node.</param>
    /// <param name="gradient">Gradient of all parameters, accumulated, without the factors of <see cref="ScaleGradient"/>.</param>
    /// <param name="rows">Scratch.</param>
    public void AddGradient(Buffer<T> x, Buffer<T> yBarDot, Buffer<T>? xDot, Buffer<T> yBar, ReadOnlySpan<int> elements, Span<double> gradient, RowBuffer rows)
    {
        if (_weightsTrain)
        {
            Span<double> weights = gradient.Slice(_offset, _count);
            _map.AddGradient(x.Span, yBarDot.Span, x.Rows, elements, weights, rows);
            if (xDot is not null) { _map.AddGradient(xDot.Span, yBar.Span, x.Rows, elements, weights, rows); }
        }

        if (_biasTrains) { _map.AddBiasGradient(yBarDot.Span, x.Rows, gradient.Slice(_biasOffset, _biasCount)); }
    }

    /// <summary>Multiplies the gradient of the weights by their normalisation.</summary>
    public void ScaleGradient(Span<double> gradient) => _map.ScaleGradient(gradient.Slice(_offset, _count));
}

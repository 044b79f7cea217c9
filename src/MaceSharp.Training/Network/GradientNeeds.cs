using System.Numerics;

namespace MaceSharp.Training.Network;

/// <summary>
/// How far back the last pass has to go in a layer: which changes of adjoints lead to a parameter that is not frozen.
/// Named after the arrays of <see cref="LayerArrays{T}"/>, from the end of the layer to its begin.
/// </summary>
/// <param name="Output">The node features after the layer.</param>
/// <param name="B">The B-basis.</param>
/// <param name="A">The A-basis.</param>
/// <param name="Normalized">What enters the gate, or the mixed messages where there is none.</param>
/// <param name="Message">The sums of the convolution.</param>
/// <param name="Weights">The radial weights, or the density.</param>
/// <param name="RadialInput">What enters the radial networks, where it differs between the edges of a pair.</param>
/// <param name="Sent">The sent features.</param>
/// <param name="Input">The node features before the layer.</param>
internal readonly record struct GradientNeeds(bool Output, bool B, bool A, bool Normalized, bool Message, bool Weights, bool RadialInput, bool Sent, bool Input)
{
    /// <summary>What a layer needs.</summary>
    /// <param name="maps">The maps of the layer.</param>
    /// <param name="input">Whether anything before the layer changes.</param>
    public static GradientNeeds Of<T>(LayerMaps<T> maps, bool input)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool sent = input || maps.Up.Trains;
        bool radialInput = maps.TrainsEmbeddings || (maps.Down is { } down && (input || down.Trains));
        bool weights = radialInput || maps.Radial.Trains || maps.Density is { Trains: true };
        bool message = sent || weights;
        bool normalized = message || maps.TrainsDivisor || maps.Mix.Trains || maps.Residual is { Trains: true };
        bool a = normalized || maps.FinalMix is { Trains: true };
        bool b = a || maps.Contraction.Trains;
        return new GradientNeeds(b || maps.Product.Trains || input || maps.Skip is { Trains: true }, b, a, normalized, message, weights, radialInput, sent, input);
    }
}

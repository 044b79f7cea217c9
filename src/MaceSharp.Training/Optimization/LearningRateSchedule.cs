namespace MaceSharp.Training.Optimization;

/// <summary>Changes learning rates between epochs.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>Everything the next change depends on; to be saved, and to be overwritten when a run goes on.</summary>
    public virtual IEnumerable<KeyValuePair<string, double[]>> State => [];

    /// <summary>Called before every epoch but the first.</summary>
    /// <param name="learningRates">The rates, changed in place.</param>
    /// <param name="validationLoss">The latest loss of the validation set.</param>
    public abstract void Step(Span<double> learningRates, double validationLoss);
}

/// <summary>Rates that stay as they are.</summary>
public sealed class ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override void Step(Span<double> learningRates, double validationLoss)
    {
    }
}

/// <summary>Multiplies the rates by the same factor at every epoch (PyTorch's <c>ExponentialLR</c>).</summary>
/// <param name="factor">The factor.</param>
public sealed class ExponentialSchedule(double factor) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override void Step(Span<double> learningRates, double validationLoss)
    {
        foreach (ref double rate in learningRates) { rate *= factor; }
    }
}

/// <summary>Multiplies the rates by a factor when the loss has not become better for some epochs (PyTorch's <c>ReduceLROnPlateau</c> with its default threshold).</summary>
/// <param name="factor">The factor.</param>
/// <param name="patience">Number of epochs without improvement that are tolerated.</param>
public sealed class PlateauSchedule(double factor, int patience) : LearningRateSchedule
{
    /// <summary>A loss is better when it is lower by this share.</summary>
    private const double Threshold = 1e-4;

    /// <summary>A change of a rate that is too small to make.</summary>
    private const double SmallestChange = 1e-8;

    private readonly double[] _best = [double.PositiveInfinity];
    private readonly double[] _badEpochs = [0];

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, double[]>> State => [new("best", _best), new("bad_epochs", _badEpochs)];

    /// <inheritdoc/>
    public override void Step(Span<double> learningRates, double validationLoss)
    {
        if (validationLoss < _best[0] * (1 - Threshold))
        {
            _best[0] = validationLoss;
            _badEpochs[0] = 0;
        }
        else { _badEpochs[0]++; }

        if (_badEpochs[0] <= patience) { return; }
        _badEpochs[0] = 0;
        foreach (ref double rate in learningRates)
        {
            double next = rate * factor;
            if (rate - next > SmallestChange) { rate = next; }
        }
    }
}

using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Where a run stands: the numbers that the loop over epochs goes by.</summary>
internal sealed class RunProgress
{
    /// <summary>Number of the present epoch from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Number of steps of the present epoch that are complete.</summary>
    public int Step { get; set; }

    /// <summary>Whether the present epoch has begun: its learning rate is set.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether the initial parameters were validated.</summary>
    public bool IsInitiallyValidated { get; set; }

    /// <summary>Whether stage two has begun.</summary>
    public bool IsStageTwo { get; set; }

    /// <summary>Whether L-BFGS has begun.</summary>
    public bool IsPolishing { get; set; }

    /// <summary>Whether L-BFGS finds nothing more to gain.</summary>
    public bool HasConverged { get; set; }

    /// <summary>Whether training is over: patience came to its end, or L-BFGS has converged.</summary>
    public bool IsOver { get; set; }

    /// <summary>Lowest validation loss of the present stage.</summary>
    public double LowestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>Latest validation loss.</summary>
    public double ValidationLoss { get; set; } = double.PositiveInfinity;

    /// <summary>Validations without improvement.</summary>
    public int Waited { get; set; }

    /// <summary>Sum of the losses of the steps of the present epoch.</summary>
    public double LossSum { get; set; }

    /// <summary>Epoch of the best model of stage one; −1: none yet.</summary>
    public int BestEpoch { get; set; } = -1;

    /// <summary>Epoch of the best model of stage two; −1: none yet.</summary>
    public int BestEpochOfStageTwo { get; set; } = -1;

    /// <summary>Length of the file of results, bytes.</summary>
    public long ResultsLength { get; set; }

    /// <summary>Seconds that training has taken.</summary>
    public double Seconds { get; set; }

    /// <summary>The numbers as texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Save() =>
    [
        new("epoch", Text(Epoch)), new("step", Text(Step)), new("has_begun", Text(HasBegun)), new("initially_validated", Text(IsInitiallyValidated)), new("stage_two", Text(IsStageTwo)), new("polishing", Text(IsPolishing)), new("converged", Text(HasConverged)), new("over", Text(IsOver)),
        new("lowest_loss", Text(LowestLoss)), new("validation_loss", Text(ValidationLoss)), new("waited", Text(Waited)), new("loss_sum", Text(LossSum)),
        new("best_epoch", Text(BestEpoch)), new("best_epoch_of_stage_two", Text(BestEpochOfStageTwo)), new("results_length", Text(ResultsLength)), new("seconds", Text(Seconds)),
    ];

    /// <summary>Takes the numbers from texts.</summary>
    /// <exception cref="InvalidInputException">A text is missing or not a number.</exception>
    public void Load(IReadOnlyDictionary<string, string> texts)
    {
        Epoch = (int)Number("epoch");
        Step = (int)Number("step");
        HasBegun = Number("has_begun") != 0;
        IsInitiallyValidated = Number("initially_validated") != 0;
        IsStageTwo = Number("stage_two") != 0;
        IsPolishing = texts.ContainsKey("polishing") && Number("polishing") != 0;
        HasConverged = texts.ContainsKey("converged") && Number("converged") != 0;
        IsOver = Number("over") != 0;
        LowestLoss = Number("lowest_loss");
        ValidationLoss = Number("validation_loss");
        Waited = (int)Number("waited");
        LossSum = Number("loss_sum");
        BestEpoch = (int)Number("best_epoch");
        BestEpochOfStageTwo = (int)Number("best_epoch_of_stage_two");
        ResultsLength = (long)Number("results_length");
        Seconds = Number("seconds");

        double Number(string name) => texts.TryGetValue(name, out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new InvalidInputException($"the checkpoint does not say {name}: it is damaged or of another program.");
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "1" : "0";
}

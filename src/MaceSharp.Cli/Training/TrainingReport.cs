using System.Globalization;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Reporting;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Training;

/// <summary>The report of a run: one HTML page with learning curves, parity plots, histograms of errors, errors by element, the data and the model.</summary>
internal sealed class TrainingReport(TrainingPlan plan, TrainingOutcome outcome, TrainingResults results, DimerCheck? dimers)
{
    private const int Bins = 60;

    /// <summary>Makes the page.</summary>
    /// <param name="summary">What the run did, line by line.</param>
    /// <param name="resultsFile">Results by step and epoch.</param>
    /// <param name="parities">Labels and predictions of sets of frames.</param>
    public HtmlPage Create(IEnumerable<string> summary, string resultsFile, IReadOnlyList<ParityData> parities)
    {
        HtmlPage page = new($"Training of {plan.Options.Name}");
        page.AddText(string.Create(CultureInfo.InvariantCulture, $"{plan.TrainingFrameCount} training frames, {plan.Heads.Sum(static h => h.Valid.Count)} validation frames, {ParameterLayout.CountParameters(plan.Model)} parameters; training took {Numbers.Duration(outcome.Time)}."));
        page.AddHeading("Results");
        foreach (StageResults stage in results.Stages)
        {
            string caption = string.Create(CultureInfo.InvariantCulture, $"Best model of stage {stage.Stage.Stage}, after epoch {stage.Stage.Epoch}");
            ErrorTable table = TrainingCompletion.TableOf(plan.Options.ErrorTable, stage.TrainAndValid.AddRange(stage.Test));
            page.AddTable(new ReportTable(table.Titles, table.Rows, caption));
        }

        if (!results.Before.IsEmpty)
        {
            ReportRows rows = TrainingCompletion.BeforeAndAfter(results);
            page.AddHeading("Before and after").AddTable(new ReportTable(rows.Titles, rows.Rows, "The foundation model, with the isolated-atom energies of each head, before and the model after fine-tuning"));
        }

        if (dimers is not null) { DimerSection.Add(page, dimers); }
        AddCurves(page, resultsFile);
        foreach (ParityData parity in parities) { AddParity(page, parity); }
        AddElements(page, parities);
        page.AddHeading("Data and model").AddList(summary);
        if (!plan.Notes.IsEmpty) { page.AddHeading("Notes").AddList(plan.Notes); }
        return page;
    }

    private static void AddCurves(HtmlPage page, string resultsFile)
    {
        Curves curves = Curves.Read(resultsFile);
        if (curves.Heads.Count == 0) { return; }
        page.AddHeading("Learning curves");
        Figure figure = new("Learning curves") { Columns = 2, Width = 1000, Caption = "Losses change their meaning where stage two begins. Errors are root mean squares on the validation frames." };
        Axis epochs = new("epoch");
        Panel loss = new(epochs, new Axis("loss") { Scale = AxisScale.Logarithmic }, "Loss");
        loss.Add(new LineSeries("training", [.. curves.TrainingLoss.Keys], [.. curves.TrainingLoss.Values]));
        foreach ((string head, List<double[]> rows) in curves.Heads) { loss.Add(new LineSeries($"validation {head}", [.. rows.Select(static r => r[0])], [.. rows.Select(static r => r[1])])); }
        figure.Add(loss);
        Offer(figure, curves, 2, "Energy", "energy error", "meV/atom");
        Offer(figure, curves, 3, "Forces", "force error", "meV/Å");
        Offer(figure, curves, 4, "Stress", "stress error", "meV/Å³");
        page.AddFigure(figure);
    }

    private static void Offer(Figure figure, Curves curves, int column, string title, string label, string unit)
    {
        if (curves.Heads.Values.All(rows => rows.All(r => double.IsNaN(r[column])))) { return; }
        Panel panel = new(new Axis("epoch"), new Axis(label, unit) { Scale = AxisScale.Logarithmic }, title);
        foreach ((string head, List<double[]> rows) in curves.Heads) { panel.Add(new LineSeries(head, [.. rows.Select(static r => r[0])], [.. rows.Select(r => 1000 * r[column])])); }
        figure.Add(panel);
    }

    private static void AddParity(HtmlPage page, ParityData parity)
    {
        if (parity.EnergyLabels.Count + parity.ForceLabels.Count == 0) { return; }
        page.AddHeading($"Predictions: {parity.Name}");
        Figure figure = new($"Predictions: {parity.Name}") { Columns = 2, Width = 1000 };
        if (parity.EnergyLabels.Count > 0)
        {
            figure.Add(Diagonal(new Panel(new Axis("reference", "eV/atom"), new Axis("prediction", "eV/atom"), "Energy less E0"), parity.EnergyLabels, parity.EnergyPredictions));
            figure.Add(Errors("energy error", "meV/atom", parity.EnergyLabels, parity.EnergyPredictions));
        }

        if (parity.ForceLabels.Count > 0)
        {
            figure.Add(Diagonal(new Panel(new Axis("reference", "eV/Å"), new Axis("prediction", "eV/Å"), "Force components"), parity.ForceLabels, parity.ForcePredictions));
            figure.Add(Errors("force error", "meV/Å", parity.ForceLabels, parity.ForcePredictions));
        }

        page.AddFigure(figure);
    }

    private static Panel Diagonal(Panel panel, IReadOnlyList<double> labels, IReadOnlyList<double> predictions)
    {
        double least = labels.Min(), most = labels.Max();
        return panel.Add(new ScatterSeries("frames", labels, predictions)).Add(new LineSeries("equal", [least, most], [least, most]) { Dashed = true });
    }

    private static Panel Errors(string label, string unit, IReadOnlyList<double> labels, IReadOnlyList<double> predictions) =>
        new Panel(new Axis(label, unit), new Axis("count"), "Errors") { ShowLegend = false }.Add(HistogramSeries.FromValues(null, labels.Zip(predictions, static (l, p) => 1000 * (p - l)), Bins));

    private static void AddElements(HtmlPage page, IReadOnlyList<ParityData> parities)
    {
        var rows = parities.SelectMany(static p => p.ForceErrorByElement.Select(e => new[] { p.Name, Elements.Symbol(e.Key), e.Value.Atoms.ToString(CultureInfo.InvariantCulture), Numbers.Fixed(1000 * e.Value.Rmse, 1) })).ToArray();
        if (rows.Length == 0) { return; }
        page.AddHeading("Force errors by element").AddTable(new ReportTable(["set", "element", "atoms", "RMSE F / meV/Å"], rows));
    }

    /// <summary>The curves in the file of results.</summary>
    private sealed class Curves
    {
        /// <summary>Mean loss of the steps of each epoch.</summary>
        public SortedDictionary<double, double> TrainingLoss { get; } = [];

        /// <summary>Epoch, loss, errors of energy per atom, forces and stress of each validation, by head.</summary>
        public Dictionary<string, List<double[]>> Heads { get; } = [];

        public static Curves Read(string file)
        {
            Curves curves = new();
            Dictionary<double, int> counts = [];
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                try { curves.Add(line, counts); }
                catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
                {
                    throw new InvalidInputException($"{file}, line {number}: not a line of results, as when two runs write to one file; the model is saved, but no report can be drawn.", exception);
                }
            }

            return curves;
        }

        private void Add(string line, Dictionary<double, int> counts)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            double epoch = Number(entry, "epoch"), loss = Number(entry, "loss");
            if (double.IsNaN(epoch)) { return; }
            if (entry.GetProperty("mode").GetString() == "opt")
            {
                int n = counts[epoch] = counts.GetValueOrDefault(epoch) + 1;
                double mean = TrainingLoss.GetValueOrDefault(epoch);
                TrainingLoss[epoch] = mean + ((loss - mean) / n);
                return;
            }

            string head = entry.GetProperty("head").GetString()!;
            if (!Heads.TryGetValue(head, out List<double[]>? rows)) { Heads.Add(head, rows = []); }
            rows.Add([epoch, loss, Number(entry, "rmse_e_per_atom"), Number(entry, "rmse_f"), Number(entry, "rmse_stress")]);
        }

        private static double Number(JsonElement entry, string name) => entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
    }
}

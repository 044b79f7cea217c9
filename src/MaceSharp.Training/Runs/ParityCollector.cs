using System.Collections.Immutable;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Collects labels and predictions of batches; of many force components it keeps some.</summary>
/// <param name="plan">The run, for E0.</param>
/// <param name="components">Number of force components that will come.</param>
internal sealed class ParityCollector(TrainingPlan plan, long components)
{
    private const int MostComponents = 6000;

    private readonly long _stride = Math.Max(1, components / MostComponents);
    private readonly List<double> _energyLabels = [];
    private readonly List<double> _energyPredictions = [];
    private readonly List<double> _forceLabels = [];
    private readonly List<double> _forcePredictions = [];
    private readonly SortedDictionary<int, (double Sum, int Atoms)> _elements = [];
    private long _next;

    /// <summary>Adds a batch.</summary>
    public void Add(TrainingBatch batch, BatchPrediction prediction)
    {
        for (int g = 0; g < batch.GraphCount; g++)
        {
            LabelledStructure frame = batch.Structures[g];
            int first = batch.FirstAtom(g), atoms = batch.AtomCountOf(g);
            if (frame.Energy is { } energy)
            {
                double e0 = 0;
                foreach (int z in frame.Structure.AtomicNumbers) { e0 += plan.AtomicEnergies[frame.Head].Energies.GetValueOrDefault(z); }
                _energyLabels.Add((energy - e0) / atoms);
                _energyPredictions.Add((prediction.Energies[g] - e0) / atoms);
            }

            if (frame.Forces is null) { continue; }
            for (int i = 0; i < atoms; i++) { Add(frame.Structure.AtomicNumbers[i], batch.Forces[first + i], prediction.Forces[first + i]); }
        }
    }

    /// <summary>The data of all batches.</summary>
    public ParityData Complete(string name) => new(
        name,
        _energyLabels,
        _energyPredictions,
        _forceLabels,
        _forcePredictions,
        _elements.ToImmutableSortedDictionary(static e => e.Key, static e => (Math.Sqrt(e.Value.Sum / (3 * e.Value.Atoms)), e.Value.Atoms)));

    private void Add(int element, Vector3D label, Vector3D prediction)
    {
        (double sum, int atoms) = _elements.GetValueOrDefault(element);
        _elements[element] = (sum + (label - prediction).NormSquared, atoms + 1);
        for (int axis = 0; axis < 3; axis++)
        {
            if (_next++ % _stride != 0) { continue; }
            _forceLabels.Add(label[axis]);
            _forcePredictions.Add(prediction[axis]);
        }
    }
}

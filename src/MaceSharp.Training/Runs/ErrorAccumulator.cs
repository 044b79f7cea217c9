using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Collects the errors of batches; labels that are missing or weigh nothing do not count.</summary>
internal sealed class ErrorAccumulator
{
    private readonly ErrorSeries _energy = new();
    private readonly ErrorSeries _energyPerAtom = new();
    private readonly ErrorSeries _forces = new();
    private readonly ErrorSeries _stress = new();
    private readonly ErrorSeries _virials = new();
    private readonly ErrorSeries _virialsPerAtom = new();
    private readonly ErrorSeries _dipole = new();
    private readonly ErrorSeries _dipolePerAtom = new();
    private readonly ErrorSeries _polarizability = new();
    private readonly ErrorSeries _polarizabilityPerAtom = new();
    private double _loss;
    private int _frames;

    /// <summary>Adds a batch.</summary>
    public void Add(TrainingBatch batch, BatchPrediction prediction, Properties properties, double loss)
    {
        _loss += loss;
        _frames += batch.GraphCount;
        for (int g = 0; g < batch.GraphCount; g++)
        {
            LabelledStructure frame = batch.Structures[g];
            int atoms = batch.AtomCountOf(g);
            if (frame.Weight == 0) { continue; }
            if (Has(Properties.Energy) && frame.Energy is { } energy && batch.EnergyWeight(g) > 0)
            {
                _energy.Add(energy - prediction.Energies[g], energy);
                _energyPerAtom.Add((energy - prediction.Energies[g]) / atoms, energy / atoms);
            }

            if (Has(Properties.Forces) && batch.ForcesWeight(g) > 0)
            {
                for (int i = batch.FirstAtom(g); i < batch.FirstAtom(g) + atoms; i++) { _forces.Add(batch.Forces[i] - prediction.Forces[i], batch.Forces[i]); }
            }

            if (Has(Properties.Stress) && frame.Stress is { } stress && batch.StressWeight(g) > 0) { _stress.Add(stress - prediction.Stresses[g], stress); }
            if (Has(Properties.Virial) && frame.Virials is { } virials && batch.VirialsWeight(g) > 0)
            {
                Matrix3 error = virials - prediction.Virials[g];
                _virials.Add(error, virials);
                _virialsPerAtom.Add(1.0 / atoms * error, 1.0 / atoms * virials);
            }

            if (Has(Properties.Dipole) && frame.Dipole is { } dipole && batch.DipoleWeight(g) > 0)
            {
                Vector3D error = dipole - prediction.Dipoles[g];
                _dipole.Add(error, dipole);
                _dipolePerAtom.Add(error / atoms, dipole / atoms);
            }

            if (Has(Properties.Polarizability) && frame.Polarizability is { } alpha && batch.PolarizabilityWeight(g) > 0)
            {
                Matrix3 error = alpha - prediction.Polarizabilities[g];
                _polarizability.Add(error, alpha);
                _polarizabilityPerAtom.Add(1.0 / atoms * error, 1.0 / atoms * alpha);
            }
        }

        bool Has(Properties property) => (properties & property) != 0;
    }

    /// <summary>The errors of all batches.</summary>
    public ErrorMetrics Complete() => new()
    {
        Loss = _frames == 0 ? 0 : _loss / _frames,
        Frames = _frames,
        Energy = _energy.Numbers,
        EnergyPerAtom = _energyPerAtom.Numbers,
        Forces = _forces.Numbers,
        Stress = _stress.Numbers,
        Virials = _virials.Numbers,
        VirialsPerAtom = _virialsPerAtom.Numbers,
        Dipole = _dipole.Numbers,
        DipolePerAtom = _dipolePerAtom.Numbers,
        Polarizability = _polarizability.Numbers,
        PolarizabilityPerAtom = _polarizabilityPerAtom.Numbers,
    };
}

using System.Collections.Immutable;

namespace MaceSharp.Training.Runs;

/// <summary>Labels beside predictions of a set of frames.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="EnergyLabels">Energy per atom less E0 of each frame, eV.</param>
/// <param name="EnergyPredictions">The predictions in that order, eV.</param>
/// <param name="ForceLabels">Force components, eV/Å; of many a sample spread evenly.</param>
/// <param name="ForcePredictions">The predictions in that order, eV/Å.</param>
/// <param name="ForceErrorByElement">Root mean square error of force components by atomic number, eV/Å, and the number of atoms.</param>
public sealed record ParityData(
    string Name,
    IReadOnlyList<double> EnergyLabels,
    IReadOnlyList<double> EnergyPredictions,
    IReadOnlyList<double> ForceLabels,
    IReadOnlyList<double> ForcePredictions,
    ImmutableSortedDictionary<int, (double Rmse, int Atoms)> ForceErrorByElement);

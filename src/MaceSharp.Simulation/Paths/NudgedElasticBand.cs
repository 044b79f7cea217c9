using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Minimum-energy paths and saddle points between two minima by the nudged elastic band with improved tangents and a climbing image.
/// </summary>
/// <remarks>
/// G. Henkelman and H. Jónsson, J. Chem. Phys. 113, 9978 (2000) (tangents); G. Henkelman, B. P. Uberuaga and H. Jónsson, J. Chem. Phys. 113, 9901 (2000) (climbing image);
/// relaxation by FIRE, E. Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006). The ends stay as they are: relax them first. The cell is the same for all images.
/// </remarks>
public static class NudgedElasticBand
{
    /// <summary>Relaxes a band.</summary>
    /// <param name="potential">Energy and forces.</param>
    /// <param name="path">The images, ends included, for example of <see cref="ReactionPath"/>; unchanged.</param>
    /// <param name="options">Springs, climbing, convergence; null for the defaults.</param>
    /// <param name="progress">Called after every step.</param>
    /// <param name="cancellationToken">Ends the relaxation early.</param>
    /// <returns>The band as it is in the end, converged or not.</returns>
    /// <exception cref="InvalidInputException">The images do not belong together or cannot be evaluated, an option is out of range, or forces became infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NebResult Run(IPotential potential, IReadOnlyList<Structure> path, NebOptions? options = null, Action<NebStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(potential);
        options ??= new NebOptions();
        Check(options);
        ReactionPath.CheckPath(path);
        Band band = new(path, options);
        using PotentialSurface surface = new(potential, path, Math.Min(options.ThreadCount, Math.Max(1, path.Count - 2)));
        int steps = band.Relax(surface, progress, cancellationToken);
        return ToResult(band, path, options, steps, surface.Evaluations);
    }

    private static NebResult ToResult(Band band, IReadOnlyList<Structure> path, NebOptions options, int steps, long evaluations)
    {
        Structure[] images = new Structure[band.ImageCount];
        double[] coordinates = new double[images.Length], slopes = new double[images.Length];
        int[] atoms = [.. Enumerable.Range(0, band.AtomCount)];
        for (int image = 0; image < images.Length; image++)
        {
            Span<Vector3D> positions = band.Of(band.Positions, image), forces = band.Of(band.Forces, image), tangent = band.Of(band.Tangents, image);
            images[image] = CarriedData.Select(path[image], atoms, positions, path[image].Cell, path[image].Periodicity);
            images[image].Info["energy"] = DataArray.Of(band.Energies[image]);
            double[] values = new double[3 * band.AtomCount];
            double way = 0;
            for (int atom = 0; atom < band.AtomCount; atom++)
            {
                (values[3 * atom], values[(3 * atom) + 1], values[(3 * atom) + 2]) = (forces[atom].X, forces[atom].Y, forces[atom].Z);
                slopes[image] -= Vector3D.Dot(forces[atom], tangent[atom]);
                if (image > 0) { way += (positions[atom] - band.Of(band.Positions, image - 1)[atom]).NormSquared; }
            }

            images[image].Arrays["forces"] = DataArray.Of(values, band.AtomCount, 3);
            coordinates[image] = image == 0 ? 0 : coordinates[image - 1] + Math.Sqrt(way);
        }

        return new NebResult
        {
            Images = [.. images],
            Energies = [.. band.Energies],
            Coordinates = [.. coordinates],
            Slopes = [.. slopes],
            IsConverged = band.MaximalForce < options.MaximalForce,
            Steps = steps,
            Evaluations = evaluations,
            MaximalForce = band.MaximalForce,
            Climbed = band.IsClimbing,
        };
    }

    private static void Check(NebOptions options)
    {
        if (!(options.SpringConstant is > 0 and < 1e6)) { throw Bad("spring constant", options.SpringConstant, "one above 0 eV/Å²"); }
        if (!(options.MaximalForce is > 0 and < 1e6)) { throw Bad("maximal force", options.MaximalForce, "one above 0 eV/Å"); }
        if (!(options.LargestStep is > 0 and <= 10)) { throw Bad("largest step", options.LargestStep, "one above 0 and up to 10 Å"); }
        if (options.MaximalSteps < 0) { throw Bad("number of steps", options.MaximalSteps, "0 or more"); }
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThreadCount, 1, nameof(options));
    }

    private static InvalidInputException Bad(string what, double value, string right) => new(string.Create(CultureInfo.InvariantCulture, $"The {what} of a band cannot be {value}; give {right}."));

    /// <summary>A potential whose evaluators share the images among them.</summary>
    private sealed class PotentialSurface : IBandSurface, IDisposable
    {
        private readonly Structure[] _images;
        private readonly IPotentialEvaluator[] _evaluators;
        private readonly PotentialResult[] _results;
        private readonly WorkerTeam? _team;
        private long _evaluations;

        public PotentialSurface(IPotential potential, IReadOnlyList<Structure> path, int threads)
        {
            _images = [.. path.Select(static s => s.Clone())];
            _evaluators = [.. Enumerable.Range(0, threads).Select(_ => potential.CreateEvaluator())];
            _results = [.. _evaluators.Select(static _ => new PotentialResult())];
            _team = threads > 1 ? new WorkerTeam(threads) : null;
        }

        public long Evaluations => _evaluations;

        public void Evaluate(Band band, int first, int end, CancellationToken cancellationToken)
        {
            int next = first - 1;
            void Work(int worker)
            {
                int image;
                while ((image = Interlocked.Increment(ref next)) < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Structure structure = _images[image];
                    band.Of(band.Positions, image).CopyTo(structure.Positions);
                    try
                    {
                        _evaluators[worker].Evaluate(structure, Properties.Energy | Properties.Forces, _results[worker], cancellationToken);
                    }
                    catch (InvalidInputException exception)
                    {
                        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"Image {image} of the path ({structure.Origin ?? "interpolated"}): {exception.Message}"), exception);
                    }

                    band.Energies[image] = _results[worker].Energy ?? throw new InvalidInputException("The potential gives no energy, which a path needs.");
                    _results[worker].Forces.CopyTo(band.Of(band.Forces, image));
                    Interlocked.Increment(ref _evaluations);
                }
            }

            if (_team is null) { Work(0); } else { _team.Run(Work); }
        }

        public void Dispose()
        {
            _team?.Dispose();
            foreach (IPotentialEvaluator evaluator in _evaluators) { evaluator.Dispose(); }
        }
    }
}

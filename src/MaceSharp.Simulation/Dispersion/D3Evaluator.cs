using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Evaluates D3: coordination numbers, weights of the reference systems, sums over pairs, and the share of the coordination numbers in the forces.</summary>
internal sealed class D3Evaluator : IPotentialEvaluator
{
    /// <summary>Steepness of the weights of reference systems (k3 of Grimme et al. 2010).</summary>
    private const double WeightSteepness = 4;

    private const int Systems = D3Reference.MaxSystems;
    private const int Chunk = 8;

    private readonly D3Potential _potential;
    private readonly D3Reference _reference = D3Reference.Instance;
    private readonly WorkerTeam? _team;
    private readonly D3Images _images = new();
    private readonly D3Sums[] _sums;
    private readonly D3Triples[] _triples;
    private readonly double[][] _coefficients;
    private readonly double[][] _imageWeights = new double[Systems][];
    private readonly int[] _speciesOf = new int[D3Reference.MaxAtomicNumber + 1];
    private readonly List<int> _elements = [];
    private readonly Action<int>[] _jobs;
    private int[] _species = [];
    private double[] _radii = [];
    private double[] _cutoffRadii = [];
    private double[] _atomCoefficients = [];
    private D3Pair[] _pairs = [];
    private double[] _weights = [];
    private double[] _weightSlopes = [];
    private double[] _energies = [];
    private double[] _slopes = [];
    private double[] _imageSlopes = [];
    private Vector3D[] _forces = [];
    private Matrix3[] _virials = [];
    private int _count;
    private int _next;
    private int _coinciding;
    private CancellationToken _cancellation;

    public D3Evaluator(D3Potential potential)
    {
        _potential = potential;
        int threads = potential.Options.ThreadCount;
        _team = threads > 1 ? new WorkerTeam(threads) : null;
        _sums = [.. Enumerable.Range(0, threads).Select(_ => new D3Sums(_images))];
        _triples = [.. _sums.Select(s => new D3Triples(_images, s))];
        _coefficients = [.. Enumerable.Range(0, 2 * threads).Select(static _ => Array.Empty<double>())];
        Array.Fill(_imageWeights, []);
        _jobs = potential.Options.HasThreeBody ? [Coordinate, AddPairs, AddTriples, AddCoordination] : [Coordinate, AddPairs, AddCoordination];
    }

    /// <inheritdoc/>
    public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(result);
        if ((properties & ~_potential.Supported) != 0) { throw new InvalidInputException($"The dispersion correction D3 does not compute {properties & ~_potential.Supported}."); }
        if ((properties & Properties.Stress) != 0 && !structure.Periodicity.IsFull) { throw new InvalidInputException("Only a structure that is periodic in three directions has a stress."); }
        structure.Validate();
        result.Reset(properties, structure.Count);
        _count = structure.Count;
        _cancellation = cancellationToken;
        if (_count > 0)
        {
            SetSpecies(structure);
            _images.Build(structure, _species.AsSpan(0, _count), _elements.Count, Math.Max(_potential.CutoffRadius, _potential.Options.CoordinationCutoff) / Units.Bohr);
            Reserve();
            _coinciding = -1;
            foreach (Action<int> job in _jobs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _next = 0;
                if (_team is null) { job(0); } else { _team.Run(job); }
                cancellationToken.ThrowIfCancellationRequested();
                if (_coinciding >= 0) { throw new InvalidInputException($"Atom {_coinciding + 1} is at the place of another atom."); }
                Spread(job);
            }
        }

        Write(structure, properties, result);
    }

    /// <inheritdoc/>
    public void Dispose() => _team?.Dispose();

    private void SetSpecies(Structure structure)
    {
        _elements.Clear();
        Array.Fill(_speciesOf, -1);
        if (_species.Length < _count) { _species = new int[_count]; }
        for (int atom = 0; atom < _count; atom++)
        {
            int z = structure.AtomicNumbers[atom];
            if (z is < 1 or > D3Reference.MaxAtomicNumber) { throw new InvalidInputException($"D3 has no parameters for {Elements.Symbol(z)} (atom {atom + 1}); it knows the elements from H to Pu."); }
            if (_speciesOf[z] < 0)
            {
                _speciesOf[z] = _elements.Count;
                _elements.Add(z);
            }

            _species[atom] = _speciesOf[z];
        }

        int n = _elements.Count;
        if (_radii.Length != n * n)
        {
            _radii = new double[n * n];
            _cutoffRadii = new double[n * n];
            _pairs = new D3Pair[n * n];
            for (int i = 0; i < _coefficients.Length; i++) { _coefficients[i] = new double[n * Systems]; }
        }

        for (int s = 0; s < n; s++)
        {
            for (int t = 0; t < n; t++)
            {
                _radii[(s * n) + t] = _reference.CovalentRadius(_elements[s]) + _reference.CovalentRadius(_elements[t]);
                _cutoffRadii[(s * n) + t] = _reference.CutoffRadius(_elements[s], _elements[t]);
                _pairs[(s * n) + t] = D3Pair.Of(_potential.Damping, _elements[s], _elements[t]);
            }
        }
    }

    private void Reserve()
    {
        if (_energies.Length < _count)
        {
            _weights = new double[_count * Systems];
            _weightSlopes = new double[_count * Systems];
            _energies = new double[_count];
            _slopes = new double[_count];
            _forces = new Vector3D[_count];
            _virials = new Matrix3[_count];
        }

        int coefficients = _count * _elements.Count * Systems;
        if (_potential.Options.HasThreeBody && _atomCoefficients.Length < coefficients) { _atomCoefficients = new double[coefficients]; }
        if (_imageSlopes.Length >= _images.PaddedCount) { return; }
        int capacity = _images.PaddedCount + (_images.PaddedCount / 8);
        _imageSlopes = new double[capacity];
        for (int b = 0; b < Systems; b++) { _imageWeights[b] = new double[capacity]; }
    }

    /// <summary>Gives what was found for the atoms to their images.</summary>
    private void Spread(Action<int> job)
    {
        ReadOnlySpan<int> sources = _images.Sources.AsSpan(0, _images.Count);
        if (job == _jobs[0])
        {
            for (int b = 0; b < Systems; b++)
            {
                double[] weights = _imageWeights[b];
                for (int slot = 0; slot < sources.Length; slot++) { weights[slot] = _weights[(sources[slot] * Systems) + b]; }
            }
        }
        else if (job == _jobs[^2])
        {
            for (int slot = 0; slot < sources.Length; slot++) { _imageSlopes[slot] = _slopes[sources[slot]]; }
        }
    }

    /// <summary>The next atoms for a thread; none when all are done.</summary>
    private bool Take(out int first, out int end)
    {
        first = Interlocked.Add(ref _next, Chunk) - Chunk;
        end = Math.Min(first + Chunk, _count);
        return first < _count && !_cancellation.IsCancellationRequested;
    }

    private Vector3D PlaceOf(int atom)
    {
        int slot = _images.Home[atom];
        return new(_images.X[slot], _images.Y[slot], _images.Z[slot]);
    }

    private void Coordinate(int worker)
    {
        int n = _elements.Count;
        double cutoff = _potential.Options.CoordinationCutoff / Units.Bohr;
        while (Take(out int first, out int end))
        {
            for (int atom = first; atom < end; atom++)
            {
                double coordination = _sums[worker].Coordination(PlaceOf(atom), _radii.AsSpan(_species[atom] * n, n), cutoff, out int coinciding);
                if (coinciding != 1) { Volatile.Write(ref _coinciding, atom); }
                SetWeights(atom, coordination);
            }
        }
    }

    /// <summary>
    /// Gaussian weights of the reference systems, normalised, and their derivatives. Dividing by the largest keeps them from underflowing far from all reference systems,
    /// where the nearest one has all the weight.
    /// </summary>
    private void SetWeights(int atom, double coordination)
    {
        ReadOnlySpan<double> systems = _reference.CoordinationNumbers(_elements[_species[atom]]);
        Span<double> weights = _weights.AsSpan(atom * Systems, Systems), slopes = _weightSlopes.AsSpan(atom * Systems, Systems);
        weights.Clear();
        slopes.Clear();
        double nearest = double.PositiveInfinity, sum = 0, slopeSum = 0;
        foreach (double system in systems) { nearest = Math.Min(nearest, (coordination - system) * (coordination - system)); }
        for (int b = 0; b < systems.Length; b++)
        {
            double d = coordination - systems[b];
            weights[b] = Math.Exp(-WeightSteepness * ((d * d) - nearest));
            slopes[b] = -2 * WeightSteepness * d * weights[b];
            sum += weights[b];
            slopeSum += slopes[b];
        }

        for (int b = 0; b < systems.Length; b++)
        {
            weights[b] /= sum;
            slopes[b] = (slopes[b] - (weights[b] * slopeSum)) / sum;
        }
    }

    private void AddPairs(int worker)
    {
        int n = _elements.Count;
        double cutoff = _potential.Options.Cutoff / Units.Bohr;
        double[] coefficients = _coefficients[2 * worker], derivatives = _coefficients[(2 * worker) + 1];
        D3Sums sums = _sums[worker];
        while (Take(out int first, out int end))
        {
            for (int atom = first; atom < end; atom++)
            {
                int own = _species[atom];
                SetCoefficients(atom, coefficients, derivatives);
                if (_potential.Options.HasThreeBody) { coefficients.CopyTo(_atomCoefficients, atom * coefficients.Length); }
                sums.SumPairs(PlaceOf(atom), _pairs.AsSpan(own * n, n), coefficients, _imageWeights, cutoff, out _forces[atom], out _virials[atom]);
                double energy = 0, slope = 0, atZero = _pairs[(own * n) + own].AtZero;
                for (int i = 0; i < coefficients.Length; i++)
                {
                    double weighted = sums.Weighted[i] - (i / Systems == own ? atZero * _weights[(atom * Systems) + (i % Systems)] : 0);
                    energy += coefficients[i] * weighted;
                    slope += derivatives[i] * weighted;
                }

                _energies[atom] = -0.5 * energy;
                _slopes[atom] = -slope;
            }
        }
    }

    private void AddTriples(int worker)
    {
        int n = _elements.Count;
        double cutoff = _potential.Options.ThreeBodyCutoff / Units.Bohr;
        double[] coefficients = _coefficients[2 * worker], derivatives = _coefficients[(2 * worker) + 1];
        while (Take(out int first, out int end))
        {
            for (int atom = first; atom < end && !_cancellation.IsCancellationRequested; atom++)
            {
                SetCoefficients(atom, coefficients, derivatives);
                (double energy, double slope) = _triples[worker].Sum(PlaceOf(atom), _species[atom], _cutoffRadii, _atomCoefficients, coefficients, derivatives, _imageWeights, cutoff, ref _forces[atom], ref _virials[atom]);
                _energies[atom] += energy / 3;
                _slopes[atom] += slope;
            }
        }
    }

    /// <summary>C6 of an atom with each reference system of each species, Σ_a W_a C6(a, b), and their derivatives by its coordination number.</summary>
    private void SetCoefficients(int atom, double[] coefficients, double[] derivatives)
    {
        int z = _elements[_species[atom]], systems = _reference.CoordinationNumbers(z).Length;
        for (int s = 0; s < _elements.Count; s++)
        {
            int other = _elements[s], others = _reference.CoordinationNumbers(other).Length;
            for (int b = 0; b < Systems; b++)
            {
                double value = 0, derivative = 0;
                for (int a = 0; a < systems && b < others; a++)
                {
                    double c6 = _reference.Coefficient(z, a, other, b);
                    value += _weights[(atom * Systems) + a] * c6;
                    derivative += _weightSlopes[(atom * Systems) + a] * c6;
                }

                (coefficients[(s * Systems) + b], derivatives[(s * Systems) + b]) = (value, derivative);
            }
        }
    }

    private void AddCoordination(int worker)
    {
        int n = _elements.Count;
        double cutoff = _potential.Options.CoordinationCutoff / Units.Bohr;
        while (Take(out int first, out int end))
        {
            for (int atom = first; atom < end; atom++)
            {
                _sums[worker].SumCoordination(PlaceOf(atom), _slopes[atom], _imageSlopes, _radii.AsSpan(_species[atom] * n, n), cutoff, ref _forces[atom], ref _virials[atom]);
            }
        }
    }

    private void Write(Structure structure, Properties properties, PotentialResult result)
    {
        const double Energy = Units.Hartree, Force = Units.Hartree / Units.Bohr;
        double energy = 0;
        Matrix3 virial = default;
        for (int atom = 0; atom < _count; atom++)
        {
            energy += Energy * _energies[atom];
            virial += Energy * _virials[atom];
            if (!result.Forces.IsEmpty) { result.Forces[atom] = Force * _forces[atom]; }
            if (!result.AtomicEnergies.IsEmpty) { result.AtomicEnergies[atom] = Energy * _energies[atom]; }
            if (!result.AtomicVirials.IsEmpty) { result.AtomicVirials[atom] = Energy * _virials[atom]; }
        }

        result.Energy = energy;
        result.InteractionEnergy = energy;
        if ((properties & (Properties.Virial | Properties.Stress)) != 0) { result.Virial = virial; }
        if ((properties & Properties.Stress) != 0) { result.Stress = (-1 / structure.Volume) * virial; }
    }
}

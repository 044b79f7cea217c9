using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The images of an elastic band, their forces projected and its relaxation by FIRE: E. Bitzek, P. Koskinen, F. Gähler, M. Moseler and P. Gumbsch, Phys. Rev. Lett. 97, 170201 (2006).
/// </summary>
internal sealed class Band
{
    // The parameters of the paper, with the time step and its bound as in ASE.
    private const double FirstStep = 0.1, LongestStep = 1, FirstMixing = 0.1, MixingShrinks = 0.99, StepGrows = 1.1, StepShrinks = 0.5;
    private const int Patience = 5;

    private readonly NebOptions _options;
    private readonly bool[] _isFixed;
    private readonly Vector3D[] _projected;
    private readonly Vector3D[] _velocities;

    /// <summary>Takes over the positions of a path.</summary>
    public Band(IReadOnlyList<Structure> path, NebOptions options)
    {
        _options = options;
        (ImageCount, AtomCount) = (path.Count, path[0].Count);
        int size = ImageCount * AtomCount;
        (Positions, Forces, _projected, _velocities, Tangents) = (new Vector3D[size], new Vector3D[size], new Vector3D[size], new Vector3D[size], new Vector3D[size]);
        Energies = new double[ImageCount];
        _isFixed = new bool[AtomCount];
        for (int image = 0; image < ImageCount; image++) { path[image].Positions.CopyTo(Of(Positions, image)); }
        foreach (int atom in options.FixedAtoms)
        {
            if (atom < 0 || atom >= AtomCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"There is no atom {atom} to keep fixed; the structure has {AtomCount}, counted from 0.")); }
            _isFixed[atom] = true;
        }
    }

    /// <summary>Number of images, ends included.</summary>
    public int ImageCount { get; }

    /// <summary>Atoms of an image.</summary>
    public int AtomCount { get; }

    /// <summary>Positions, image by image, Å.</summary>
    public Vector3D[] Positions { get; }

    /// <summary>Forces of the surface, image by image, eV/Å.</summary>
    public Vector3D[] Forces { get; }

    /// <summary>Unit tangents, image by image; those of the ends point along the first and last piece.</summary>
    public Vector3D[] Tangents { get; }

    /// <summary>Energies, eV.</summary>
    public double[] Energies { get; }

    /// <summary>Largest projected force on an atom, eV/Å.</summary>
    public double MaximalForce { get; private set; }

    /// <summary>Whether the highest image climbs.</summary>
    public bool IsClimbing { get; private set; }

    /// <summary>The highest image between the ends.</summary>
    public int Highest => Enumerable.Range(1, ImageCount - 2).MaxBy(i => Energies[i]);

    /// <summary>The part of an array that belongs to an image.</summary>
    public Span<Vector3D> Of(Vector3D[] all, int image) => all.AsSpan(image * AtomCount, AtomCount);

    /// <summary>Relaxes the band; returns the number of steps that were made.</summary>
    public int Relax(IBandSurface surface, Action<NebStep>? progress, CancellationToken cancellationToken)
    {
        surface.Evaluate(this, 0, 1, cancellationToken);
        surface.Evaluate(this, ImageCount - 1, ImageCount, cancellationToken);
        double step = FirstStep, mixing = FirstMixing;
        int downhill = 0;
        for (int i = 0; ; i++)
        {
            surface.Evaluate(this, 1, ImageCount - 1, cancellationToken);
            Project();
            if (!IsClimbing && _options.Climbs && (MaximalForce < _options.ClimbingForce || i >= _options.MaximalSteps / 2))
            {
                IsClimbing = true;
                Project();
            }

            int highest = Enumerable.Range(0, ImageCount).MaxBy(k => Energies[k]);
            progress?.Invoke(new NebStep(i, MaximalForce, Energies[highest] - Energies[0], highest, IsClimbing));
            if (!double.IsFinite(MaximalForce)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The forces on the band became infinite at step {i}; begin with a better path (idpp) or smaller steps.")); }
            if (MaximalForce < _options.MaximalForce || i >= _options.MaximalSteps) { return i; }
            Step(ref step, ref mixing, ref downhill, i == 0);
        }
    }

    /// <summary>Gives the positions to structures.</summary>
    public void WriteTo(IReadOnlyList<Structure> path)
    {
        for (int image = 0; image < ImageCount; image++) { Of(Positions, image).CopyTo(path[image].Positions); }
    }

    /// <summary>
    /// Tangents (improved: G. Henkelman and H. Jónsson, J. Chem. Phys. 113, 9978 (2000)) and forces: across the path those of the surface, along it those of the springs;
    /// on a climbing image the force along the path turned round (G. Henkelman, B. P. Uberuaga and H. Jónsson, J. Chem. Phys. 113, 9901 (2000)).
    /// </summary>
    public void Project()
    {
        MaximalForce = 0;
        int highest = Highest;
        SetEndTangents();
        for (int image = 1; image < ImageCount - 1; image++)
        {
            Span<Vector3D> tangent = Of(Tangents, image), forces = Of(Forces, image), projected = Of(_projected, image);
            ReadOnlySpan<Vector3D> before = Of(Positions, image - 1), here = Of(Positions, image), behind = Of(Positions, image + 1);
            (double wayBefore, double wayBehind) = SetTangent(tangent, before, here, behind, Energies[image - 1], Energies[image], Energies[image + 1]);
            double along = Dot(forces, tangent);
            double change = IsClimbing && image == highest ? -2 * along : (_options.SpringConstant * (wayBehind - wayBefore)) - along;
            for (int atom = 0; atom < AtomCount; atom++)
            {
                projected[atom] = _isFixed[atom] ? default : forces[atom] + (change * tangent[atom]);
                double norm = projected[atom].Norm;
                if (!(norm <= MaximalForce)) { MaximalForce = norm; }
            }
        }
    }

    private void SetEndTangents()
    {
        foreach ((int image, int from) in new[] { (0, 0), (ImageCount - 1, ImageCount - 2) })
        {
            Span<Vector3D> tangent = Of(Tangents, image);
            ReadOnlySpan<Vector3D> a = Of(Positions, from), b = Of(Positions, from + 1);
            for (int atom = 0; atom < AtomCount; atom++) { tangent[atom] = b[atom] - a[atom]; }
            Normalize(tangent);
        }
    }

    private static (double Before, double Behind) SetTangent(Span<Vector3D> tangent, ReadOnlySpan<Vector3D> before, ReadOnlySpan<Vector3D> here, ReadOnlySpan<Vector3D> behind, double energyBefore, double energy, double energyBehind)
    {
        double wayBefore = 0, wayBehind = 0;
        double up = Math.Abs(energyBehind - energy), down = Math.Abs(energyBefore - energy), larger = Math.Max(up, down), smaller = Math.Min(up, down);
        (double weightBefore, double weightBehind) = (energyBehind > energy && energy > energyBefore) ? (0.0, 1.0)
            : (energyBehind < energy && energy < energyBefore) ? (1, 0)
            : energyBehind > energyBefore ? (smaller, larger) : (larger, smaller);
        if (weightBefore == 0 && weightBehind == 0) { (weightBefore, weightBehind) = (1, 1); }
        for (int atom = 0; atom < tangent.Length; atom++)
        {
            Vector3D a = here[atom] - before[atom], b = behind[atom] - here[atom];
            wayBefore += a.NormSquared;
            wayBehind += b.NormSquared;
            tangent[atom] = (weightBefore * a) + (weightBehind * b);
        }

        Normalize(tangent);
        return (Math.Sqrt(wayBefore), Math.Sqrt(wayBehind));
    }

    private static void Normalize(Span<Vector3D> vectors)
    {
        double norm = Math.Sqrt(Dot(vectors, vectors));
        if (norm == 0) { return; }
        foreach (ref Vector3D vector in vectors) { vector /= norm; }
    }

    private static double Dot(ReadOnlySpan<Vector3D> a, ReadOnlySpan<Vector3D> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) { sum += Vector3D.Dot(a[i], b[i]); }
        return sum;
    }

    private void Step(ref double step, ref double mixing, ref int downhill, bool isFirst)
    {
        double power = Dot(_projected, _velocities);
        if (isFirst)
        {
            Array.Clear(_velocities);
        }
        else if (power > 0)
        {
            double scale = mixing * Math.Sqrt(Dot(_velocities, _velocities) / Math.Max(Dot(_projected, _projected), double.Epsilon));
            for (int i = 0; i < _velocities.Length; i++) { _velocities[i] = ((1 - mixing) * _velocities[i]) + (scale * _projected[i]); }
            if (++downhill > Patience)
            {
                step = Math.Min(step * StepGrows, LongestStep);
                mixing *= MixingShrinks;
            }
        }
        else
        {
            Array.Clear(_velocities);
            mixing = FirstMixing;
            step *= StepShrinks;
            downhill = 0;
        }

        double longest = 0;
        for (int i = 0; i < _velocities.Length; i++)
        {
            _velocities[i] += step * _projected[i];
            longest = Math.Max(longest, _velocities[i].Norm);
        }

        double length = step * Math.Min(1, _options.LargestStep / Math.Max(step * longest, double.Epsilon));
        for (int i = 0; i < _velocities.Length; i++) { Positions[i] += length * _velocities[i]; }
    }
}

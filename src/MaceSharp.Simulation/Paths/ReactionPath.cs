using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Paths of images between two structures.</summary>
public static class ReactionPath
{
    /// <summary>Most images of a path.</summary>
    public const int LargestCount = 10_000;

    private const double SameCell = 1e-6;

    /// <summary>Interpolates linearly between two structures.</summary>
    /// <param name="first">The first image.</param>
    /// <param name="last">The last image: the same atoms in the same order, in the same cell.</param>
    /// <param name="count">Number of images, ends included.</param>
    /// <param name="minimumImage">Whether every atom takes the shortest way to an image of its end in a periodic cell; otherwise positions are taken as they are.</param>
    /// <returns>The images, without results. Their positions are contiguous: the last image may differ from <paramref name="last"/> by lattice vectors.</returns>
    /// <exception cref="InvalidInputException">The structures do not have the same atoms or cells, or the number is out of range.</exception>
    public static Structure[] Interpolate(Structure first, Structure last, int count, bool minimumImage = true)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(last);
        if (count is < 3 or > LargestCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A path cannot have {count} images; give a number from 3 to {LargestCount}, ends included.")); }
        CheckSame(first, last);
        first.Validate();
        last.Validate();
        Vector3D[] ways = Ways(first, last, minimumImage);
        Structure[] images = new Structure[count];
        Vector3D[] positions = new Vector3D[first.Count];
        int[] atoms = [.. Enumerable.Range(0, first.Count)];
        for (int image = 0; image < count; image++)
        {
            double t = image / (count - 1.0);
            for (int atom = 0; atom < positions.Length; atom++) { positions[atom] = first.Positions[atom] + (t * ways[atom]); }
            images[image] = CarriedData.Select(first, atoms, positions, first.Cell, first.Periodicity);
        }

        return images;
    }

    /// <summary>
    /// Improves a path before any energy is known: relaxes a band whose images have the interatomic distances that interpolate those of the ends (image-dependent pair potential:
    /// S. Smidstrup, A. Pedersen, K. Stokbro and H. Jónsson, J. Chem. Phys. 140, 214106 (2014)), weighted by the fourth inverse power.
    /// </summary>
    /// <remarks>Pairs are those closer than 8 Å at an end (images in a periodic cell included); farther ones have hardly any weight.</remarks>
    /// <param name="path">The images; those between the ends are moved.</param>
    /// <param name="maximalSteps">Largest number of steps.</param>
    /// <param name="fixedAtoms">Indices of atoms that do not move.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The images do not belong together.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void ImproveByPairDistances(IReadOnlyList<Structure> path, int maximalSteps = 1000, IReadOnlyCollection<int>? fixedAtoms = null, CancellationToken cancellationToken = default)
    {
        CheckPath(path);
        PairDistanceSurface surface = new(path, cancellationToken);
        NebOptions options = new() { Climbs = false, MaximalForce = 0.01, MaximalSteps = maximalSteps, FixedAtoms = fixedAtoms ?? [] };
        Band band = new(path, options);
        band.Relax(surface, null, cancellationToken);
        band.WriteTo(path);
    }

    /// <summary>Checks that images have the same atoms and cells.</summary>
    /// <exception cref="InvalidInputException">They do not, or there are not three of them.</exception>
    internal static void CheckPath(IReadOnlyList<Structure> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Count is < 3 or > LargestCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A path of {path.Count} images is no band; it needs 3 or more (and at most {LargestCount}), ends included.")); }
        for (int image = 1; image < path.Count; image++) { CheckSame(path[0], path[image]); }
        foreach (Structure image in path) { image.Validate(); }
    }

    private static void CheckSame(Structure first, Structure other)
    {
        string name = other.Origin ?? "another image", from = first.Origin ?? "the first";
        if (first.Count == 0) { throw new InvalidInputException($"{from}: the structure has no atoms."); }
        if (!first.AtomicNumbers.SequenceEqual(other.AtomicNumbers))
        {
            int at = first.AtomicNumbers.CommonPrefixLength(other.AtomicNumbers);
            throw new InvalidInputException(first.Count != other.Count
                ? string.Create(CultureInfo.InvariantCulture, $"{name} has {other.Count} atoms and {from} has {first.Count}; the images of a path have the same atoms in the same order.")
                : string.Create(CultureInfo.InvariantCulture, $"Atom {at + 1} is {Elements.Symbol(other.AtomicNumbers[at])} in {name} and {Elements.Symbol(first.AtomicNumbers[at])} in {from}; the images of a path have the same atoms in the same order."));
        }

        if (first.Periodicity != other.Periodicity || (first.Periodicity.IsAny && (first.Cell - other.Cell).ToArray().Max(Math.Abs) > SameCell))
        {
            throw new InvalidInputException($"{name} has another cell than {from}; the images of a path have the same cell.");
        }
    }

    /// <summary>From every atom of the first structure to the same atom of the last.</summary>
    private static Vector3D[] Ways(Structure first, Structure last, bool minimumImage)
    {
        Vector3D[] ways = new Vector3D[first.Count];
        MinimumImage shortest = new(first.Cell, first.Periodicity);
        for (int atom = 0; atom < ways.Length; atom++)
        {
            Vector3D way = last.Positions[atom] - first.Positions[atom];
            ways[atom] = minimumImage ? shortest.Of(way) : way;
        }

        return ways;
    }
}

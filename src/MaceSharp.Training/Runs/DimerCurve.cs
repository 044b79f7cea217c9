using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>What the energy of two atoms does where they come closer than any bond and than they do in the data.</summary>
public enum DimerVerdict
{
    /// <summary>It rises, monotonically and by more than an electronvolt.</summary>
    Repulsive,

    /// <summary>It does not fall, but it hardly rises: nothing keeps the atoms apart.</summary>
    Soft,

    /// <summary>It falls, or there is a minimum deeper than any bond: atoms that come this close fall into each other.</summary>
    Hole,
}

/// <summary>The energy of two atoms alone against their distance, as a head of a model has it.</summary>
/// <param name="First">Atomic number of one atom.</param>
/// <param name="Second">That of the other, not smaller.</param>
/// <param name="Head">The head.</param>
/// <param name="Distances">Distances, Å, rising.</param>
/// <param name="Energies">Energies less those of the two atoms alone, eV.</param>
/// <param name="NearestInData">The shortest distance of such atoms in the training data, Å; null where they are nowhere within the cutoff of each other.</param>
public sealed record DimerCurve(int First, int Second, string Head, ImmutableArray<double> Distances, ImmutableArray<double> Energies, double? NearestInData)
{
    /// <summary>A fall of the energy that counts, eV.</summary>
    private const double SmallestFall = 0.01;

    /// <summary>A rise of the energy that counts as a wall, eV.</summary>
    private const double SmallestWall = 1;

    /// <summary>No two atoms are bound this strongly, eV: CO, the strongest bond of two atoms, has 11.2 eV (Luo, Comprehensive Handbook of Chemical Bond Energies, 2007); methods whose isolated atoms are poor give up to half as much again.</summary>
    private const double DeepestBond = 20;

    /// <summary>Bonds are longer than this share of the sum of the covalent radii, but for multiple bonds of a few metals: N≡N has 0.77.</summary>
    private const double ShortestBond = 0.75;

    /// <summary>
    /// Below this distance, Å, the energy must rise: the shortest distance in the data, or, where that is longer than the shortest possible bond, the latter,
    /// because the molecule of two atoms may well be bound though the data have no such bond (H–H in hydrocarbons).
    /// </summary>
    public double JudgedBelow => Math.Min(NearestInData ?? double.PositiveInfinity, ShortestBond * (Elements.CovalentRadius(First) + Elements.CovalentRadius(Second)));

    /// <summary>The verdict.</summary>
    public DimerVerdict Verdict => Turn is not null ? DimerVerdict.Hole : Rise < SmallestWall ? DimerVerdict.Soft : DimerVerdict.Repulsive;

    /// <summary>The place from which on the energy falls inwards, Å; null where it does not.</summary>
    public double? Turn => Peak is { } peak ? Distances[peak] : null;

    /// <summary>The energy there, above that of the atoms alone: what keeps atoms out of the hole, eV; null without a hole.</summary>
    public double? Barrier => Peak is { } peak ? Energies[peak] : null;

    /// <summary>What the curve says, a sentence without its subject.</summary>
    public string Sentence
    {
        get
        {
            string data = NearestInData is { } nearest ? string.Create(CultureInfo.InvariantCulture, $"the data reach down to {nearest:F2} Å") : "the data have no such pair";
            return Verdict switch
            {
                DimerVerdict.Hole => string.Create(CultureInfo.InvariantCulture, $"a hole: below {Turn:F2} Å, where it is {Barrier:F1} eV, the energy falls inwards to {Energies[..(Peak!.Value + 1)].Min():F1} eV ({data})"),
                DimerVerdict.Soft => string.Create(CultureInfo.InvariantCulture, $"no wall: the energy rises by only {Rise:F2} eV down to {Distances[0]:F2} Å ({data})"),
                _ => string.Create(CultureInfo.InvariantCulture, $"repulsive: the energy rises to {Energies[0]:F1} eV at {Distances[0]:F2} Å ({data})"),
            };
        }
    }

    /// <summary>How far the energy rises from the begin of the judged part inwards, eV.</summary>
    private double Rise => Energies[0] - Energies[Math.Max(0, Last)];

    /// <summary>Last point of the judged part.</summary>
    private int Last
    {
        get
        {
            int last = 0;
            while (last + 1 < Distances.Length && Distances[last + 1] <= JudgedBelow) { last++; }
            return last;
        }
    }

    /// <summary>
    /// The point from which on the energy falls inwards: to below the deepest bond, wherever that is, or by an amount that counts in the judged part; of both the outer one. Values that are not finite count as falls.
    /// </summary>
    private int? Peak
    {
        get
        {
            for (int i = Energies.Length - 1; i >= 0; i--)
            {
                if (Energies[i] >= -DeepestBond) { continue; }
                while (i + 1 < Energies.Length && !(Energies[i + 1] < Energies[i])) { i++; }
                return i;
            }

            int peak = Last;
            for (int i = peak - 1; i >= 0; i--)
            {
                if (Energies[i] >= Energies[peak]) { peak = i; }
                else if (!(Energies[i] > Energies[peak] - SmallestFall)) { return peak; }
            }

            return null;
        }
    }
}

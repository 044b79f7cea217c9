using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The reference data of D3: C6 coefficients of 254 systems of the elements 1 to 94 with their coordination numbers, covalent radii and the ratios that give C8. Atomic units.
/// </summary>
/// <remarks>S. Grimme, J. Antony, S. Ehrlich and H. Krieg, J. Chem. Phys. 132, 154104 (2010); the file says how it was made.</remarks>
internal sealed class D3Reference
{
    /// <summary>Largest atomic number.</summary>
    public const int MaxAtomicNumber = 94;

    /// <summary>Most reference systems of an element.</summary>
    public const int MaxSystems = 5;

    /// <summary>The Bohr of the program that the data came with, Å: it turns the cutoff radii, published in Å, into its atomic units.</summary>
    private const double ProgramBohr = 0.52917726;

    private static readonly Lazy<D3Reference> Loaded = new(Read);

    private readonly double[][] _coordination = new double[MaxAtomicNumber + 1][];
    private readonly double[] _radii = new double[MaxAtomicNumber + 1];
    private readonly double[] _ratios = new double[MaxAtomicNumber + 1];
    private readonly int[] _first = new int[MaxAtomicNumber + 1];
    private readonly List<double[]> _coefficients = [];
    private readonly List<double[]> _cutoffRadii = [];

    /// <summary>The data, read when first used.</summary>
    public static D3Reference Instance => Loaded.Value;

    /// <summary>Coordination numbers of the reference systems of an element.</summary>
    public ReadOnlySpan<double> CoordinationNumbers(int z) => _coordination[z];

    /// <summary>Covalent radius times 4/3, Bohr.</summary>
    public double CovalentRadius(int z) => _radii[z];

    /// <summary>Q, of which C8/C6 of a pair is 3·Q·Q, Bohr.</summary>
    public double Ratio(int z) => _ratios[z];

    /// <summary>Cutoff radius R0 of a pair of elements, Bohr, which damps the three-body term.</summary>
    public double CutoffRadius(int z1, int z2) => _cutoffRadii[Math.Max(z1, z2) - 1][Math.Min(z1, z2) - 1] / ProgramBohr;

    /// <summary>C6 of reference system <paramref name="a"/> of one element with system <paramref name="b"/> of another, Hartree·Bohr⁶.</summary>
    public double Coefficient(int z1, int a, int z2, int b)
    {
        int i = _first[z1] + a, j = _first[z2] + b;
        return i >= j ? _coefficients[i][j] : _coefficients[j][i];
    }

    private static D3Reference Read()
    {
        using Stream stream = typeof(D3Reference).Assembly.GetManifestResourceStream("d3-reference.txt")!;
        using StreamReader reader = new(stream);
        D3Reference data = new();
        int systems = 0;
        while (reader.ReadLine() is string line)
        {
            ReadOnlySpan<char> text = line;
            if (text.StartsWith("element "))
            {
                double[] numbers = Numbers(text["element ".Length..]);
                int z = (int)numbers[0];
                data._radii[z] = numbers[1];
                data._ratios[z] = numbers[2];
                data._coordination[z] = numbers[3..];
                data._first[z] = systems;
                systems += numbers.Length - 3;
            }
            else if (text.StartsWith("c6 "))
            {
                data._coefficients.Add(Numbers(text["c6 ".Length..]));
            }
            else if (text.StartsWith("vdw "))
            {
                data._cutoffRadii.Add(Numbers(text["vdw ".Length..]));
            }
        }

        return data;
    }

    private static double[] Numbers(ReadOnlySpan<char> text)
    {
        double[] numbers = new double[text.Count(' ') + 1];
        int at = 0;
        foreach (Range field in text.Split(' ')) { numbers[at++] = double.Parse(text[field], NumberStyles.Float, CultureInfo.InvariantCulture); }
        return numbers;
    }
}

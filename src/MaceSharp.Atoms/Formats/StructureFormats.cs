namespace MaceSharp.Atoms;

/// <summary>Names of the <see cref="StructureFormat"/>s, and how files are recognised.</summary>
public static class StructureFormats
{
    private static readonly (StructureFormat Format, string Name)[] Names =
    [
        (StructureFormat.ExtendedXyz, "extxyz"),
        (StructureFormat.Xyz, "xyz"),
        (StructureFormat.Cif, "cif"),
        (StructureFormat.Vasp, "vasp"),
        (StructureFormat.LammpsData, "lammps-data"),
        (StructureFormat.JsonLines, "jsonl"),
    ];

    private static readonly (string Ending, StructureFormat Format)[] Endings =
    [
        (".extxyz", StructureFormat.ExtendedXyz),
        (".xyz", StructureFormat.ExtendedXyz),
        (".cif", StructureFormat.Cif),
        (".vasp", StructureFormat.Vasp),
        (".poscar", StructureFormat.Vasp),
        (".contcar", StructureFormat.Vasp),
        (".lammps-data", StructureFormat.LammpsData),
        (".lammps", StructureFormat.LammpsData),
        (".lmp", StructureFormat.LammpsData),
        (".data", StructureFormat.LammpsData),
        (".jsonl", StructureFormat.JsonLines),
        (".ndjson", StructureFormat.JsonLines),
    ];

    /// <summary>The names of all formats, separated by commas.</summary>
    internal static string AllNames => string.Join(", ", Names.Select(static n => n.Name));

    /// <summary>The format of a name such as <c>extxyz</c>.</summary>
    /// <param name="name">A name; the case of letters does not matter.</param>
    /// <exception cref="InvalidInputException">No format has this name; the message lists the names.</exception>
    public static StructureFormat Parse(string name)
    {
        foreach ((StructureFormat format, string known) in Names)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase)) { return format; }
        }

        throw new InvalidInputException($"'{Excerpt.Of(name)}' is not a structure format; the formats are {AllNames}.");
    }

    /// <summary>The name of a format, as <see cref="Parse"/> reads it.</summary>
    /// <param name="format">The format.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of the enumeration.</exception>
    public static string NameOf(StructureFormat format)
    {
        foreach ((StructureFormat known, string name) in Names)
        {
            if (known == format) { return name; }
        }

        throw new ArgumentOutOfRangeException(nameof(format), format, "This is not a structure format.");
    }

    /// <summary>The format a file name stands for: by its ending, or by the names POSCAR…, CONTCAR… and data.…; <c>.xyz</c> is extended XYZ, which includes plain XYZ.</summary>
    /// <param name="path">A path; the file need not exist.</param>
    /// <param name="format">The format.</param>
    /// <returns>Whether the name tells.</returns>
    public static bool TryFromFileName(string path, out StructureFormat format)
    {
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        foreach ((string ending, StructureFormat candidate) in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                format = candidate;
                return true;
            }
        }

        bool vasp = name.StartsWith("POSCAR", StringComparison.Ordinal) || name.StartsWith("CONTCAR", StringComparison.Ordinal);
        bool lammps = name.StartsWith("data.", StringComparison.Ordinal);
        format = vasp ? StructureFormat.Vasp : StructureFormat.LammpsData;
        return vasp || lammps;
    }

    /// <summary>The format the beginning of a text looks like.</summary>
    /// <param name="beginning">The first lines; the more, the surer.</param>
    /// <param name="format">The format.</param>
    /// <returns>Whether it looks like one.</returns>
    public static bool TryFromContent(ReadOnlySpan<char> beginning, out StructureFormat format)
    {
        format = default;
        if (beginning.Contains('\0')) { return false; }
        string[] lines = beginning.ToString().TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        if (BeginsAsJson(beginning))
        {
            format = StructureFormat.JsonLines;
            return true;
        }

        if (LooksLikePoscar(lines))
        {
            format = StructureFormat.Vasp;
            return true;
        }

        if (lines.FirstOrDefault(static line => !string.IsNullOrWhiteSpace(line)) is string first && NumberText.TryReadInteger(first.AsSpan().Trim(), out _))
        {
            format = StructureFormat.ExtendedXyz;
            return true;
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith("data_", StringComparison.OrdinalIgnoreCase) || line.StartsWith("_cell_", StringComparison.OrdinalIgnoreCase))
            {
                format = StructureFormat.Cif;
                return true;
            }

            // The first line of a LAMMPS data file is a comment.
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (i > 0 && words is [_, "atoms", ..] or [_, "atom", "types", ..] or [_, _, "xlo", "xhi", ..])
            {
                format = StructureFormat.LammpsData;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text begins with an object of JSON.</summary>
    internal static bool BeginsAsJson(ReadOnlySpan<char> beginning) => beginning.TrimStart('\uFEFF').TrimStart() is ['{', ..];

    /// <summary>The second line is a scale (or three), the next three are vectors.</summary>
    private static bool LooksLikePoscar(string[] lines)
    {
        if (lines.Length < 5 || CountNumbers(lines[1]) is not (1 or 3)) { return false; }
        return CountNumbers(lines[2]) == 3 && CountNumbers(lines[3]) == 3 && CountNumbers(lines[4]) == 3;
    }

    private static int CountNumbers(string line)
    {
        int count = 0;
        foreach (string word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!NumberText.TryReadReal(word, out _)) { break; }
            count++;
        }

        return count;
    }
}

using System.Globalization;
using System.Text;

namespace MaceSharp.Training.Tests.Data.Prepared;

/// <summary>Small labelled frames of many kinds, and data sets of them.</summary>
internal static class PreparedData
{
    /// <summary>Molecules and crystals with energies, forces, stresses, weights, kinds, charges and isolated atoms; numbers with all their digits.</summary>
    public static string Frames(int count, int seed = 1)
    {
        Random random = new(seed);
        StringBuilder text = new();
        text.AppendLine("1\nProperties=species:S:1:pos:R:3 config_type=IsolatedAtom REF_energy=-13.6000000000001\nH 0 0 0");
        for (int i = 0; i < count; i++)
        {
            bool periodic = i % 3 == 0, forces = i % 5 != 4, charges = i % 4 == 1;
            int atoms = 2 + (i % 4);
            string cell = periodic ? "Lattice=\"5 0 0 0.25 5.5 0 0 0.5 6\" pbc=\"T T T\" " : "";
            string stress = i % 6 == 0 ? string.Create(CultureInfo.InvariantCulture, $"REF_stress=\"{Number()} 0.01 0.02 0 0 {Number()}\" ") : "";
            string extra = i % 2 == 0 ? $"config_type=kind{i % 3} config_weight=0.{i % 9 + 1} total_charge={i % 3 - 1} note=\"not kept\" " : "config_energy_weight=0.5 ";
            text.Append(CultureInfo.InvariantCulture, $"{atoms}\n{cell}{extra}{stress}REF_energy={-20.0 * atoms + Number():R} Properties=species:S:1:pos:R:3{(forces ? ":REF_forces:R:3" : "")}{(charges ? ":REF_charges:R:1" : "")}\n");
            for (int a = 0; a < atoms; a++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(a == 0 ? "O" : "H")} {a * 0.9 + Number() / 10:R} {Number():R} {Number():R}");
                if (forces) { text.Append(CultureInfo.InvariantCulture, $" {Number():R} {Number():R} {Number():R}"); }
                if (charges) { text.Append(CultureInfo.InvariantCulture, $" {Number():R}"); }
                text.Append('\n');
            }
        }

        text.AppendLine("1\nProperties=species:S:1:pos:R:3 config_type=IsolatedAtom REF_energy=-75.1\nO 0 0 0");
        return text.ToString();

        double Number() => random.NextDouble() - 0.5;
    }

    public static PrepareOptions Options(TemporaryRun run, string folder = "set", long shardBytes = 4096, int frames = 60)
    {
        string file = run.PathOf("frames.xyz");
        if (!File.Exists(file)) { File.WriteAllText(file, Frames(frames)); }
        return new PrepareOptions { Files = [file], Folder = run.PathOf(folder), Cutoff = 3, ShardBytes = shardBytes, Threads = 1 };
    }

    public static void Prepare(PrepareOptions options)
    {
        using PreparedDataSet set = DataSetPreparer.Prepare(options);
    }

    /// <summary>Content of a folder, by name.</summary>
    public static SortedDictionary<string, string> Contents(string folder) =>
        new(Directory.GetFiles(folder).ToDictionary(static f => Path.GetFileName(f), static f => Convert.ToHexString(File.ReadAllBytes(f))), StringComparer.Ordinal);
}

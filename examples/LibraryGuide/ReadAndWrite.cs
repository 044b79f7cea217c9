using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Files of structures.</summary>
internal static class ReadAndWrite
{
    public static void Run()
    {
        Structure urea = StructureFile.Read("examples/urea.cif");
        StructureFile.Write("POSCAR", urea);

        using StructureWriter writer = StructureWriter.Create("small.jsonl");
        foreach (Structure frame in StructureReader.Read("examples/molecules.xyz@::2"))
        {
            if (frame.Count < 10) { writer.Write(frame); }
        }

        writer.Complete();
        Console.WriteLine($"{urea.Count} atoms of urea, {writer.Count} small molecules");

        double[] labels = StructureFile.Read("small.jsonl@0").Arrays["REF_forces"].Reals.ToArray();
        Console.WriteLine($"first force in the file: {labels[0]:F4} {labels[1]:F4} {labels[2]:F4} eV/Å");
    }
}

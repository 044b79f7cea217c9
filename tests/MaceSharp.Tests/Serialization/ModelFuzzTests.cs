using System.Diagnostics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Serialization;

/// <summary>Real files with bytes changed, moved, dropped or doubled give a sentence or a valid model: no crash, no hang, no runaway allocation.</summary>
public sealed class ModelFuzzTests
{
    [GoldenFact]
    public void Five_hundred_mutations() => Mutate(seed: 1, count: 500);

    [GoldenFact]
    [Trait("Speed", "Slow")]
    public void Twenty_thousand_mutations() => Mutate(seed: 2, count: 20_000);

    private static void Mutate(int seed, int count)
    {
        Random random = new(seed);
        Seed[] seeds =
        [
            new(GoldenData.PathOf("models", "e2_one_interaction.model")),
            new(GoldenData.PathOf("models", "h1_atomic_dipoles.model")),
            new(GoldenData.PathOf("models", "g3_nonlinear_bias_readout.model")),
            new(GoldenData.PathOf("trained", "mace02_com1.model")),
        ];
        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            Seed chosen = seeds[random.Next(seeds.Length)];
            byte[] file = random.Next(8) switch
            {
                0 => Change(random, chosen.Zip, chosen.Zip.Length - Math.Min(chosen.Zip.Length, 8192)), // the zip directory
                1 => Change(random, chosen.Zip, 0),
                2 => Change(random, chosen.Safetensors, 0, 8192), // the header
                3 => chosen.Safetensors[..random.Next(chosen.Safetensors.Length)],
                _ => chosen.WithPickle(Change(random, chosen.Pickle, 0)),
            };
            accepted += Read(file, $"seed {seed}, mutation {i}") ? 1 : 0;
        }

        // Some changes hit compiled code, names or weights and do no harm.
        Assert.InRange(accepted, 1, count - 1);
    }

    private static bool Read(byte[] file, string which)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        bool isValid = false;
        try
        {
            MaceModel model = ModelBytes.Read(file);
            ParameterLayout.Check(model);
            isValid = true;
        }
        catch (InvalidInputException exception)
        {
            ModelBytes.AssertSentence(exception.Message);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{which}: {exception.GetType()}", exception);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{which} took {watch.Elapsed}.");
        ModelBytes.AssertModest(GC.GetAllocatedBytesForCurrentThread() - before, file.Length);
        return isValid;
    }

    private static byte[] Change(Random random, byte[] original, int from, int to = int.MaxValue)
    {
        to = Math.Min(to, original.Length);
        byte[] bytes = [.. original];
        switch (random.Next(6))
        {
            case 0: // single bits
                for (int i = random.Next(1, 4); i > 0; i--) { bytes[random.Next(from, to)] ^= (byte)(1 << random.Next(8)); }
                return bytes;
            case 1: // arbitrary bytes
                for (int i = random.Next(1, 6); i > 0; i--) { bytes[random.Next(from, to)] = (byte)random.Next(256); }
                return bytes;
            case 2: // extreme numbers
                int at = random.Next(from, Math.Max(from + 1, to - 4));
                bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0);
                return bytes;
            case 3: // a piece dropped
                int start = random.Next(from, to);
                return [.. bytes[..start], .. bytes[Math.Min(to, start + random.Next(1, 64))..]];
            case 4: // a piece doubled elsewhere
                int source = random.Next(from, to), target = random.Next(from, to);
                return [.. bytes[..target], .. bytes[source..Math.Min(to, source + random.Next(1, 256))], .. bytes[target..]];
            default: // cut off
                return bytes[..random.Next(from, to)];
        }
    }

    private sealed class Seed
    {
        private readonly (string Name, byte[] Data)[] _entries;
        private readonly int _pickle;

        public Seed(string path)
        {
            _entries = ModelBytes.Unzip(path);
            _pickle = Array.FindIndex(_entries, static e => e.Name.EndsWith("data.pkl", StringComparison.Ordinal));
            Zip = ModelBytes.Zip(_entries);
            string copy = Path.GetTempFileName();
            ModelFile.Write(ModelFile.Read(path), copy);
            Safetensors = File.ReadAllBytes(copy);
            File.Delete(copy);
        }

        public byte[] Zip { get; }

        public byte[] Safetensors { get; }

        public byte[] Pickle => _entries[_pickle].Data;

        public byte[] WithPickle(byte[] pickle) =>
            ModelBytes.Zip([.. _entries.Select((e, i) => i == _pickle ? (e.Name, pickle) : e)]);
    }
}

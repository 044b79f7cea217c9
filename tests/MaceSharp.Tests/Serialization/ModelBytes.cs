using System.Diagnostics;
using System.IO.Compression;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;

namespace MaceSharp.Tests.Serialization;

/// <summary>Makes files in memory and reads them, with an eye on time and memory.</summary>
internal static class ModelBytes
{
    /// <summary>A zip archive of stored entries, with right checksums.</summary>
    public static byte[] Zip(params (string Name, byte[] Data)[] entries) => Zip(CompressionLevel.NoCompression, entries);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Data)[] entries)
    {
        MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] data) in entries)
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(data);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A file of torch.save around a pickle.</summary>
    public static byte[] Torch(byte[] pickle, params (string Name, byte[] Data)[] others) => Zip([("m/data.pkl", pickle), ("m/version", "3\n"u8.ToArray()), .. others]);

    /// <summary>The entries of a zip file.</summary>
    public static (string Name, byte[] Data)[] Unzip(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        return [.. archive.Entries.Select(static e => (e.FullName, ReadAll(e)))];
    }

    /// <summary>Reads a model from memory.</summary>
    public static MaceModel Read(byte[] file) => ModelFile.Read(new MemoryStream(file));

    /// <summary>Asserts that a file is refused by one sentence with the given words, within two seconds and 64 MiB beyond twenty times its size.</summary>
    public static void AssertRefused(byte[] file, string words)
    {
        long start = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        InvalidInputException exception = Assert.ThrowsAny<InvalidInputException>(() => Read(file));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
        AssertModest(GC.GetAllocatedBytesForCurrentThread() - start, file.Length);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        AssertSentence(exception.Message);
    }

    public static void AssertModest(long allocated, long fileLength) =>
        Assert.True(allocated < (64L << 20) + (20 * fileLength), $"{allocated} bytes were allocated for a file of {fileLength}.");

    public static void AssertSentence(string message)
    {
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 10, 1000);
    }

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        byte[] data = new byte[entry.Length];
        stream.ReadExactly(data);
        return data;
    }
}

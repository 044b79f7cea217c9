using System.Runtime.InteropServices;

namespace MaceSharp.Measuring;

/// <summary>The machine on which something was measured.</summary>
/// <param name="Processor">Name of the processor, or its architecture where the system does not tell.</param>
/// <param name="Cores">Logical cores this process may use.</param>
/// <param name="VectorBits">Bits of the widest vectors; 0 without any.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="OperatingSystem">Name and version of the operating system.</param>
public sealed record Machine(string Processor, int Cores, int VectorBits, string Runtime, string OperatingSystem)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>This machine.</summary>
    public static Machine Current() =>
        new(ProcessorName(), Environment.ProcessorCount, PeakMeter.VectorBits, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription.Trim());

    private static string ProcessorName()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString();
        string? name = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        try
        {
            // Only some architectures have the line.
            if (File.Exists(ProcessorFile))
            {
                name = File.ReadLines(ProcessorFile).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2) is [_, string value] ? value.Trim() : name;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The architecture is name enough.
        }

        return string.IsNullOrWhiteSpace(name) ? architecture : $"{name} ({architecture})";
    }
}

using System.Diagnostics;

namespace MaceSharp.Measuring;

/// <summary>Memory that this process has taken from some moment on.</summary>
public sealed class MemoryMeter
{
    private readonly long _resident;
    private readonly long _peak;
    private readonly long _managed;

    private MemoryMeter(long resident, long peak, long managed)
    {
        _resident = resident;
        _peak = peak;
        _managed = managed;
    }

    /// <summary>Collects garbage and starts to measure.</summary>
    public static MemoryMeter Start()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process process = Process.GetCurrentProcess();
        return new MemoryMeter(process.WorkingSet64, process.PeakWorkingSet64, GC.GetTotalMemory(forceFullCollection: false));
    }

    /// <summary>Bytes added since: resident at the worst moment, and managed now.</summary>
    public (long Resident, long Managed) Growth()
    {
        using Process process = Process.GetCurrentProcess();

        // A peak that has not moved belongs to what was before, such as the reading of the model.
        long peak = process.PeakWorkingSet64, resident = peak > _peak ? peak : process.WorkingSet64;
        return (Math.Max(0, resident - _resident), Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - _managed));
    }
}

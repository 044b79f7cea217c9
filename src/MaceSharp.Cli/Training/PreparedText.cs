using MaceSharp.Cli.Output;
using MaceSharp.Training;

namespace MaceSharp.Cli.Training;

/// <summary>A prepared data set in words.</summary>
internal static class PreparedText
{
    /// <summary>Frames, files, size and cutoff.</summary>
    public static string Of(PreparedDataSet set) =>
        FormattableString.Invariant($"{Numbers.Count(set.FrameCount, "frame")} in {Numbers.Count(set.ShardCount, "file")}, {Numbers.Bytes(set.Bytes)}, neighbours within {set.Cutoff} Å");
}

namespace MaceSharp.Cli.Tests.Documentation;

public sealed class OutputPatternTests
{
    [Theory]
    [InlineData("9 frames in 646 ms (135 atoms/s); 2 threads", "9 frames in 1.2 s (12 345 atoms/s); 1 thread", true)]
    [InlineData("9 frames in 646 ms (135 atoms/s); 2 threads", "9 frames in 2 min 3 s (1.5 atoms/s); 64 threads", true)]
    [InlineData("9 frames in 646 ms", "8 frames in 646 ms", false)]
    [InlineData("energy   -1.25  eV", "energy -1.25 eV", true)]
    [InlineData("energy   -1.25  eV", "energy -1.26 eV", false)]
    [InlineData("first\n...\nlast", "first\nsecond\nthird\nlast", true)]
    [InlineData("first\n...\nlast", "first\nsecond", false)]
    [InlineData("first", "first\nsecond", false)]
    public void Tells_what_changed_from_what_may(string shown, string printed, bool same) => Assert.Equal(same, OutputPattern.IsOutput(shown.Split('\n'), printed + "\n"));
}

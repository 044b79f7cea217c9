using MaceSharp.Cli.Evaluation;

namespace MaceSharp.Cli.Tests;

public sealed class OrderedPipelineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void ResultsComeInOrder(int workers)
    {
        List<int> results = [];
        OrderedPipeline.Run(Count(500), Workers(workers, static i => { Thread.SpinWait(i * 7919 % 5000); return 2 * i; }), (r, _) => results.Add(r), default);
        Assert.Equal(Enumerable.Range(0, 500).Select(static i => 2 * i), results);
    }

    [Fact]
    public void FewItemsAreUnderWayHoweverLongTheSequence()
    {
        int started = 0, largest = 0, consumed = 0;
        IEnumerator<int> Source()
        {
            for (int i = 0; i < 2000; i++)
            {
                largest = Math.Max(largest, ++started - Volatile.Read(ref consumed));
                yield return i;
            }
        }

        OrderedPipeline.Run(Source(), Workers(4, static i => i), (_, _) => Interlocked.Increment(ref consumed), default);
        Assert.Equal(2000, consumed);
        Assert.InRange(largest, 1, (2 * 4) + 3);
    }

    [Fact]
    public void AnErrorComesAfterTheResultsBeforeIt()
    {
        List<int> results = [];
        ArgumentException error = Assert.Throws<ArgumentException>(() => OrderedPipeline.Run(
            Count(100),
            Workers(4, static i => i is 10 or 11 ? throw new ArgumentException($"item {i}") : i),
            (r, _) => results.Add(r),
            default));
        Assert.Equal("item 10", error.Message);
        Assert.Equal(Enumerable.Range(0, 10), results);
    }

    [Fact]
    public void AnErrorOfTheSequenceIsItsLastItem()
    {
        static IEnumerator<int> Source()
        {
            yield return 0;
            yield return 1;
            throw new InvalidDataException("torn");
        }

        List<int> results = [];
        Assert.Throws<InvalidDataException>(() => OrderedPipeline.Run(Source(), Workers(3, static i => i), (r, _) => results.Add(r), default));
        Assert.Equal([0, 1], results);
    }

    [Fact]
    public void AnErrorOfTheConsumerEndsTheRun() =>
        Assert.Throws<IOException>(() => OrderedPipeline.Run(Count(1_000_000), Workers(3, static i => i), static (r, _) => { if (r == 5) { throw new IOException("full"); } }, default));

    [Fact]
    public void CancellationEndsTheRun()
    {
        using CancellationTokenSource cancellation = new();
        Assert.Throws<OperationCanceledException>(() => OrderedPipeline.Run(Count(int.MaxValue), Workers(2, static i => i), (r, _) => { if (r == 50) { cancellation.Cancel(); } }, cancellation.Token));
    }

    [Fact]
    public void AnEmptySequenceGivesNothing()
    {
        OrderedPipeline.Run(Count(0), Workers(2, static i => i), static (_, _) => Assert.Fail("There is nothing."), default);
    }

    private static IEnumerator<int> Count(int count) => Enumerable.Range(0, count).GetEnumerator();

    private static Func<int, int>[] Workers(int count, Func<int, int> work) => [.. Enumerable.Repeat(work, count)];
}

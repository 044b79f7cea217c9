using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Tests.Optimization;

public class LbfgsTests
{
    /// <summary>Rosenbrock's valley in twenty variables: minimum 0 where all are 1.</summary>
    [Fact]
    public void RosenbrocksValleyIsFollowedToItsEnd()
    {
        Lbfgs search = new(20);
        search.Start(new double[20]);
        int iterations = Minimise(search, Rosenbrock, 300);
        Assert.InRange(iterations, 10, 150);
        foreach (double x in search.Point) { Assert.InRange(x, 1 - 1e-5, 1 + 1e-5); }
    }

    /// <summary>A memory that is shorter than the search still gets there.</summary>
    [Fact]
    public void OldPairsAreForgotten()
    {
        Lbfgs search = new(20, history: 4);
        search.Start([.. Enumerable.Repeat(-1.0, 20)]);
        Minimise(search, Rosenbrock, 500);
        Assert.InRange(search.PairCount, 1, 4);
        foreach (double x in search.Point) { Assert.InRange(x, 1 - 1e-5, 1 + 1e-5); }
    }

    /// <summary>Every step fulfils the strong Wolfe conditions.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(1000)]
    public void LineSearchesEndAtWolfePoints(double trial)
    {
        // (Moré and Thuente, ACM Trans. Math. Softw. 20, 286 (1994), functions 5.1 and 5.2.)
        foreach (Func<double, (double, double)> f in new Func<double, (double, double)>[]
        {
            static t => (-t / ((t * t) + 2), ((t * t) - 2) / Math.Pow((t * t) + 2, 2)),
            static t => (Math.Pow(t + 0.004, 5) - (2 * Math.Pow(t + 0.004, 4)), (5 * Math.Pow(t + 0.004, 4)) - (8 * Math.Pow(t + 0.004, 3))),
        })
        {
            (double value, double slope) = f(0);
            WolfeSearch search = new((x, g) => { (double v, g[0]) = f(x[0]); return v; }, [0], [1], 1e-9);
            (double length, double after, double[] gradient) = search.Run(value, [slope], slope, trial);
            Assert.True(after <= value + (WolfeSearch.EnoughFall * length * slope));
            Assert.True(Math.Abs(gradient[0]) <= WolfeSearch.EnoughCurvature * Math.Abs(slope));
        }
    }

    /// <summary>Where the function is not finite the search turns back: x − ln x from a step far beyond 0.</summary>
    [Fact]
    public void WhatIsNotFiniteIsAvoided()
    {
        Lbfgs search = new(1);
        search.Start([5]);
        Minimise(search, static (x, g) => { g[0] = 1 - (1 / x[0]); return x[0] > 0 ? x[0] - Math.Log(x[0]) : double.NaN; }, 100);
        Assert.Equal(1, search.Point[0], 6);
    }

    [Fact]
    public void ABeginThatIsNotFiniteEndsTheSearch()
    {
        Lbfgs search = new(1);
        search.Start([5]);
        (double value, bool done) = search.Iterate(static (_, _) => double.NaN);
        Assert.True(done && double.IsNaN(value));
    }

    /// <summary>A constant function, and one whose gradient lies, end the search instead of circling.</summary>
    [Fact]
    public void NothingToGainIsSeen()
    {
        Lbfgs search = new(2);
        search.Start([1, 2]);
        Assert.True(search.Iterate(static (_, _) => 3).IsDone);
        search.Start([1, 2]);
        Assert.True(search.Iterate(static (x, g) => { g[0] = -1; return x[0]; }).IsDone);
        Assert.Equal([1, 2], search.Point.ToArray());
    }

    /// <summary>A state that is taken up goes on with the same bits, also after an iteration that was broken off.</summary>
    [Fact]
    public void AStateGoesOnExactly()
    {
        Lbfgs whole = new(20), broken = new(20);
        whole.Start([.. Enumerable.Repeat(-1.0, 20)]);
        broken.Start(whole.Point);
        for (int i = 0; i < 30; i++)
        {
            whole.Iterate(Rosenbrock);
            int left = 1;
            try
            {
                broken.Iterate((x, g) => left-- == 0 ? throw new OperationCanceledException() : Rosenbrock(x, g));
            }
            catch (OperationCanceledException)
            {
                Lbfgs next = new(20);
                Assert.True(next.TryLoad(broken.State.ToDictionary(static s => s.Key, static s => s.Value.ToArray())));
                broken = next;
                broken.Iterate(Rosenbrock);
            }

            Assert.Equal(whole.Point.ToArray(), broken.Point.ToArray());
        }

        Assert.False(new Lbfgs(19).TryLoad(whole.State.ToDictionary(static s => s.Key, static s => s.Value)));
        Assert.False(new Lbfgs(20).TryLoad(whole.State.Where(static s => s.Key != "change_3").ToDictionary(static s => s.Key, static s => s.Value)));
    }

    private static int Minimise(Lbfgs search, DifferentiableFunction function, int most)
    {
        double last = double.PositiveInfinity;
        for (int i = 1; i <= most; i++)
        {
            (double value, bool done) = search.Iterate(function);
            Assert.True(value <= last);
            last = value;
            if (done) { return i; }
        }

        return most + 1;
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> g)
    {
        double sum = 0;
        g.Clear();
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double a = 1 - x[i], b = x[i + 1] - (x[i] * x[i]);
            sum += (a * a) + (100 * b * b);
            g[i] += (-2 * a) - (400 * x[i] * b);
            g[i + 1] += 200 * b;
        }

        return sum;
    }
}

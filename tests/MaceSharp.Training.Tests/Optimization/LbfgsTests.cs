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

    /// <summary>
    /// The function after each iteration of <c>torch.optim.LBFGS(lr=1, max_iter=1, max_eval=25, history_size=200, line_search_fn="strong_wolfe")</c>, PyTorch 1.13.0a0 of Debian 12
    /// (float64, x86-64), one call of <c>step</c> an iteration; 12 iterations in one call give the same.
    /// </summary>
    [Fact]
    public void IterationsAreThoseOfPyTorch()
    {
        double[] valley =
        [
            185.59179803132594, 118.58414525957468, 65.07743105846166, 14.18978470821715, 3.5018826734058486, 3.4063470205566286,
            3.3930623197692706, 3.383497851042225, 3.35277696235808, 3.0018887024321987, 2.991409416766826, 2.830119517036797,
        ];
        double[] bowl =
        [
            13.090909090909092, 1.753843289977601, 0.9571384007289173, 0.31479205344573435, 0.19714225737753643, 0.12919469268675382,
            0.0872640088981606, 0.04984604156042988, 0.0038656785856586847, 0.0003847297212275184, 9.962755801577636e-06, 6.523007159384776e-08,
        ];
        Follow([-1.2, 1, -1.2, 1], Rosenbrock, valley);
        Follow(new double[5], Bowl, bowl);

        static void Follow(double[] start, DifferentiableFunction function, double[] expected)
        {
            Lbfgs search = new(start.Length);
            search.Start(start);
            double[] gradient = new double[start.Length];
            foreach (double value in expected)
            {
                search.Iterate(function);
                double actual = function(search.Point, gradient);
                Assert.InRange(actual, value * (1 - 1e-7), value * (1 + 1e-7));
            }
        }
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

    /// <summary>½·Σ k²·(x − 1)², k from 1.</summary>
    private static double Bowl(ReadOnlySpan<double> x, Span<double> g)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double weight = (i + 1.0) * (i + 1.0);
            g[i] = weight * (x[i] - 1);
            sum += 0.5 * g[i] * (x[i] - 1);
        }

        return sum;
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

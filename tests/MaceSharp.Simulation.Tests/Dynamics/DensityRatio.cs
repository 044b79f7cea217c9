namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>
/// The ensemble-validity check (M. R. Shirts, J. Chem. Theory Comput. 9, 909 (2013)): samples of x at two states of Boltzmann's distribution have densities whose ratio is exp(a + b·x) with a known slope b,
/// which is estimated by maximum likelihood. Errors come from blocks longer than any correlation.
/// </summary>
internal static class DensityRatio
{
    /// <summary>Estimates the slope of ln p₂(x)/p₁(x).</summary>
    /// <returns>The slope and its standard error, by the jackknife over blocks of the samples.</returns>
    public static (double Slope, double Error) Fit(double[] first, double[] second)
    {
        const int Blocks = 16;
        double[] slopes = [.. Enumerable.Range(0, Blocks).AsParallel().AsOrdered().Select(b => Slope(Without(first, b), Without(second, b)))];
        double mean = slopes.Average();
        return (Slope(first, second), Math.Sqrt((Blocks - 1.0) / Blocks * slopes.Sum(s => (s - mean) * (s - mean))));

        static double[] Without(double[] x, int block) => [.. x.Where((_, i) => i * Blocks / x.Length != block)];
    }

    /// <summary>Mean and its standard error.</summary>
    public static (double Mean, double Error) Mean(double[] samples)
    {
        double mean = samples.Average(), variance = samples.Average(x => (x - mean) * (x - mean));
        return (mean, Math.Sqrt(variance * Inefficiency(samples) / samples.Length));
    }

    /// <summary>Logistic regression by Newton's method.</summary>
    private static double Slope(double[] one, double[] two)
    {
        double centre = one.Concat(two).Average(), spread = Math.Sqrt(one.Concat(two).Average(x => (x - centre) * (x - centre)));
        double a = Math.Log((double)two.Length / one.Length), b = 0;
        for (int iteration = 0; iteration < 12; iteration++)
        {
            double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
            Add(one, 0);
            Add(two, 1);
            double det = (haa * hbb) - (hab * hab);
            a += ((hbb * ga) - (hab * gb)) / det;
            b += ((haa * gb) - (hab * ga)) / det;

            void Add(double[] samples, double label)
            {
                foreach (double x in samples)
                {
                    double z = (x - centre) / spread, p = 1 / (1 + Math.Exp(-(a + (b * z)))), w = p * (1 - p);
                    ga += label - p;
                    gb += (label - p) * z;
                    haa += w;
                    hab += w * z;
                    hbb += w * z * z;
                }
            }
        }

        return b / spread;
    }

    /// <summary>1 + 2 Σ correlation, summed until it first is not positive.</summary>
    private static double Inefficiency(double[] x)
    {
        double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean)), g = 1;
        for (int lag = 1; lag < x.Length / 4; lag++)
        {
            double sum = 0;
            for (int i = 0; i + lag < x.Length; i++) { sum += (x[i] - mean) * (x[i + lag] - mean); }
            double c = sum / ((x.Length - lag) * variance);
            if (c <= 0) { break; }
            g += 2 * c * (1 - ((double)lag / x.Length));
        }

        return g;
    }
}

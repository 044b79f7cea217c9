namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>
/// The ensemble-validity check (M. R. Shirts, J. Chem. Theory Comput. 9, 909 (2013)): samples of x at two states of Boltzmann's distribution have densities whose ratio is exp(a + b·x) with a known slope b,
/// which is estimated by maximum likelihood. Correlated samples count by their statistical inefficiency.
/// </summary>
internal static class DensityRatio
{
    /// <summary>Estimates the slope of ln p₂(x)/p₁(x).</summary>
    /// <returns>The slope and its standard error.</returns>
    public static (double Slope, double Error) Fit(double[] first, double[] second)
    {
        double[] one = Decorrelate(first), two = Decorrelate(second);
        double centre = one.Concat(two).Average(), spread = Math.Sqrt(one.Concat(two).Average(x => (x - centre) * (x - centre)));
        double a = 0, b = 0, haa = 0, hab = 0, hbb = 0;
        double prior = Math.Log((double)two.Length / one.Length);
        for (int iteration = 0; iteration < 50; iteration++)
        {
            double ga = 0, gb = 0;
            (haa, hab, hbb) = (0, 0, 0);
            foreach ((double x, bool isSecond) in one.Select(x => (x, false)).Concat(two.Select(x => (x, true))))
            {
                double z = (x - centre) / spread, p = 1 / (1 + Math.Exp(-(a + (b * z) + prior))), residual = (isSecond ? 1 : 0) - p, w = p * (1 - p);
                ga += residual;
                gb += residual * z;
                haa += w;
                hab += w * z;
                hbb += w * z * z;
            }

            double det = (haa * hbb) - (hab * hab);
            a += ((hbb * ga) - (hab * gb)) / det;
            b += ((haa * gb) - (hab * ga)) / det;
        }

        return (b / spread, Math.Sqrt(haa / ((haa * hbb) - (hab * hab))) / spread);
    }

    /// <summary>Mean and its standard error.</summary>
    public static (double Mean, double Error) Mean(double[] samples)
    {
        double mean = samples.Average(), variance = samples.Average(x => (x - mean) * (x - mean));
        return (mean, Math.Sqrt(variance * Inefficiency(samples) / samples.Length));
    }

    /// <summary>Every g-th sample, g the statistical inefficiency.</summary>
    private static double[] Decorrelate(double[] samples)
    {
        int stride = Math.Max(1, (int)Math.Ceiling(Inefficiency(samples)));
        return [.. samples.Where((_, i) => i % stride == 0)];
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

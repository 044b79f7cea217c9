namespace MaceSharp.Simulation;

/// <summary>Mean of a correlated series with its standard error by blocking: H. Flyvbjerg and H. G. Petersen, J. Chem. Phys. 91, 461 (1989). Memory grows with the logarithm of the length.</summary>
public sealed class BlockAverage
{
    /// <summary>A level with fewer blocks says too little about the error.</summary>
    private const int FewestBlocks = 8;

    private readonly List<Level> _levels = [new()];

    /// <summary>Number of values.</summary>
    public long Count => _levels[0].Count;

    /// <summary>Mean of the values; NaN without any.</summary>
    public double Mean => Count == 0 ? double.NaN : _levels[0].Mean;

    /// <summary>Standard deviation of the values.</summary>
    public double StandardDeviation => Count < 2 ? 0 : Math.Sqrt(_levels[0].Squares / (Count - 1));

    /// <summary>Standard error of the mean: the largest that blocks of any length give, as long as there are eight; NaN for a shorter series.</summary>
    public double StandardError
    {
        get
        {
            double largest = double.NaN;
            foreach (Level level in _levels)
            {
                if (level.Count < FewestBlocks) { break; }
                double error = Math.Sqrt(level.Squares / (level.Count - 1) / level.Count);
                if (!(error <= largest)) { largest = error; }
            }

            return largest;
        }
    }

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value.</param>
    public void Add(double value)
    {
        for (int i = 0; ; i++)
        {
            if (i == _levels.Count) { _levels.Add(new Level()); }
            Level level = _levels[i];
            level.Count++;
            double d = value - level.Mean;
            level.Mean += d / level.Count;
            level.Squares += d * (value - level.Mean);
            if (level.Count % 2 != 0)
            {
                level.Waiting = value;
                return;
            }

            value = 0.5 * (level.Waiting + value);
        }
    }

    private sealed class Level
    {
        public long Count { get; set; }

        public double Mean { get; set; }

        public double Squares { get; set; }

        public double Waiting { get; set; }
    }
}

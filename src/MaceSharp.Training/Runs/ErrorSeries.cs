using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Errors of one quantity, summed as they come: memory does not grow with their number beyond a limit.</summary>
internal sealed class ErrorSeries
{
    /// <summary>Of more errors than this the percentile is that of every second, fourth, … one.</summary>
    private const int MostKept = 1 << 20;

    private readonly List<double> _kept = [];
    private long _stride = 1;
    private long _count;
    private double _absolute;
    private double _square;
    private double _labelAbsolute;
    private double _labelSquare;

    /// <summary>The numbers; null without errors.</summary>
    public ErrorNumbers? Numbers
    {
        get
        {
            if (_count == 0) { return null; }
            double mae = _absolute / _count, rmse = Math.Sqrt(_square / _count);
            return new(mae, rmse, 100 * mae / ((_labelAbsolute / _count) + 1e-9), 100 * rmse / (Math.Sqrt(_labelSquare / _count) + 1e-9), Percentile(0.95));
        }
    }

    /// <summary>Adds an error.</summary>
    /// <param name="error">Label less prediction.</param>
    /// <param name="label">The label.</param>
    public void Add(double error, double label)
    {
        double size = Math.Abs(error);
        _absolute += size;
        _square += error * error;
        _labelAbsolute += Math.Abs(label);
        _labelSquare += label * label;
        if (_count++ % _stride != 0) { return; }
        _kept.Add(size);
        if (_kept.Count <= MostKept) { return; }
        int kept = 0;
        for (int i = 0; i < _kept.Count; i += 2) { _kept[kept++] = _kept[i]; }
        _kept.RemoveRange(kept, _kept.Count - kept);
        _stride *= 2;
    }

    /// <summary>Adds the errors of the components.</summary>
    public void Add(Vector3D error, Vector3D label)
    {
        Add(error.X, label.X);
        Add(error.Y, label.Y);
        Add(error.Z, label.Z);
    }

    /// <summary>Adds the errors of the elements.</summary>
    public void Add(Matrix3 error, Matrix3 label)
    {
        Add(error.Row0, label.Row0);
        Add(error.Row1, label.Row1);
        Add(error.Row2, label.Row2);
    }

    /// <summary>A percentile of absolute errors, interpolated linearly between neighbours in order.</summary>
    private double Percentile(double share)
    {
        double[] sorted = [.. _kept];
        Array.Sort(sorted);
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}

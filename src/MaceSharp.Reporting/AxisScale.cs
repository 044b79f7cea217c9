namespace MaceSharp.Reporting;

/// <summary>How an axis maps numbers to places.</summary>
public enum AxisScale
{
    /// <summary>Equal differences are equally far apart.</summary>
    Linear,

    /// <summary>Equal ratios are equally far apart; numbers that are not positive are left out of the picture.</summary>
    Logarithmic,
}

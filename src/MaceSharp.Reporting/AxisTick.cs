namespace MaceSharp.Reporting;

/// <summary>A labelled place of an axis, such as a point of high symmetry on a path of wave vectors.</summary>
/// <param name="Position">Where, in the unit of the axis.</param>
/// <param name="Label">What is written there.</param>
public readonly record struct AxisTick(double Position, string Label);

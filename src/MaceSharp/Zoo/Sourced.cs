namespace MaceSharp.Zoo;

/// <summary>A fact about a published model and the page on which it was read.</summary>
/// <typeparam name="T">What the fact is.</typeparam>
/// <param name="Value">The fact.</param>
/// <param name="Source">Address of the page.</param>
public readonly record struct Sourced<T>(T Value, string Source);

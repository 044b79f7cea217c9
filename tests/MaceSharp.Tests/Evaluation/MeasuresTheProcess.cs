namespace MaceSharp.Tests.Evaluation;

/// <summary>Tests that read counters of the whole process and so run while no other test does.</summary>
[CollectionDefinition(nameof(MeasuresTheProcess), DisableParallelization = true)]
public sealed class MeasuresTheProcess;

namespace MaceSharp.Simulation;

/// <summary>Formats of a trajectory.</summary>
public enum TrajectoryFormat
{
    /// <summary>Extended XYZ with ASE's keys and units.</summary>
    ExtendedXyz,

    /// <summary>A LAMMPS dump, units metal.</summary>
    LammpsDump,
}

/// <summary>Which files a run of molecular dynamics writes. A null path: none.</summary>
public sealed record DynamicsOutput
{
    /// <summary>Table of energies, temperature, pressure and the conserved energy.</summary>
    public string? StatisticsPath { get; init; }

    /// <summary>Steps between its rows.</summary>
    public long StatisticsEvery { get; init; } = 100;

    /// <summary>Frames.</summary>
    public string? TrajectoryPath { get; init; }

    /// <summary>Steps between frames.</summary>
    public long TrajectoryEvery { get; init; } = 100;

    /// <summary>Step of the first frame.</summary>
    public long TrajectoryStart { get; init; }

    /// <summary>Format of the frames.</summary>
    public TrajectoryFormat TrajectoryFormat { get; init; }

    /// <summary>First part of the names of restart files, which are <c>STEM-STEP.extxyz</c>.</summary>
    public string? RestartStem { get; init; }

    /// <summary>Steps between restart points.</summary>
    public long RestartEvery { get; init; } = 1000;

    /// <summary>How many restart files are kept; 0: all.</summary>
    public int RestartsToKeep { get; init; }

    /// <summary>The last frame.</summary>
    public string? FinalPath { get; init; }

    /// <summary>The last good frame of a run that was stopped by a guard.</summary>
    public string? LastGoodPath { get; init; }

    /// <summary>What stops a run.</summary>
    public DynamicsGuards Guards { get; init; } = new();
}

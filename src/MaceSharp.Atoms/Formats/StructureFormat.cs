namespace MaceSharp.Atoms;

/// <summary>The file formats of structures.</summary>
public enum StructureFormat
{
    /// <summary>Extended XYZ in the dialect of ASE, <c>extxyz</c>: many frames, cell, any data. Plain XYZ is read by it too.</summary>
    ExtendedXyz,

    /// <summary>Plain XYZ, <c>xyz</c>: symbols and positions; the second line is a comment that is not interpreted.</summary>
    Xyz,

    /// <summary>Crystallographic Information File, <c>cif</c>.</summary>
    Cif,

    /// <summary>VASP POSCAR or CONTCAR, <c>vasp</c>.</summary>
    Vasp,

    /// <summary>LAMMPS data file, <c>lammps-data</c>.</summary>
    LammpsData,

    /// <summary>JSON lines, <c>jsonl</c>: one object a frame with any data, for programs.</summary>
    JsonLines,
}

namespace MaceSharp.Zoo;

/// <summary>Whether the energies a model was trained on contain London dispersion.</summary>
public enum DispersionTreatment
{
    /// <summary>They do not: a correction such as D3 has to be added for molecular crystals, liquids and layers.</summary>
    NotIncluded,

    /// <summary>They do: nothing may be added.</summary>
    Included,

    /// <summary>A multi-head model: those of some heads do, those of others do not.</summary>
    DependsOnHead,
}

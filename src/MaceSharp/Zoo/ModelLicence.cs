namespace MaceSharp.Zoo;

/// <summary>The licence under which a model is published.</summary>
public enum ModelLicence
{
    /// <summary>The MIT licence: free for any purpose.</summary>
    Mit,

    /// <summary>The Academic Software License (<see href="https://github.com/gabor1/ASL"/>): free for academic, not for commercial purposes. It has to be accepted before the download.</summary>
    AcademicSoftware,
}

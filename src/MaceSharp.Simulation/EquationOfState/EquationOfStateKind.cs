namespace MaceSharp.Simulation;

/// <summary>Forms of the energy of a crystal as a function of its volume.</summary>
public enum EquationOfStateKind
{
    /// <summary>Third-order finite Eulerian strain: F. Birch, Phys. Rev. 71, 809 (1947).</summary>
    BirchMurnaghan,

    /// <summary>Universal equation of state: P. Vinet, J. Ferrante, J. H. Rose and J. R. Smith, J. Geophys. Res. 92, 9319 (1987).</summary>
    Vinet,

    /// <summary>Bulk modulus linear in pressure: F. D. Murnaghan, Proc. Natl. Acad. Sci. USA 30, 244 (1944).</summary>
    Murnaghan,
}

using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Dynamics;

/// <summary>The ensembles as <c>--ensemble</c> names them: the names of janus-core where it has them.</summary>
internal static class EnsembleNames
{
    private static readonly (string Name, Ensemble Ensemble, CellFreedom Freedom)[] Known =
    [
        ("nve", Ensemble.Nve, default),
        ("nvt", Ensemble.Langevin, default),
        ("nvt-csvr", Ensemble.Csvr, default),
        ("nvt-nh", Ensemble.NoseHoover, default),
        ("nvt-berendsen", Ensemble.Berendsen, default),
        ("npt", Ensemble.NptCellRescaling, CellFreedom.Isotropic),
        ("npt-aniso", Ensemble.NptCellRescaling, CellFreedom.Anisotropic),
        ("npt-full", Ensemble.NptCellRescaling, CellFreedom.Full),
        ("npt-mtk", Ensemble.NptMartynaTobiasKlein, CellFreedom.Full),
        ("npt-mtk-iso", Ensemble.NptMartynaTobiasKlein, CellFreedom.Isotropic),
        ("npt-mtk-aniso", Ensemble.NptMartynaTobiasKlein, CellFreedom.Anisotropic),
        ("nph", Ensemble.Nph, CellFreedom.Full),
    ];

    /// <summary>All names.</summary>
    public static string[] All => [.. Known.Select(static k => k.Name)];

    /// <summary>The ensemble of a name.</summary>
    public static (Ensemble Ensemble, CellFreedom Freedom) Parse(string name)
    {
        (_, Ensemble ensemble, CellFreedom freedom) = Known.First(k => k.Name == name);
        return (ensemble, freedom);
    }

    /// <summary>Works to cite for an ensemble.</summary>
    public static IEnumerable<Citation> Citations(Ensemble ensemble)
    {
        Citation csvr = new("stochastic velocity rescaling", "G. Bussi, D. Donadio and M. Parrinello, J. Chem. Phys. 126, 014101 (2007)", "10.1063/1.2408420");
        Citation chains = new("Nosé–Hoover chains", "G. J. Martyna, M. L. Klein and M. Tuckerman, J. Chem. Phys. 97, 2635 (1992)", "10.1063/1.463940");
        Citation mtk = new("barostat of Martyna, Tobias and Klein", "G. J. Martyna, D. J. Tobias and M. L. Klein, J. Chem. Phys. 101, 4177 (1994)", "10.1063/1.467468");
        Citation factorisation = new("its integrator", "M. E. Tuckerman, J. Alejandre, R. López-Rendón, A. L. Jochim and G. J. Martyna, J. Phys. A 39, 5629 (2006)", "10.1088/0305-4470/39/19/S18");
        return ensemble switch
        {
            Ensemble.Langevin => [new("Langevin dynamics, BAOAB", "B. Leimkuhler and C. Matthews, Appl. Math. Res. eXpress 2013, 34 (2013)", "10.1093/amrx/abs010")],
            Ensemble.Csvr => [csvr],
            Ensemble.NoseHoover => [chains],
            Ensemble.Berendsen => [new("weak coupling", "H. J. C. Berendsen et al., J. Chem. Phys. 81, 3684 (1984)", "10.1063/1.448118")],
            Ensemble.NptCellRescaling => [new("stochastic cell rescaling", "M. Bernetti and G. Bussi, J. Chem. Phys. 153, 114107 (2020)", "10.1063/5.0020514"), new("its anisotropic form", "V. Del Tatto, P. Raiteri, M. Bernetti and G. Bussi, Appl. Sci. 12, 1139 (2022)", "10.3390/app12031139"), csvr],
            Ensemble.NptMartynaTobiasKlein => [mtk, factorisation, chains],
            Ensemble.Nph => [mtk, factorisation],
            _ => [new("velocity Verlet", "W. C. Swope, H. C. Andersen, P. H. Berens and K. R. Wilson, J. Chem. Phys. 76, 637 (1982)", "10.1063/1.442716")],
        };
    }
}

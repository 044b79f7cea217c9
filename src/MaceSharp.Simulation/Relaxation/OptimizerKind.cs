namespace MaceSharp.Simulation;

/// <summary>How a minimum is looked for.</summary>
public enum OptimizerKind
{
    /// <summary>Limited-memory BFGS (D. C. Liu and J. Nocedal, Math. Program. 45, 503 (1989)).</summary>
    Lbfgs,

    /// <summary>The fast inertial relaxation engine (E. Bitzek, P. Koskinen, F. Gähler, M. Moseler and P. Gumbsch, Phys. Rev. Lett. 97, 170201 (2006)).</summary>
    Fire,

    /// <summary>BFGS with the whole inverse Hessian; for some hundred atoms at most.</summary>
    Bfgs,

    /// <summary>Conjugate gradients of Polak and Ribière with a line search.</summary>
    ConjugateGradient,
}

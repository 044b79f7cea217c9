namespace MaceSharp.Simulation;

/// <summary>
/// A chain of Nosé–Hoover thermostats (G. J. Martyna, M. L. Klein and M. Tuckerman, J. Chem. Phys. 97, 2635 (1992)) with its explicit reversible integrator
/// (G. J. Martyna, M. E. Tuckerman, D. J. Tobias and M. L. Klein, Mol. Phys. 87, 1117 (1996)): three weights of Yoshida and Suzuki.
/// </summary>
internal sealed class NoseHooverChain
{
    private static readonly double[] Weights = [1 / (2 - Math.Cbrt(2)), 1 - (2 / (2 - Math.Cbrt(2))), 1 / (2 - Math.Cbrt(2))];
    private readonly double _time;
    private readonly int _substeps;
    private readonly double[] _positions;
    private readonly double[] _velocities;

    public NoseHooverChain(double time, int length, int substeps)
    {
        (_time, _substeps) = (time, substeps);
        _positions = new double[length];
        _velocities = new double[length];
    }

    /// <summary>Energy of the chain, eV.</summary>
    /// <param name="freedom">Degrees of freedom it is coupled to.</param>
    /// <param name="thermal">Thermal energy kT, eV.</param>
    public double Energy(double freedom, double thermal)
    {
        double sum = freedom * thermal * _positions[0];
        for (int k = 0; k < _positions.Length; k++)
        {
            sum += 0.5 * Mass(k, freedom, thermal) * _velocities[k] * _velocities[k];
            if (k > 0) { sum += thermal * _positions[k]; }
        }

        return sum;
    }

    /// <summary>Lets the chain act for a time.</summary>
    /// <param name="kinetic">Kinetic energy it is coupled to, eV.</param>
    /// <param name="freedom">Degrees of freedom of this energy.</param>
    /// <param name="thermal">Thermal energy kT, eV.</param>
    /// <param name="time">How long.</param>
    /// <returns>By what the velocities are to be multiplied.</returns>
    public double Propagate(double kinetic, double freedom, double thermal, double time)
    {
        double scale = 1;
        int last = _positions.Length - 1;
        for (int sub = 0; sub < _substeps; sub++)
        {
            foreach (double weight in Weights)
            {
                double dt = weight * time / _substeps;
                Accelerate(last, kinetic, freedom, thermal, 0.5 * dt);
                for (int k = last - 1; k >= 0; k--) { Damped(k, kinetic, freedom, thermal, dt); }
                double factor = Math.Exp(-dt * _velocities[0]);
                scale *= factor;
                kinetic *= factor * factor;
                for (int k = 0; k <= last; k++) { _positions[k] += dt * _velocities[k]; }
                for (int k = 0; k < last; k++) { Damped(k, kinetic, freedom, thermal, dt); }
                Accelerate(last, kinetic, freedom, thermal, 0.5 * dt);
            }
        }

        return scale;
    }

    public void Save(StateBag bag, string name)
    {
        bag.Set(name + "_x", _positions);
        bag.Set(name + "_v", _velocities);
    }

    public void Load(StateBag bag, string name)
    {
        bag.Reals(name + "_x", _positions.Length).CopyTo(_positions, 0);
        bag.Reals(name + "_v", _velocities.Length).CopyTo(_velocities, 0);
    }

    private double Mass(int k, double freedom, double thermal) => (k == 0 ? freedom : 1) * thermal * _time * _time;

    private void Damped(int k, double kinetic, double freedom, double thermal, double dt)
    {
        double damping = Math.Exp(-0.25 * dt * _velocities[k + 1]);
        _velocities[k] *= damping;
        Accelerate(k, kinetic, freedom, thermal, 0.5 * dt);
        _velocities[k] *= damping;
    }

    private void Accelerate(int k, double kinetic, double freedom, double thermal, double dt)
    {
        double excess = k == 0 ? (2 * kinetic) - (freedom * thermal) : (Mass(k - 1, freedom, thermal) * _velocities[k - 1] * _velocities[k - 1]) - thermal;
        _velocities[k] += dt * excess / Mass(k, freedom, thermal);
    }
}

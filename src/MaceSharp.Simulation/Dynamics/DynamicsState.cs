using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Atoms in motion: everything a step of an integrator reads and writes. Velocities are in Å per Å·(u/eV)^½ (10.18 fs), ASE's unit; momenta accordingly.</summary>
public sealed class DynamicsState
{
    private readonly double[] _masses;
    private readonly Vector3D[] _velocities;
    private readonly Vector3D[] _forces;

    internal DynamicsState(Structure structure, double[] masses, ConstraintSet constraints, double timeStep)
    {
        Structure = structure;
        _masses = masses;
        _velocities = new Vector3D[masses.Length];
        _forces = new Vector3D[masses.Length];
        Constraints = constraints;
        TimeStep = timeStep;
    }

    /// <summary>Positions and cell; changed in place.</summary>
    public Structure Structure { get; }

    /// <summary>Masses, u.</summary>
    public ReadOnlySpan<double> Masses => _masses;

    /// <summary>Velocities, Å per Å·(u/eV)^½.</summary>
    public Span<Vector3D> Velocities => _velocities;

    /// <summary>Forces at the positions, eV/Å.</summary>
    public Span<Vector3D> Forces => _forces;

    /// <summary>Potential energy, eV.</summary>
    public double PotentialEnergy { get; internal set; }

    /// <summary>Virial −∂E/∂ε, eV; null where the structure is not periodic in three directions or the potential has none.</summary>
    public Matrix3? Virial { get; internal set; }

    /// <summary>What the atoms must not do.</summary>
    public ConstraintSet Constraints { get; }

    /// <summary>Time step in the internal unit Å·(u/eV)^½.</summary>
    public double TimeStep { get; }

    /// <summary>Steps done.</summary>
    public long StepCount { get; internal set; }

    /// <summary>Degrees of freedom of the kinetic energy.</summary>
    public int DegreesOfFreedom { get; internal set; }

    /// <summary>The temperature aimed at, times the Boltzmann constant, eV.</summary>
    public double TargetThermalEnergy { get; internal set; }

    /// <summary>The pressure aimed at, eV/Å³; of a tensor its mean.</summary>
    public double TargetPressure { get; internal set; }

    /// <summary>What the target has beyond its mean, in the cell <see cref="ReferenceCell"/>, eV/Å³: symmetric, with trace 0.</summary>
    internal Matrix3 TargetDeviation { get; set; }

    /// <summary>The cell to which strains refer where the target is a tensor.</summary>
    internal Matrix3 ReferenceCell { get; set; }

    /// <summary>
    /// The pressure tensor that holds the cell where it is, eV/Å³: −(1/V) ∂W/∂ε of <see cref="PressureWork"/>. Beyond the mean it is the thermodynamic tension of M. Parrinello and A. Rahman (J. Appl. Phys. 52, 7182 (1981)):
    /// constant in the reference cell, D, and (V₀/V)·Fᵀ·D·F after a deformation F.
    /// </summary>
    internal Matrix3 TargetPressureTensor
    {
        get
        {
            Matrix3 tensor = TargetPressure * Matrix3.Identity;
            if (TargetDeviation == default) { return tensor; }
            Matrix3 f = ReferenceCell.Inverse() * Structure.Cell;
            return tensor + ((Math.Abs(ReferenceCell.Determinant) / Structure.Volume) * (f.Transposed * TargetDeviation * f));
        }
    }

    /// <summary>What it takes to make room for the cell, eV: P·V, and V₀·D:E with the strain E = (F·Fᵀ − 1)/2 where the target is a tensor.</summary>
    internal double PressureWork
    {
        get
        {
            double work = TargetPressure * Structure.Volume;
            if (TargetDeviation == default) { return work; }
            Matrix3 f = ReferenceCell.Inverse() * Structure.Cell;
            return work + (0.5 * Math.Abs(ReferenceCell.Determinant) * (TargetDeviation * ((f * f.Transposed) - Matrix3.Identity)).Trace);
        }
    }

    /// <summary>Time, fs.</summary>
    public double Time => StepCount * TimeStep / Units.Femtosecond;

    /// <summary>Kinetic energy, eV.</summary>
    public double KineticEnergy
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < _velocities.Length; i++) { sum += _masses[i] * _velocities[i].NormSquared; }
            return 0.5 * sum;
        }
    }

    /// <summary>Σ m v⊗v, eV.</summary>
    public Matrix3 KineticTensor
    {
        get
        {
            Matrix3 sum = default;
            for (int i = 0; i < _velocities.Length; i++) { sum += _masses[i] * Matrix3.Outer(_velocities[i], _velocities[i]); }
            return sum;
        }
    }

    /// <summary>Temperature of the kinetic energy, K.</summary>
    public double Temperature => DegreesOfFreedom == 0 ? 0 : 2 * KineticEnergy / (DegreesOfFreedom * Units.BoltzmannConstant);

    /// <summary>Σ m v⊗v of what a change of the cell moves: atoms, and centres of mass of those that fixed bonds hold together, eV.</summary>
    internal Matrix3 CentreKineticTensor => Constraints.HasBonds ? KineticTensor + Constraints.Groups.KineticCorrection(Velocities) : KineticTensor;

    /// <summary>The virial that belongs to <see cref="CentreKineticTensor"/>, eV.</summary>
    internal Matrix3? CentreVirial => Virial is Matrix3 virial && Constraints.HasBonds ? virial + Constraints.Groups.VirialCorrection(Structure.Positions, Forces) : Virial;

    /// <summary>Degrees of freedom of <see cref="CentreKineticTensor"/>, the centre of mass of all at rest.</summary>
    internal int CentreFreedom => (3 * Constraints.Groups.CentreCount) - 3;

    /// <summary>
    /// Pressure tensor (Σ m v⊗v + virial)/V, eV/Å³; null where there is no virial. Atoms that fixed bonds hold together enter by their centre of mass, so that the forces along these bonds are not needed:
    /// the mean is the same as of all atoms with these forces.
    /// </summary>
    public Matrix3? Pressure => CentreVirial is Matrix3 virial ? (1 / Structure.Volume) * (CentreKineticTensor + virial) : null;

    /// <summary>Total mass, u.</summary>
    public double TotalMass
    {
        get
        {
            double sum = 0;
            foreach (double m in _masses) { sum += m; }
            return sum;
        }
    }

    /// <summary>Velocity of the centre of mass.</summary>
    public Vector3D Drift
    {
        get
        {
            Vector3D sum = default;
            for (int i = 0; i < _velocities.Length; i++) { sum += _masses[i] * _velocities[i]; }
            return sum / TotalMass;
        }
    }

    /// <summary>Takes the velocity of the centre of mass away.</summary>
    public void RemoveDrift()
    {
        Vector3D drift = Drift;
        foreach (ref Vector3D v in Velocities) { v -= drift; }
    }

    /// <summary>Takes the rotation about the centre of mass away; nothing for a single atom.</summary>
    public void RemoveRotation()
    {
        ReadOnlySpan<Vector3D> positions = Structure.Positions;
        Vector3D centre = default, drift = Drift;
        for (int i = 0; i < positions.Length; i++) { centre += _masses[i] * positions[i]; }
        centre /= TotalMass;
        Vector3D momentum = default;
        Matrix3 inertia = default;
        for (int i = 0; i < positions.Length; i++)
        {
            Vector3D r = positions[i] - centre;
            momentum += _masses[i] * Vector3D.Cross(r, _velocities[i] - drift);
            inertia += _masses[i] * ((r.NormSquared * Matrix3.Identity) - Matrix3.Outer(r, r));
        }

        // Linear molecules do not turn about their axis: that direction has no moment of inertia.
        (Vector3D values, Matrix3 vectors) = MatrixFunctions.EigenSymmetric(inertia);
        double largest = Math.Max(values.X, Math.Max(values.Y, values.Z));
        Vector3D omega = default;
        for (int k = 0; k < 3; k++)
        {
            if (values[k] > 1e-9 * largest) { omega += (Vector3D.Dot(vectors[k], momentum) / values[k]) * vectors[k]; }
        }

        for (int i = 0; i < positions.Length; i++) { _velocities[i] -= Vector3D.Cross(omega, positions[i] - centre); }
    }

    /// <summary>Multiplies all velocities.</summary>
    public void ScaleVelocities(double factor)
    {
        foreach (ref Vector3D v in Velocities) { v *= factor; }
    }

    /// <summary>Deforms cell and positions, r → r·F, about the centre of mass, which stays. Groups with fixed bonds move as a whole.</summary>
    internal void Deform(Matrix3 deformation)
    {
        Span<Vector3D> positions = Structure.Positions;
        Vector3D centre = default;
        for (int i = 0; i < positions.Length; i++) { centre += _masses[i] * positions[i]; }
        centre /= TotalMass;
        Structure.Cell *= deformation;
        foreach (ref Vector3D r in positions) { r -= centre; }
        Constraints.Groups.Multiply(positions, deformation);
        foreach (ref Vector3D r in positions) { r += centre; }
    }
}

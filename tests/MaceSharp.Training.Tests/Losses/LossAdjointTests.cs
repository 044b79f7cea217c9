using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Tests.Losses;

/// <summary>Derivatives of every loss against differences, and values against formulas written out by hand.</summary>
public class LossAdjointTests
{
    public static TheoryData<string> Kinds => ["weighted", "forces_only", "stress", "virials", "huber", "universal", "l1l2energyforces", "dipole", "dipole_polar", "energy_forces_dipole"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DerivativesAreThoseOfTheValue(string kind)
    {
        foreach (ILoss loss in new[] { LossFactory.Create(new LossOptions { Kind = kind }), LossFactory.CreateStageTwo(new LossOptions { Kind = kind }) })
        {
            TrainingBatch batch = Batch();
            BatchPrediction prediction = Prediction(batch);
            PredictionAdjoint adjoint = new();
            adjoint.Reset(batch.GraphCount, batch.AtomCount);
            loss.Evaluate(batch, prediction, adjoint);
            Check(loss, batch, adjoint.Energies[0], step => Shifted(batch, p => p.Energies[0] += step));
            Check(loss, batch, adjoint.Energies[1], step => Shifted(batch, p => p.Energies[1] += step));
            for (int atom = 0; atom < batch.AtomCount; atom++)
            {
                int i = atom;
                Check(loss, batch, adjoint.Forces[i].X, step => Shifted(batch, p => p.Forces[i] += new Vector3D(step, 0, 0)));
                Check(loss, batch, adjoint.Forces[i].Z, step => Shifted(batch, p => p.Forces[i] += new Vector3D(0, 0, step)));
            }

            Matrix3 yz = new(0, 0, 0, 0, 0, 1, 0, 0, 0);
            Check(loss, batch, adjoint.Stresses[0][1, 2], step => Shifted(batch, p => p.Stresses[0] += step * yz));
            Check(loss, batch, adjoint.Virials[0][1, 2], step => Shifted(batch, p => p.Virials[0] += step * yz));
            Check(loss, batch, adjoint.Polarizabilities[1][1, 2], step => Shifted(batch, p => p.Polarizabilities[1] += step * yz));
            Check(loss, batch, adjoint.Dipoles[1].Y, step => Shifted(batch, p => p.Dipoles[1] += new Vector3D(0, step, 0)));
        }
    }

    /// <summary>mace/modules/loss.py of mace-torch 0.3.15, the arithmetic of two structures of 1 and 3 atoms done by hand.</summary>
    [Fact]
    public void ValuesAreThoseOfTheFormulas()
    {
        TrainingBatch batch = Batch();
        BatchPrediction p = Prediction(batch);
        double e0 = p.Energies[0] - 1, e1 = (p.Energies[1] + 2) / 3;
        double l1 = ((2 * 0.5 * Math.Abs(e0)) + Math.Abs(e1)) / 2;
        double l2 = Enumerable.Range(0, 4).Sum(i => (p.Forces[i] - batch.Forces[i]).Norm) / 4;
        Assert.Equal((3 * l1) + (7 * l2), new L1L2Loss(3, 7).Evaluate(batch, p, null), 12);

        double dipole = (p.Dipoles[0] - new Vector3D(1, 2, 3)).NormSquared + ((p.Dipoles[1] - new Vector3D(-1, 0, 1)).NormSquared / 9);
        Assert.Equal(100 * dipole / 6, new DipoleLoss().Evaluate(batch, p, null), 12);

        Matrix3 v = p.Virials[0] - new Matrix3(1, 2, 3, 4, 5, 6, 7, 8, 9);
        double virials = 2 * (v.Row0.NormSquared + v.Row1.NormSquared + v.Row2.NormSquared) / 18;
        Assert.Equal(virials, new VirialsLoss(0, 0, 1).Evaluate(batch, p, null), 12);

        Matrix3 a = p.Polarizabilities[0] - Matrix3.Identity, b = 1.0 / 3 * (p.Polarizabilities[1] - new Matrix3(1, 0, 0, 0, 2, 0, 0, 0, 3));
        double alpha = new[] { a, b }.Sum(static m => m.Row0.NormSquared + m.Row1.NormSquared + m.Row2.NormSquared) / 18;
        Assert.Equal(alpha + (dipole / 6), new DipolePolarizabilityLoss().Evaluate(batch, p, null), 12);
    }

    private static void Check(ILoss loss, TrainingBatch batch, double derivative, Func<double, BatchPrediction> at)
    {
        const double Step = 1e-5;
        double difference = (loss.Evaluate(batch, at(Step), null) - loss.Evaluate(batch, at(-Step), null)) / (2 * Step);
        Assert.True(Math.Abs(derivative - difference) <= 1e-6 * Math.Max(1, Math.Abs(difference)), $"{loss.GetType().Name}: {derivative} against {difference}");
    }

    private static TrainingBatch Batch() => new(
        new LabelledStructure
        {
            Structure = new Structure([1], [default]),
            Energy = 1,
            Forces = [new(1, 2, 3)],
            Stress = new Matrix3(0.1, 0.2, 0.3, 0.2, 0.5, 0.6, 0.3, 0.6, 0.9),
            Virials = new Matrix3(1, 2, 3, 4, 5, 6, 7, 8, 9),
            Dipole = new(1, 2, 3),
            Polarizability = Matrix3.Identity,
            Weight = 2,
            EnergyWeight = 0.5,
        },
        new LabelledStructure
        {
            Structure = new Structure([1, 8, 1], [default, new(1, 0, 0), new(0, 1, 0)]),
            Energy = -2,
            Forces = [new(150, 0, 1), new(0, 250, 0), new(0, 1, 350)],
            Dipole = new(-1, 0, 1),
            Polarizability = new Matrix3(1, 0, 0, 0, 2, 0, 0, 0, 3),
            ForcesWeight = 1.5,
        });

    private static BatchPrediction Prediction(TrainingBatch batch) => Shifted(batch, static _ => { });

    private static BatchPrediction Shifted(TrainingBatch batch, Action<BatchPrediction> change)
    {
        BatchPrediction p = new();
        p.Reset(batch.GraphCount, batch.AtomCount);
        p.Energies[0] = 1.003;
        p.Energies[1] = -1.2;
        for (int i = 0; i < batch.AtomCount; i++) { p.Forces[i] = batch.Forces[i] + new Vector3D(0.004, 0.7 + i, -0.02); }
        p.Stresses[0] = new Matrix3(0.2, 0.2, 0.3, 0.2, 0.4, 0.607, 0.3, 0.6, 0.9);
        p.Virials[0] = new Matrix3(1, 2, 3, 4, 5, 8, 7, 8, 9.5);
        p.Dipoles[0] = new(1.5, 2, 2);
        p.Dipoles[1] = new(-1, 2, 1);
        p.Polarizabilities[1] = new Matrix3(1, 0.5, 0, 0, 2, 1, 0, 0, 3);
        change(p);
        return p;
    }
}

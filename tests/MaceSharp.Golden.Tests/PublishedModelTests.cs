using MaceSharp.Atoms;
using MaceSharp.Zoo;

namespace MaceSharp.Golden.Tests;

/// <summary>Published foundation models against the results that mace-torch publishes for them.</summary>
public sealed class PublishedModelTests
{
    /// <summary>eV, eV/Å and eV/Å³: the tolerance to which upstream asserts the same numbers from machine to machine.</summary>
    private const double Tolerance = 1e-6;

    [PublishedModelFact("mp-0-small")]
    public void Mp0Small() => Compare("mp-0-small");

    [PublishedModelFact("mpa-0-medium")]
    public void Mpa0Medium() => Compare("mpa-0-medium");

    [PublishedModelFact("mh-0")]
    public void Mh0() => Compare("mh-0");

    [PublishedModelFact("off23-small")]
    public void Off23Small() => Compare("off23-small");

    /// <summary>The numbers obey the laws that any slip in writing them down would break.</summary>
    [Fact]
    public void The_references_are_consistent()
    {
        Assert.Equal(["mp-0-small", "mpa-0-medium", "mh-0", "off23-small"], PublishedModels.Names);
        foreach ((string name, PublishedResult result) in PublishedModels.Names.SelectMany(PublishedModels.ResultsOf))
        {
            Assert.Equal(result.Structure.Count, result.Forces.Length);
            Vector3D force = default, torque = default;
            for (int i = 0; i < result.Forces.Length; i++)
            {
                force += result.Forces[i];
                torque += Vector3D.Cross(result.Structure.Positions[i], result.Forces[i]);
            }

            Assert.True(force.Norm < 1e-12, $"{name}: the forces add up to {force}.");
            Assert.True(result.Structure.Periodicity.IsAny || torque.Norm < 1e-8, $"{name}: the torques add up to {torque}.");
            Assert.Equal(result.Structure.Periodicity.IsAny, result.Stress is not null);
            if (result.Stress is { } stress) { Assert.Equal(stress, stress.Transposed); }
        }
    }

    private static void Compare(string name)
    {
        string path = PublishedModels.Find(name, out string reason) ?? throw new InvalidOperationException(reason);
        VerificationResult identity = ModelVerifier.Verify(path);
        Assert.True(identity.Outcome == VerificationOutcome.Matches, identity.Sentence);
        MacePotential potential = MacePotential.Load(path, new MaceOptions { Head = PublishedModels.HeadOf(name) });
        List<string> faults = [];
        foreach ((string structure, PublishedResult expected) in PublishedModels.ResultsOf(name))
        {
            PotentialResult actual = potential.Compute(expected.Structure, Properties.Energy | Properties.Forces | Properties.Virial);
            Check($"{structure} energy", expected.Energy, actual.Energy!.Value);
            for (int i = 0; i < expected.Forces.Length; i++)
            {
                for (int axis = 0; axis < 3; axis++) { Check($"{structure} force {i} {"xyz"[axis]}", expected.Forces[i][axis], actual.Forces[i][axis]); }
            }

            if (expected.Stress is not { } stress) { continue; }

            // From the virial, because upstream gives a stress to a slab as well.
            Matrix3 computed = -1 / expected.Structure.Volume * actual.Virial!.Value;
            for (int row = 0; row < 3; row++)
            {
                for (int column = 0; column < 3; column++) { Check($"{structure} stress {row} {column}", stress[row, column], computed[row, column]); }
            }
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));

        void Check(string what, double expected, double actual)
        {
            if (!(Math.Abs(expected - actual) <= Tolerance)) { faults.Add($"{what}: {actual:R} instead of {expected:R}"); }
        }
    }
}

using System.Text.Json;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests.Neighbors;

/// <summary>The edges of the reference implementation.</summary>
public class NeighborListGoldenTests
{
    [GoldenTheory]
    [InlineData("a_mace_8x0e")]
    [InlineData("d_density_agnesi_zbl")]
    [InlineData("j_off23_small_shape")]
    public void Every_structure_has_the_edges_of_the_reference(string model)
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("refs", model + ".json")));
        double cutoff = reference.RootElement.GetProperty("hyperparameters").GetProperty("r_max").GetDouble();
        NeighborList list = new();
        int structures = 0;
        foreach (JsonProperty result in reference.RootElement.GetProperty("results").EnumerateObject())
        {
            (Vector3D[] positions, Matrix3 cell, Periodicity periodicity) = Read(reference.RootElement.GetProperty("structures").GetProperty(result.Name));
            list.Build(positions, cell, periodicity, cutoff);
            int expected = result.Value.EnumerateObject().First().Value.GetProperty("num_edges").GetInt32();
            Assert.True(expected == list.EdgeCount, $"{result.Name}: {list.EdgeCount} edges instead of {expected}");
            structures++;

            if (!reference.RootElement.TryGetProperty("intermediates", out JsonElement all)
                || !all.TryGetProperty(result.Name, out JsonElement intermediates)) { continue; }
            Dictionary<Edge, double> edges = [];
            for (int e = 0; e < expected; e++)
            {
                JsonElement shift = intermediates.GetProperty("edge_unit_shift")[e];
                Edge edge = new(
                    intermediates.GetProperty("edge_sender")[e].GetInt32(),
                    intermediates.GetProperty("edge_receiver")[e].GetInt32(),
                    (int)shift[0].GetDouble(),
                    (int)shift[1].GetDouble(),
                    (int)shift[2].GetDouble());
                JsonElement length = intermediates.GetProperty("edge_length_A")[e];
                edges.Add(edge, (length.ValueKind == JsonValueKind.Array ? length[0] : length).GetDouble());
            }

            // Equal counts and no edge missing: the same set.
            BruteForce.AssertSame(edges, BruteForce.Edges(list, positions, cell), cutoff, 1e-13, result.Name);
        }

        Assert.Equal(model.StartsWith('j') ? 5 : 11, structures);
    }

    private static (Vector3D[] Positions, Matrix3 Cell, Periodicity Periodicity) Read(JsonElement structure)
    {
        JsonElement pbc = structure.GetProperty("pbc");
        double[] cell = [.. structure.GetProperty("cell_A").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(x => x.GetDouble())];
        return (
            [.. structure.GetProperty("positions_A").EnumerateArray().Select(p => new Vector3D(p[0].GetDouble(), p[1].GetDouble(), p[2].GetDouble()))],
            Matrix3.FromRowMajor(cell),
            new Periodicity(pbc[0].GetBoolean(), pbc[1].GetBoolean(), pbc[2].GetBoolean()));
    }
}

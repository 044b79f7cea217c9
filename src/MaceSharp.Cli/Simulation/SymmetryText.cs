using System.Text.Json;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Simulation;

/// <summary>How the symmetry of a crystal is told.</summary>
internal static class SymmetryText
{
    /// <summary>For a person.</summary>
    public static string Of(SpaceGroupType? type, PointGroup pointGroup) =>
        type is null ? $"point group {pointGroup.Symbol}" : $"space group {type}, point group {pointGroup.Symbol}";

    /// <summary>Properties for machines.</summary>
    public static void Write(Utf8JsonWriter json, SpaceGroupType? type, PointGroup pointGroup)
    {
        if (type is not null)
        {
            json.WriteString("space_group", type.Symbol);
            json.WriteNumber("space_group_number", type.Number);
            json.WriteString("hall_symbol", type.HallSymbol);
        }

        json.WriteString("point_group", pointGroup.Symbol);
    }
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MaceSharp.Atoms;

/// <summary>
/// Structures as JSON lines (https://jsonlines.org): one object a line and frame, for programs that talk to each other through pipes.
/// </summary>
/// <remarks>
/// Fields: <c>atomic_numbers</c> (or <c>symbols</c> when reading), <c>positions</c> [[x, y, z], …] in Å, <c>cell</c> (three rows, Å; left out when there is none),
/// <c>pbc</c> (three truth values; left out when none is true), <c>info</c> and <c>arrays</c> (objects; left out when empty).
/// Reals always have a point or an exponent, integers never, so that both survive; null is NaN, ±1e999 is ±∞.
/// </remarks>
internal static class JsonLinesFormat
{
    /// <summary>Writes one frame and ends the line.</summary>
    public static void Write(TextWriter writer, Structure structure)
    {
        writer.Write("{\"atomic_numbers\":[");
        for (int i = 0; i < structure.Count; i++)
        {
            if (i > 0) { writer.Write(','); }
            writer.Write(structure.AtomicNumbers[i].ToString(CultureInfo.InvariantCulture));
        }

        writer.Write("],\"positions\":[");
        for (int i = 0; i < structure.Count; i++)
        {
            if (i > 0) { writer.Write(','); }
            WriteVector(writer, structure.Positions[i]);
        }

        writer.Write(']');
        if (structure.Cell != Matrix3.Zero)
        {
            writer.Write(",\"cell\":[");
            for (int axis = 0; axis < 3; axis++)
            {
                if (axis > 0) { writer.Write(','); }
                WriteVector(writer, structure.Cell[axis]);
            }

            writer.Write(']');
        }

        if (structure.Periodicity.IsAny)
        {
            writer.Write(",\"pbc\":[");
            for (int axis = 0; axis < 3; axis++)
            {
                if (axis > 0) { writer.Write(','); }
                writer.Write(structure.Periodicity[axis] ? "true" : "false");
            }

            writer.Write(']');
        }

        WriteData(writer, "info", structure.Info);
        WriteData(writer, "arrays", structure.Arrays);
        writer.Write("}\n");
    }

    private static void WriteData(TextWriter writer, string name, OrderedDictionary<string, DataArray> data)
    {
        if (data.Count == 0) { return; }
        writer.Write(",\"");
        writer.Write(name);
        writer.Write("\":{");
        for (int i = 0; i < data.Count; i++)
        {
            if (i > 0) { writer.Write(','); }
            (string key, DataArray value) = data.GetAt(i);
            WriteText(writer, key);
            writer.Write(':');
            int next = 0;
            WriteArray(writer, value, 0, ref next);
        }

        writer.Write('}');
    }

    private static void WriteArray(TextWriter writer, DataArray value, int axis, ref int next)
    {
        if (axis == value.Shape.Count)
        {
            WriteElement(writer, value, next++);
            return;
        }

        writer.Write('[');
        for (int i = 0; i < value.Shape[axis]; i++)
        {
            if (i > 0) { writer.Write(','); }
            WriteArray(writer, value, axis + 1, ref next);
        }

        writer.Write(']');
    }

    private static void WriteElement(TextWriter writer, DataArray value, int index)
    {
        switch (value.Kind)
        {
            case DataKind.Boolean:
                writer.Write(value.Booleans[index] ? "true" : "false");
                break;
            case DataKind.Integer:
                writer.Write(value.Integers[index].ToString(CultureInfo.InvariantCulture));
                break;
            case DataKind.Real:
                WriteReal(writer, value.Reals[index]);
                break;
            default:
                WriteText(writer, value.Texts[index]);
                break;
        }
    }

    private static void WriteVector(TextWriter writer, Vector3D vector)
    {
        writer.Write('[');
        WriteReal(writer, vector.X);
        writer.Write(',');
        WriteReal(writer, vector.Y);
        writer.Write(',');
        WriteReal(writer, vector.Z);
        writer.Write(']');
    }

    private static void WriteReal(TextWriter writer, double value)
    {
        if (!double.IsFinite(value))
        {
            writer.Write(double.IsNaN(value) ? "null" : value > 0 ? "1e999" : "-1e999");
            return;
        }

        Span<char> text = stackalloc char[32];
        writer.Write(text[..NumberText.Format(value, text)]);
    }

    private static void WriteText(TextWriter writer, string text)
    {
        writer.Write('"');
        writer.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
        writer.Write('"');
    }
}

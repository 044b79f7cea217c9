using System.Globalization;
using System.Text;

namespace MaceSharp.Atoms;

/// <summary>Writes structures as extended or plain XYZ, in the dialect that ASE reads.</summary>
/// <remarks>
/// Columns are species, positions, then <see cref="Structure.Arrays"/> in their order; further axes of an array are flattened into columns.
/// Numbers are the shortest that give the same double; blanks separate the words of a line.
/// </remarks>
internal static class ExtendedXyzWriter
{
    /// <summary>Writes a frame; nothing of it is written if the structure holds something that extended XYZ cannot.</summary>
    /// <exception cref="InvalidInputException">A name or text cannot be written; the message says which.</exception>
    public static void Write(TextWriter writer, Structure structure)
    {
        StringBuilder comment = new();
        if (structure.Cell != Matrix3.Zero)
        {
            comment.Append("Lattice=\"");
            ExtendedXyzValueText.AppendMatrix(comment, structure.Cell);
            comment.Append("\" ");
        }

        List<DataArray> columns = AppendProperties(comment, structure);
        foreach ((string key, DataArray value) in structure.Info)
        {
            if (key is "Lattice" or "Properties" or "pbc")
            {
                throw new InvalidInputException($"The information '{key}' of a structure cannot be written as extended XYZ, where this key has a meaning of its own; rename it.");
            }

            comment.Append(' ');
            ExtendedXyzValueText.Append(comment, key, value);
        }

        comment.Append(" pbc=\"").Append(structure.Periodicity.ToString()).Append('"');
        LineBuffer lines = new(writer);
        lines.Append(structure.Count);
        lines.EndLine();
        lines.Append(comment);
        lines.EndLine();
        WriteAtoms(lines, structure, columns);
        lines.Flush();
    }

    /// <summary>Writes a frame as plain XYZ: symbols and positions, and the information <c>comment</c> if it is one line of text.</summary>
    public static void WritePlain(TextWriter writer, Structure structure)
    {
        LineBuffer lines = new(writer);
        lines.Append(structure.Count);
        lines.EndLine();
        if (structure.Info.TryGetValue("comment", out DataArray? comment) && comment is { Kind: DataKind.Text, IsScalar: true } && !comment.Texts[0].AsSpan().ContainsAny('\r', '\n'))
        {
            lines.Append(comment.Texts[0]);
        }

        lines.EndLine();
        WriteAtoms(lines, structure, []);
        lines.Flush();
    }

    private static List<DataArray> AppendProperties(StringBuilder comment, Structure structure)
    {
        StringBuilder properties = new("species:S:1:pos:R:3");
        List<DataArray> columns = [];
        foreach ((string name, DataArray array) in structure.Arrays)
        {
            if (name is "" or "species" or "pos" or "Z" || name.AsSpan().ContainsAny(':', '"', '\\') || name.Any(char.IsControl))
            {
                throw new InvalidInputException($"The array '{Excerpt.Of(name)}' of a structure cannot be written as extended XYZ under this name; rename it.");
            }

            int width = WidthOf(name, array, structure.Count);
            if (array.Kind == DataKind.Text) { CheckTexts(name, array.Texts); }
            char type = array.Kind switch { DataKind.Real => 'R', DataKind.Integer => 'I', DataKind.Boolean => 'L', _ => 'S' };
            properties.Append(CultureInfo.InvariantCulture, $":{name}:{type}:{width}");
            columns.Add(array);
        }

        comment.Append("Properties=");
        ExtendedXyzValueText.AppendQuoted(comment, properties.ToString());
        return columns;
    }

    private static int WidthOf(string name, DataArray array, int atoms)
    {
        if (array.IsScalar || array.Shape[0] != atoms)
        {
            throw new InvalidInputException($"The array '{Excerpt.Of(name)}' of a structure has {(array.IsScalar ? "no axis" : $"{array.Shape[0]} rows")} for {atoms} atoms.");
        }

        int width = array.Shape.Skip(1).Aggregate(1, static (product, extent) => product * extent);
        return width > 0 ? width : throw new InvalidInputException($"The array '{Excerpt.Of(name)}' of a structure has no columns, which extended XYZ cannot hold.");
    }

    private static void CheckTexts(string name, ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            if (text.Length == 0 || text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)))
            {
                throw new InvalidInputException($"The array '{Excerpt.Of(name)}' of a structure holds the text '{Excerpt.Of(text)}', but in the columns of extended XYZ a text is one word.");
            }
        }
    }

    private static void WriteAtoms(LineBuffer lines, Structure structure, List<DataArray> columns)
    {
        for (int i = 0; i < structure.Count; i++)
        {
            string symbol = Elements.Symbol(structure.AtomicNumbers[i]);
            lines.Append(symbol);
            if (symbol.Length == 1) { lines.Append(" "); }
            Vector3D position = structure.Positions[i];
            lines.AppendWord(position.X);
            lines.AppendWord(position.Y);
            lines.AppendWord(position.Z);
            foreach (DataArray column in columns)
            {
                int width = column.Count / structure.Count;
                int first = i * width;
                switch (column.Kind)
                {
                    case DataKind.Real:
                        foreach (double value in column.Reals.Slice(first, width)) { lines.AppendWord(value); }
                        break;
                    case DataKind.Integer:
                        foreach (long value in column.Integers.Slice(first, width))
                        {
                            lines.Append(" ");
                            lines.Append(value);
                        }

                        break;
                    case DataKind.Boolean:
                        foreach (bool value in column.Booleans.Slice(first, width)) { lines.Append(value ? " T" : " F"); }
                        break;
                    default:
                        foreach (string value in column.Texts.Slice(first, width))
                        {
                            lines.Append(" ");
                            lines.Append(value);
                        }

                        break;
                }
            }

            lines.EndLine();
        }
    }

    /// <summary>Gathers lines so that the text writer is called rarely and numbers are formatted in place.</summary>
    private sealed class LineBuffer(TextWriter writer)
    {
        private readonly char[] _buffer = new char[1 << 13];
        private int _length;

        public void Append(ReadOnlySpan<char> text)
        {
            if (text.Length > _buffer.Length - _length) { Flush(); }
            if (text.Length > _buffer.Length)
            {
                writer.Write(text);
                return;
            }

            text.CopyTo(_buffer.AsSpan(_length));
            _length += text.Length;
        }

        public void Append(StringBuilder text)
        {
            foreach (ReadOnlyMemory<char> chunk in text.GetChunks()) { Append(chunk.Span); }
        }

        public void Append(long value)
        {
            Span<char> digits = stackalloc char[24];
            value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            Append(digits[..length]);
        }

        public void AppendWord(double value)
        {
            if (NumberText.MaxRealLength + 1 > _buffer.Length - _length) { Flush(); }
            _buffer[_length++] = ' ';
            _length += NumberText.Format(value, _buffer.AsSpan(_length));
        }

        public void EndLine() => Append("\n");

        public void Flush()
        {
            writer.Write(_buffer.AsSpan(0, _length));
            _length = 0;
        }
    }
}

namespace MaceSharp.Atoms;

/// <summary>The one place that knows which class reads and writes which format.</summary>
internal static class FormatCodec
{
    /// <summary>Opens a text for reading.</summary>
    /// <param name="format">The format of the text.</param>
    /// <param name="reader">The text; not disposed.</param>
    /// <param name="source">What it is called in messages.</param>
    public static IFrameReader Open(StructureFormat format, TextReader reader, string source) => format switch
    {
        StructureFormat.ExtendedXyz => new ExtendedXyzReader(new LineReader(reader, source), plain: false),
        StructureFormat.Xyz => new ExtendedXyzReader(new LineReader(reader, source), plain: true),
        StructureFormat.Cif => new SequenceFrameReader(CifFormat.Read(reader, source)),
        StructureFormat.Vasp => new SequenceFrameReader(PoscarFormat.Read(reader, source)),
        StructureFormat.LammpsData => new SequenceFrameReader(LammpsDataFormat.Read(reader, source)),
        StructureFormat.JsonLines => new JsonLinesReader(new LineReader(reader, source)),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This is not a structure format."),
    };

    /// <summary>Whether a file of the format can hold more than one structure.</summary>
    public static bool HoldsManyFrames(StructureFormat format) => format is not (StructureFormat.Vasp or StructureFormat.LammpsData);

    /// <summary>Writes one structure.</summary>
    /// <param name="format">The format of the text.</param>
    /// <param name="writer">Where to; not flushed.</param>
    /// <param name="structure">What to write.</param>
    /// <param name="frame">Its number in the file, from 0.</param>
    /// <exception cref="InvalidInputException">The structure holds something the format cannot.</exception>
    public static void Write(StructureFormat format, TextWriter writer, Structure structure, long frame)
    {
        switch (format)
        {
            case StructureFormat.ExtendedXyz:
                ExtendedXyzWriter.Write(writer, structure);
                break;
            case StructureFormat.Xyz:
                ExtendedXyzWriter.WritePlain(writer, structure);
                break;
            case StructureFormat.Cif:
                CifFormat.Write(writer, structure, frame);
                break;
            case StructureFormat.Vasp:
                PoscarFormat.Write(writer, structure);
                break;
            case StructureFormat.LammpsData:
                LammpsDataFormat.Write(writer, structure);
                break;
            case StructureFormat.JsonLines:
                JsonLinesFormat.Write(writer, structure);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "This is not a structure format.");
        }
    }
}

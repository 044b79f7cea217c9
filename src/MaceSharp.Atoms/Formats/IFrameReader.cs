namespace MaceSharp.Atoms;

/// <summary>Reads one frame after the other from one text.</summary>
internal interface IFrameReader
{
    /// <summary>Reads the next frame, or returns null at the end.</summary>
    /// <exception cref="InvalidInputException">The text is not what the format asks for.</exception>
    Structure? Read();

    /// <summary>Passes over the next frame as cheaply as the format allows.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidInputException">The text is not what the format asks for.</exception>
    bool Skip();
}

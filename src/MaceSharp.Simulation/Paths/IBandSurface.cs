namespace MaceSharp.Simulation;

/// <summary>What the images of a band feel.</summary>
internal interface IBandSurface
{
    /// <summary>Energies and forces of images.</summary>
    /// <param name="band">The band; receives them.</param>
    /// <param name="first">First image.</param>
    /// <param name="end">Image behind the last.</param>
    /// <param name="cancellationToken">Ends a long evaluation early.</param>
    void Evaluate(Band band, int first, int end, CancellationToken cancellationToken);
}

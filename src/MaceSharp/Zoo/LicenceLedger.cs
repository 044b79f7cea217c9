namespace MaceSharp.Zoo;

/// <summary>Remembers in a folder which licences its user has accepted, one a line.</summary>
internal sealed class LicenceLedger(string folder)
{
    private readonly string _path = Path.Combine(folder, "accepted-licences.txt");

    /// <summary>Whether a licence has been accepted.</summary>
    public bool Contains(ModelLicence licence) => File.Exists(_path) && File.ReadLines(_path).Any(line => line.AsSpan().Trim().SequenceEqual(Identifier(licence)));

    /// <summary>Notes that a licence was accepted.</summary>
    public void Add(ModelLicence licence)
    {
        // One short append: two processes that do this at once leave two equal lines, which is harmless.
        using StreamWriter writer = new(_path, append: true) { NewLine = "\n" };
        writer.WriteLine(Identifier(licence));
    }

    private static string Identifier(ModelLicence licence) => licence switch
    {
        ModelLicence.AcademicSoftware => "ASL https://github.com/gabor1/ASL",
        _ => licence.ToString(),
    };
}

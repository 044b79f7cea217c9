using MaceSharp.Atoms;
using MaceSharp.Zoo;

namespace MaceSharp.Tests.Zoo;

public sealed class ModelVerifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mace-verify-").FullName;

    [Fact]
    public void A_file_with_the_name_of_a_model_but_other_content_differs()
    {
        VerificationResult result = ModelVerifier.Verify(Write("mace-mpa-0-medium.model"));
        Assert.Equal(VerificationOutcome.Differs, result.Outcome);
        Assert.Equal("mpa-0-medium", result.Model!.Name);
        Assert.Contains("75428afe3a1d7d8062e19bcaabd5c433623cabf308242ec9fb493e38604fb638", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_published_hash_says_so()
    {
        VerificationResult result = ModelVerifier.Verify(Write("ani500k_large_CC.model"));
        Assert.Equal(VerificationOutcome.NotPublished, result.Outcome);
        Assert.Equal("ani-cc", result.Model!.Name);
        Assert.Contains("no SHA-256 of that model is published", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_file_is_unknown()
    {
        VerificationResult result = ModelVerifier.Verify(Write("mine.model"));
        Assert.Equal(VerificationOutcome.Unknown, result.Outcome);
        Assert.Null(result.Model);

        // "abc", FIPS 180-4 example.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", result.Sha256);
        Assert.Equal(3, result.Size);
    }

    [Fact]
    public void A_digest_names_its_model()
    {
        Assert.True(ModelZoo.TryFindBySha256("2DDB079CEE0E131EAAF6912BA581B394551EAD283E95C99CFE78C605D10B5736", out ZooModel? model));
        Assert.Equal("mp-0-small", model.Name);
        Assert.False(ModelZoo.TryFindBySha256(new string('0', 64), out _));
    }

    [Fact]
    public void What_cannot_be_read_gets_a_sentence()
    {
        Assert.Contains("does not exist", Assert.Throws<InvalidInputException>(() => ModelVerifier.Verify(Path.Combine(_folder, "none.model"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InvalidInputException>(() => ModelVerifier.Verify(_folder)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "abc");
        return path;
    }
}

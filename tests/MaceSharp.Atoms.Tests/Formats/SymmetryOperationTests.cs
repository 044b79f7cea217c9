namespace MaceSharp.Atoms.Tests.Formats;

public sealed class SymmetryOperationTests
{
    [Theory]
    [InlineData("x,y,z", 0.1, 0.2, 0.3)]
    [InlineData("-y,x-y,z+1/3", -0.2, -0.1, 0.3 + (1 / 3.0))]
    [InlineData("1/2+X , 0.5 - Y, +z", 0.6, 0.3, 0.3)]
    [InlineData("z,-x+.75,y-1/4", 0.3, 0.65, 0.95)]
    [InlineData("x+2*y,y,2z-x+z-2z", 0.5, 0.2, 0.2)]
    [InlineData("0.3333-x,y+0.6667,z-1", (1 / 3.0) - 0.1, 0.2 + (2 / 3.0), 0.3)]
    [InlineData("x+1/8,y+5/24,z+0.17", 0.225, 0.2 + (5 / 24.0), 0.47)]
    public void ExpressionsAreApplied(string text, double x, double y, double z)
    {
        Assert.True(SymmetryOperation.TryParse(text, out SymmetryOperation operation));
        Vector3D image = operation.Apply(new Vector3D(0.1, 0.2, 0.3));
        Assert.True((image - new Vector3D(x, y, z)).Norm < 1e-12, image.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x,y")]
    [InlineData("x,y,z,1")]
    [InlineData("x,y,y")]
    [InlineData("x,y,z+")]
    [InlineData("x,y,w")]
    [InlineData("x,y,1/2x")]
    [InlineData("x,y,xz")]
    [InlineData("x,y,99999999999z")]
    [InlineData("x,y,z+1/")]
    [InlineData("x,y,*z")]
    [InlineData("x,y,--z")]
    public void OtherTextsAreRefused(string text) => Assert.False(SymmetryOperation.TryParse(text, out _));

    [Theory]
    [InlineData(8, "-x,-y,z", "y,-x,-z", "1/2-x,1/2+y,-z")] // P-42₁m
    [InlineData(6, "y,x,2/3-z", "-y,x-y,2/3+z")] // P3₂21
    [InlineData(24, "-y,x-y,z", "-x,-y,z+1/2", "y,x,-z", "-x,-y,-z")] // P6₃/mmc
    [InlineData(96, "x+1/2,y+1/2,z+1/2", "-x,-y,z", "-x,y,-z", "z,x,y", "y,x,-z", "-x,-y,-z")] // Im-3m
    public void GeneratorsMakeTheWholeGroup(int order, params string[] generators) => Assert.Equal(order, KnownCrystals.Operations(generators).Count);
}

namespace MaceSharp.Atoms.Tests;

public class Matrix3Tests
{
    [Fact]
    public void A_matrix_says_its_elements() => Assert.Equal("1 0 0; 0 0.5 0; 0 0 -2", new Matrix3(1, 0, 0, 0, 0.5, 0, 0, 0, -2).ToString());
}

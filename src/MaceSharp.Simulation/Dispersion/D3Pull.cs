using System.Numerics;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Sums of central forces and of their tensors.</summary>
internal struct D3Pull
{
    /// <summary>The sum of the forces.</summary>
    public Vector3D Force { get; private set; }

    /// <summary>The sum of the tensors d⊗f.</summary>
    public Matrix3 Tensor { get; private set; }

    /// <summary>Adds what is in the lanes.</summary>
    public void Add(Vector<double> x, Vector<double> y, Vector<double> z, Vector<double> xx, Vector<double> yy, Vector<double> zz, Vector<double> yz, Vector<double> xz, Vector<double> xy)
    {
        Force += new Vector3D(Vector.Sum(x), Vector.Sum(y), Vector.Sum(z));
        Tensor += Matrix3.FromVoigt([Vector.Sum(xx), Vector.Sum(yy), Vector.Sum(zz), Vector.Sum(yz), Vector.Sum(xz), Vector.Sum(xy)]);
    }
}

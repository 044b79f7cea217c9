using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Frames of a LAMMPS dump (<c>dump custom</c>, units metal: Å, Å/ps, eV/Å). Cells are turned as LAMMPS wants them, a along x and b in the plane of x and y; vectors turn with them.</summary>
internal static class LammpsDump
{
    /// <summary>Writes a frame.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="frame">Atoms with the arrays <c>momenta</c> and <c>forces</c> and the information <c>step</c>.</param>
    /// <param name="masses">Masses, u.</param>
    public static void Write(TextWriter writer, Structure frame, ReadOnlySpan<double> masses)
    {
        ReadOnlySpan<Vector3D> momenta = MemoryMarshal.Cast<double, Vector3D>(frame.Arrays["momenta"].Reals), forces = MemoryMarshal.Cast<double, Vector3D>(frame.Arrays["forces"].Reals);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"ITEM: TIMESTEP\n{frame.Info["step"].Integers[0]}\nITEM: NUMBER OF ATOMS\n{frame.Count}\n");
        Matrix3 turn = AppendBox(text, frame);
        text.Append("ITEM: ATOMS id type element x y z vx vy vz fx fy fz\n");
        int[] types = [.. frame.AtomicNumbers.ToArray().Distinct().Order()];
        double speed = Units.Picosecond;
        for (int i = 0; i < frame.Count; i++)
        {
            Vector3D r = frame.Positions[i] * turn, v = (speed / masses[i]) * (momenta[i] * turn), f = forces[i] * turn;
            int type = Array.IndexOf(types, frame.AtomicNumbers[i]) + 1;
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} {type} {Elements.Symbol(frame.AtomicNumbers[i])} {r.X} {r.Y} {r.Z} {v.X} {v.Y} {v.Z} {f.X} {f.Y} {f.Z}\n");
        }

        writer.Write(text);
    }

    private static Matrix3 AppendBox(StringBuilder text, Structure frame)
    {
        if (!(frame.Volume > 0))
        {
            Vector3D low = frame.Positions[0], high = low;
            foreach (Vector3D r in frame.Positions)
            {
                low = new(Math.Min(low.X, r.X), Math.Min(low.Y, r.Y), Math.Min(low.Z, r.Z));
                high = new(Math.Max(high.X, r.X), Math.Max(high.Y, r.Y), Math.Max(high.Z, r.Z));
            }

            text.Append(CultureInfo.InvariantCulture, $"ITEM: BOX BOUNDS ss ss ss\n{low.X} {high.X}\n{low.Y} {high.Y}\n{low.Z} {high.Z}\n");
            return Matrix3.Identity;
        }

        Matrix3 cell = frame.Cell;
        Vector3D x = cell.Row0 / cell.Row0.Norm, y = cell.Row1 - (Vector3D.Dot(cell.Row1, x) * x);
        y /= y.Norm;
        Vector3D z = Vector3D.Cross(x, y);
        if (Vector3D.Dot(cell.Row2, z) < 0) { z = -z; }
        Matrix3 turn = new Matrix3(x, y, z).Transposed, box = cell * turn;
        double xy = box[1, 0], xz = box[2, 0], yz = box[2, 1];
        string Flag(int axis) => frame.Periodicity[axis] ? "pp" : "ff";
        double low0 = Math.Min(Math.Min(0, xy), Math.Min(xz, xy + xz)), high0 = Math.Max(Math.Max(0, xy), Math.Max(xz, xy + xz));
        text.Append(CultureInfo.InvariantCulture, $"ITEM: BOX BOUNDS xy xz yz {Flag(0)} {Flag(1)} {Flag(2)}\n{low0} {box[0, 0] + high0} {xy}\n{Math.Min(0, yz)} {box[1, 1] + Math.Max(0, yz)} {xz}\n0 {box[2, 2]} {yz}\n");
        return turn;
    }
}

using MaceSharp.Atoms;
using MaceSharp.Reporting;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Dynamics;

/// <summary>What a run did on average, and its course for a figure in bounded memory: when full, every other point is dropped.</summary>
internal sealed class MdCourse
{
    private const int Capacity = 4096;
    private readonly List<(double Time, double Temperature, double Potential, double Conserved, double Volume)> _points = [];
    private long _stride = 1;
    private long _seen;
    private double _count, _temperature, _pressure, _meanTime, _meanConserved, _timeTime, _timeConserved;

    /// <summary>Mean temperature, K.</summary>
    public double Temperature => _temperature / _count;

    /// <summary>Mean pressure, GPa; null without virial.</summary>
    public double? Pressure { get; private set; }

    /// <summary>Slope of the conserved energy by least squares, eV an atom and ps.</summary>
    public double Drift => _timeTime > 0 ? _timeConserved / _timeTime : 0;

    /// <summary>Whether there is anything.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Notes the present step.</summary>
    public void Add(MolecularDynamics md)
    {
        DynamicsState s = md.State;
        double time = s.Time / 1000, conserved = md.ConservedEnergy / s.Structure.Count, temperature = s.Temperature;
        _count++;
        _temperature += temperature;
        if (s.Pressure is Matrix3 p)
        {
            _pressure += p.Trace / 3 / Units.GigaPascal;
            Pressure = _pressure / _count;
        }

        // Running means: differences of large sums would leave nothing of a small drift.
        double dt = time - _meanTime, de = conserved - _meanConserved;
        _meanTime += dt / _count;
        _meanConserved += de / _count;
        _timeTime += dt * (time - _meanTime);
        _timeConserved += dt * (conserved - _meanConserved);
        if (_seen++ % _stride != 0) { return; }
        if (_points.Count == Capacity)
        {
            for (int i = 0; i < Capacity / 2; i++) { _points[i] = _points[2 * i]; }
            _points.RemoveRange(Capacity / 2, Capacity / 2);
            _stride *= 2;
        }

        _points.Add((time, temperature, s.PotentialEnergy / s.Structure.Count, conserved, s.Structure.Volume));
    }

    /// <summary>Temperature, energies and volume against time.</summary>
    public Figure Draw(string title, bool hasBarostat)
    {
        double[] time = [.. _points.Select(static p => p.Time)];
        double potential = _points[0].Potential, conserved = _points[0].Conserved;
        Axis axis = new("time", "ps");
        Figure figure = new(title) { RowHeight = 240 };
        figure.Add(new Panel(axis, new Axis("temperature", "K")).Add(new LineSeries(null, time, [.. _points.Select(static p => p.Temperature)])));
        figure.Add(new Panel(axis, new Axis("energy from the start", "meV/atom"))
            .Add(new LineSeries("potential", time, [.. _points.Select(p => 1000 * (p.Potential - potential))]))
            .Add(new LineSeries("conserved", time, [.. _points.Select(p => 1000 * (p.Conserved - conserved))])));
        if (hasBarostat) { figure.Add(new Panel(axis, new Axis("volume", "Å³")).Add(new LineSeries(null, time, [.. _points.Select(static p => p.Volume)]))); }
        return figure;
    }
}

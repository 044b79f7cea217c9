using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The time between the frames of a trajectory: as the user says, or as the frames say with <c>time</c> (fs).</summary>
/// <param name="spacing">Time between frames, fs; null to take it from the frames.</param>
public sealed class FrameClock(double? spacing = null)
{
    private double? _first, _last, _found;
    private long _frames;

    /// <summary>Time between frames, fs; null when nobody says it or there are fewer than two frames.</summary>
    public double? Spacing => spacing ?? _found;

    /// <summary>Number of frames.</summary>
    public long Frames => _frames;

    /// <summary>Notes a frame.</summary>
    /// <param name="structure">The frame.</param>
    /// <exception cref="InvalidInputException">The frames are not equally spaced.</exception>
    public void Add(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        _frames++;
        if (spacing is not null) { return; }
        double? time = structure.Info.TryGetValue("time", out DataArray? data) && data.Count == 1 && data.TryGetNumbers(out double[] numbers) && double.IsFinite(numbers[0]) ? numbers[0] : null;
        if (_frames == 1)
        {
            (_first, _last) = (time, time);
            return;
        }

        if (_first is null) { return; }
        if (time is not double now) { throw new InvalidInputException($"{structure.Origin}: the frame has no 'time' (fs), but frames before it do; say the time between frames with --frame-time."); }
        double step = now - _last!.Value;
        _last = now;
        if (!(step > 0)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{structure.Origin}: the time of the frame, {now:G9} fs, is not later than that of the one before it, {now - step:G9} fs; are these several runs in one file?")); }
        _found ??= step;
        if (Math.Abs(step - _found.Value) > 1e-4 * _found.Value)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{structure.Origin}: the frame is {step:G6} fs after the one before it, but the first two are {_found.Value:G6} fs apart; correlations need equally spaced frames."));
        }
    }
}

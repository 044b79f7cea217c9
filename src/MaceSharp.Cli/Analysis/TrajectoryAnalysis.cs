using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Analysis;

/// <summary>All analyses of a trajectory in one pass; memory does not grow with the frames.</summary>
internal sealed class TrajectoryAnalysis
{
    private const int ShortestSegment = 8;

    private readonly FrameClock _clock;
    private readonly List<Structure> _waiting = [];
    private bool _isStarted;
    private double[]? _charges;

    /// <summary>Creates what was asked for.</summary>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public TrajectoryAnalysis(AnalysisRequest request)
    {
        Request = request;
        _clock = new FrameClock(request.FrameTime);
        Radial = request.RadialCutoff is double cutoff ? new RadialDistribution(cutoff, request.RadialBins) : null;
        Displacements = request.Displacements ? new MeanSquareDisplacement() : null;
        Bonds = request.Bonds ? new BondStatistics(request.BondFactor) : null;
    }

    /// <summary>What was asked for.</summary>
    public AnalysisRequest Request { get; }

    /// <summary>Number of frames.</summary>
    public long Frames { get; private set; }

    /// <summary>Number of atoms of the last frame.</summary>
    public int Atoms { get; private set; }

    /// <summary>Energy, eV, where the frames have one.</summary>
    public BlockAverage Energy { get; } = new();

    /// <summary>Temperature, K: as the frames say, or kinetic with three degrees of freedom an atom where they have momenta.</summary>
    public BlockAverage Temperature { get; } = new();

    /// <summary>Density, g/cm³, of frames with a cell.</summary>
    public BlockAverage Density { get; } = new();

    /// <summary>Volume, Å³, of frames with a cell.</summary>
    public BlockAverage Volume { get; } = new();

    /// <summary>Radial distributions, or null.</summary>
    public RadialDistribution? Radial { get; }

    /// <summary>Displacements, or null.</summary>
    public MeanSquareDisplacement? Displacements { get; }

    /// <summary>Density of states, or null.</summary>
    public VibrationalSpectrum? Vibrations { get; private set; }

    /// <summary>Bonds and angles, or null.</summary>
    public BondStatistics? Bonds { get; }

    /// <summary>Infrared spectrum, or null.</summary>
    public DipoleSpectrum? Infrared { get; private set; }

    /// <summary>Frames of a segment of the spectra.</summary>
    public int Segment { get; private set; }

    /// <summary>Time between frames, fs.</summary>
    /// <exception cref="InvalidInputException">Nobody says it.</exception>
    public double FrameTime => _clock.Spacing ?? throw new InvalidInputException(_clock.Frames < 2
        ? "A trajectory has at least two frames."
        : "The frames do not say their 'time' (fs); give the time between frames with --frame-time.");

    /// <summary>Adds a frame.</summary>
    /// <exception cref="InvalidInputException">The frame cannot be used; the message names it.</exception>
    public void Add(Structure frame, CancellationToken cancellationToken)
    {
        try
        {
            AddCore(frame, cancellationToken);
        }
        catch (InvalidInputException exception) when (frame.Origin is string origin && !exception.Message.StartsWith(origin[..(origin.LastIndexOf('@') + 1)], StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{origin}: {exception.Message}", exception);
        }
    }

    private void AddCore(Structure frame, CancellationToken cancellationToken)
    {
        frame.Validate();
        Frames++;
        Atoms = frame.Count;
        Average(frame);
        Radial?.Add(frame, cancellationToken);
        Bonds?.Add(frame, cancellationToken);
        if (!Request.NeedsTime) { return; }
        _clock.Add(frame);
        Displacements?.Add(frame);
        if (!Request.Vibrations && !Request.Infrared) { return; }

        // How long a segment is follows from the time between frames, which the second frame tells.
        if (!_isStarted)
        {
            _waiting.Add(frame);
            if (_clock.Spacing is null && _clock.Frames < 2) { return; }
            Start();
            foreach (Structure waiting in _waiting) { AddToSpectra(waiting); }
            _waiting.Clear();
            return;
        }

        AddToSpectra(frame);
    }

    /// <summary>Checks that there is enough for what was asked for.</summary>
    /// <exception cref="InvalidInputException">There is not.</exception>
    public void Complete()
    {
        if (Frames == 0) { throw new InvalidInputException("There is no frame to analyse."); }
        if (Request.NeedsTime) { _ = FrameTime; }
        long samples = Infrared is not null && Request.Charges is null ? Frames - 2 : Frames;
        if ((Request.Vibrations || Request.Infrared) && samples < Segment)
        {
            double possible = samples < ShortestSegment ? double.NaN : Resolution((int)samples & ~1);
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{Frames} frames are too few for spectra with a resolution of {Request.Resolution} cm⁻¹, which takes segments of {Segment} frames{(double.IsNaN(possible) ? "" : $"; --resolution {Math.Ceiling(possible)} is possible")}."));
        }
    }

    private double Resolution(int segment) => 1 / (segment * FrameTime * 1e-15 * Units.SpeedOfLightMetrePerSecond * 100);

    private void Start()
    {
        double frames = 1 / (Request.Resolution * FrameTime * 1e-15 * Units.SpeedOfLightMetrePerSecond * 100);
        if (frames > 1 << 28) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A resolution of {Request.Resolution} cm⁻¹ takes segments of {frames:G3} frames; ask for a coarser one.")); }
        Segment = Math.Max(ShortestSegment, 2 * (int)Math.Ceiling(0.5 * frames));
        Vibrations = Request.Vibrations ? new VibrationalSpectrum(Segment) : null;
        Infrared = Request.Infrared ? new DipoleSpectrum(Segment) : null;
        _isStarted = true;
    }

    private void AddToSpectra(Structure frame)
    {
        Vibrations?.Add(frame);
        if (Infrared is null) { return; }
        double volume = frame.Periodicity.IsFull ? frame.Volume : 0;
        if (Request.Charges is string text)
        {
            _charges ??= DipoleDerivatives.ParseCharges(text, frame);
            Infrared.AddDerivative(DipoleSpectrum.DerivativeOf(frame, _charges), volume);
            return;
        }

        if (!frame.Info.TryGetValue("dipole", out DataArray? dipole) || dipole.Count != 3 || !dipole.TryGetNumbers(out double[] d)) { throw new InvalidInputException($"{frame.Origin}: the frame has no 'dipole' (e·Å) for --ir; evaluate the trajectory with a dipole model first, or give --charges."); }
        Infrared.AddDipole(new(d[0], d[1], d[2]), volume);
    }

    private void Average(Structure frame)
    {
        if (frame.Info.TryGetValue("energy", out DataArray? energy) && energy.Count == 1 && energy.TryGetNumbers(out double[] e)) { Energy.Add(e[0]); }
        double[] masses = AtomicMasses.Of(frame);
        if (frame.Periodicity.IsFull)
        {
            Volume.Add(frame.Volume);
            Density.Add(masses.Sum() / frame.Volume / Units.GramPerCubicCentimetre);
        }

        // The frames of dynamics say their temperature, which counts the degrees of freedom that are left without drift and constraints.
        if (frame.Info.TryGetValue("temperature", out DataArray? temperature) && temperature.Count == 1 && temperature.TryGetNumbers(out double[] t))
        {
            Temperature.Add(t[0]);
        }
        else if (frame.Arrays.TryGetValue("momenta", out DataArray? array) && array.Count == 3 * frame.Count && frame.Count > 0 && array.TryGetNumbers(out double[] momenta))
        {
            double kinetic = 0;
            for (int i = 0; i < momenta.Length; i++) { kinetic += 0.5 * momenta[i] * momenta[i] / masses[i / 3]; }
            Temperature.Add(kinetic / (1.5 * frame.Count * Units.BoltzmannConstant));
        }
    }
}

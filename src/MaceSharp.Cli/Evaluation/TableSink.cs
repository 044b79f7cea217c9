using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Shows results to a person: a line a frame, or one structure in detail.</summary>
internal sealed class TableSink(StyledOutput output, EvalRequest request) : IEvalSink
{
    /// <summary>Structures up to this size are shown atom by atom.</summary>
    private const int LargestDetailedStructure = 60;

    private EvaluatedFrame? _first;
    private StreamedTable? _table;
    private readonly List<Func<EvaluatedFrame, string>> _cells = [];
    private bool _hasStress;
    private bool _hasBinding;

    /// <inheritdoc/>
    public void Write(EvaluatedFrame frame, bool more)
    {
        if (_first is null && _table is null)
        {
            _first = frame;
            return;
        }

        if (_table is null)
        {
            Start(_first!, frame);
            AddRow(_first!);
            _first = null;
        }

        AddRow(frame);
    }

    /// <inheritdoc/>
    public void Complete(EvalSummary summary)
    {
        if (_first is not null) { new StructureReport(output, request).Write(_first, showAtoms: _first.Structure.Count <= LargestDetailedStructure); }
        _table?.Finish();
        if (_table is not null && _hasBinding) { output.WriteLine("vs atoms: energy minus the model's E0, the energies of the isolated atoms, of the whole structure; negative when bound"); }
        if (_table is not null && _hasStress) { output.WriteLine("pressure: -tr(stress)/3, positive under compression"); }
        output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void AddRow(EvaluatedFrame frame)
    {
        _hasStress |= frame.Pressure is not null;
        _hasBinding |= frame.EnergyOfFormationFromAtoms is not null;
        _table!.Add([.. _cells.Select(cell => cell(frame))]);
    }

    /// <summary>Chooses the columns by what the first two frames have; a later frame without a value gets a dash.</summary>
    private void Start(EvaluatedFrame first, EvaluatedFrame second)
    {
        List<Column> columns = [];
        void Add(Column column, Func<EvaluatedFrame, string> cell)
        {
            columns.Add(column);
            _cells.Add(cell);
        }

        bool Any(Func<EvaluatedFrame, double?> value) => value(first) is not null || value(second) is not null;

        Add(new("frame", IsText: true), static f => f.Structure.Origin ?? "");
        Add(new("formula", IsText: true), static f => Formula.Hill(f.Structure.AtomicNumbers));
        Add(new("atoms"), static f => Numbers.Grouped(f.Structure.Count));
        if (Any(static f => f.Energy))
        {
            Add(new(StructureReport.EnergyTitle(request.Reference), "eV"), static f => Numbers.Fixed(f.Energy, 6));
            Add(new("per atom", "eV"), static f => Numbers.Fixed(f.Structure.Count == 0 ? null : f.Energy / f.Structure.Count, 6));
        }

        if (Any(static f => f.EnergyOfFormationFromAtoms)) { Add(new("vs atoms", "kJ/mol"), static f => Numbers.Fixed(f.EnergyOfFormationFromAtoms / Units.KilojoulePerMole, 1)); }
        if (Any(static f => f.EnergyDeviation)) { Add(new("std/atom", "meV"), static f => Numbers.Fixed(1e3 * f.EnergyDeviation / f.Structure.Count, 2)); }
        if (Any(static f => f.LargestForce)) { Add(new("max |F|", "eV/Å"), static f => Numbers.Fixed(f.LargestForce, 4)); }
        if (Any(static f => f.LargestForceDeviation)) { Add(new("max std F", "eV/Å"), static f => Numbers.Fixed(f.LargestForceDeviation, 4)); }
        if (Any(static f => f.Pressure)) { Add(new("pressure", "GPa"), static f => Numbers.Fixed(f.Pressure / Units.GigaPascal, 4)); }
        if (Any(static f => f.Dipole)) { Add(new("|dipole|", "e·Å"), static f => Numbers.Fixed(f.Dipole, 4)); }
        _table = new StreamedTable(output, columns);
    }
}

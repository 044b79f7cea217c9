using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Evaluation;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Simulation;

/// <summary>Inputs, potential and outputs of a command, as the command line says.</summary>
internal sealed record SimulationSetup
{
    /// <summary>The structures.</summary>
    public required StructureInputs Inputs { get; init; }

    /// <summary>The inputs as they were written.</summary>
    public required IReadOnlyList<string> InputNames { get; init; }

    /// <summary>The models; several are a committee; none with a built-in potential.</summary>
    public required IReadOnlyList<ModelHandle> Models { get; init; }

    /// <summary>A built-in potential, or null.</summary>
    public string? BuiltIn { get; init; }

    /// <summary>A dispersion correction to add, or null.</summary>
    public DispersionRequest? Dispersion { get; init; }

    /// <summary>Arithmetic of the network.</summary>
    public Precision Precision { get; init; }

    /// <summary>How radial weights were asked for; <see cref="RadialMode.Auto"/> means tables wherever a model can be tabulated.</summary>
    public RadialMode Radial { get; init; }

    /// <summary>Head of a multi-head model, or null.</summary>
    public string? Head { get; init; }

    /// <summary>Total charge, e, or null.</summary>
    public double? Charge { get; init; }

    /// <summary>Spin multiplicity, or null.</summary>
    public double? Spin { get; init; }

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Skin of neighbour lists, Å.</summary>
    public double Skin { get; init; }

    /// <summary>Where results go.</summary>
    public required ResultFiles Files { get; init; }

    /// <summary>Whether the summary is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether nothing is told.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether only the cost is wanted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether works to cite are listed.</summary>
    public bool Cite { get; init; }

    /// <summary>Whether a progress bar may be shown.</summary>
    public bool ShowsProgress => !Json && !Quiet;

    /// <summary>What the potential is called: the names of the models, or the built-in one.</summary>
    public string PotentialName => (BuiltIn ?? (Models.Count == 1 ? Models[0].Name : $"committee of {Models.Count}: {string.Join(", ", Models.Select(static m => m.Name))}")) + (Dispersion is null ? "" : $" + {Dispersion.Name}");

    /// <summary>How the potential is computed, a few words: <c>float64, radial table</c>.</summary>
    public string Arithmetic => BuiltIn is not null ? "float64" : $"{ModelOptions.NameOf(Precision)}, radial {string.Join(" and ", Models.Select(m => ModelOptions.NameOf(RadialOf(m))).Distinct())}";

    /// <summary>What to cite for the potential.</summary>
    public IEnumerable<Citation> Citations => [.. Dispersion?.Citations ?? [], .. BaseCitations];

    private IEnumerable<Citation> BaseCitations => BuiltIn is not null
        ? [new("Lennard-Jones potential", "J. E. Jones, Proc. R. Soc. Lond. A 106, 463 (1924)", "10.1098/rspa.1924.0082")]
        : [new("MACE", "I. Batatia, D. P. Kovács, G. N. C. Simm, C. Ortner and G. Csányi, Adv. Neural Inf. Process. Syst. 35, 11423 (2022)", "arXiv:2206.07697"), .. Models.Where(static m => m.Citation is not null).Select(static m => new Citation($"the potential {m.Name}", m.Citation!))];

    /// <summary>Prepares the potential.</summary>
    /// <param name="threads">Threads of one evaluator.</param>
    /// <param name="skin">Skin of neighbour lists, Å; null for what the user asked for.</param>
    /// <exception cref="InvalidInputException">A model cannot be used so, or computes no energies and forces.</exception>
    public IPotential CreatePotential(int threads, double? skin = null)
    {
        IPotential potential = CreateBase(threads, skin ?? Skin);
        return Dispersion is null ? potential : Dispersion.AddTo(potential, threads);
    }

    private IPotential CreateBase(int threads, double skin)
    {
        const Properties Needed = Properties.Energy | Properties.Forces;
        if (BuiltIn is not null) { return BuiltInPotentials.Create(BuiltIn, skin); }
        IPotential[] members = [.. Models.Select(m => m.CreatePotential(new MaceOptions { Precision = Precision, Radial = RadialOf(m), Head = Head, Skin = skin, ThreadCount = threads }))];
        int dumb = Array.FindIndex(members, static m => (m.Supported & Needed) != Needed);
        if (dumb >= 0) { throw new InvalidInputException($"The model '{Models[dumb].Name}' computes no energy and forces, so nothing can move by it."); }
        return members is [IPotential only] ? only : new Committee(members);
    }

    /// <summary>The only structure of the inputs, after a look at whether its results can be written.</summary>
    /// <exception cref="InvalidInputException">There is none, there are several, it has no atoms or makes no sense, or nothing can be written where the files go.</exception>
    public Structure ReadOne()
    {
        using IEnumerator<Structure> frames = Inputs.Read().GetEnumerator();
        if (!frames.MoveNext()) { throw new InvalidInputException($"'{InputNames[0]}' holds no structure."); }
        Structure structure = frames.Current;
        if (frames.MoveNext()) { throw new InvalidInputException($"'{string.Join(' ', InputNames)}' holds several structures; name one, for example {FrameSlice.ParsePath(InputNames[0]).Path}@-1 for the last."); }
        if (structure.Count == 0) { throw new InvalidInputException($"{structure.Origin}: The structure has no atoms."); }
        Check(structure);
        SetState(structure);
        if (!DryRun) { Files.CheckPlace(); }
        return structure;
    }

    /// <summary>Checks positions and cell of a structure.</summary>
    /// <exception cref="InvalidInputException">They make no sense; the message says where the structure came from.</exception>
    public static void Check(Structure structure) => Located(structure, () =>
    {
        structure.Validate();
        return true;
    });

    /// <summary>Does something with a structure, and names it where it cannot be used.</summary>
    /// <exception cref="InvalidInputException">The structure cannot be used; the message says where it came from.</exception>
    public static T Located<T>(Structure structure, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidInputException exception) when (structure.Origin is string origin && !exception.Message.StartsWith(origin, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{origin}: {exception.Message}", exception);
        }
    }

    /// <summary>Gives a structure the charge and spin of the command line.</summary>
    public void SetState(Structure structure)
    {
        FrameEvaluator.SetGlobal(structure, "charge", "total_charge", Charge);
        FrameEvaluator.SetGlobal(structure, "spin", "total_spin", Spin);
    }

    /// <summary>Writes the properties <c>potential</c>, <c>dtype</c>, <c>radial</c> and <c>threads</c> of a summary.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("potential");
        foreach (string name in BuiltIn is null ? Models.Select(static m => m.Name) : [BuiltIn]) { json.WriteStringValue(name); }
        json.WriteEndArray();
        if (Dispersion is not null) { json.WriteString("dispersion", Dispersion.Name); }
        json.WriteString("dtype", BuiltIn is null ? ModelOptions.NameOf(Precision) : "float64");
        if (BuiltIn is null) { json.WriteString("radial", string.Join(" and ", Models.Select(m => ModelOptions.NameOf(RadialOf(m))).Distinct())); }
        json.WriteNumber("threads", Threads);
    }

    /// <summary>Ends a command: the summary as JSON or for a person, the files that were written, and the works to cite.</summary>
    /// <param name="context">Streams.</param>
    /// <param name="writeJson">Writes the properties of the summary.</param>
    /// <param name="writeText">Writes the summary for a person.</param>
    /// <param name="methods">Works to cite besides those of the potential.</param>
    public void Report(CliContext context, Action<Utf8JsonWriter> writeJson, Action<StyledOutput> writeText, params IEnumerable<Citation> methods)
    {
        Citation[] citations = [.. methods, .. Citations];
        if (Json)
        {
            JsonText.Write(context, context.Output, json =>
            {
                json.WriteStartObject();
                writeJson(json);
                Write(json);
                Files.Write(json);
                if (Cite) { Citation.Write(json, citations); }
                json.WriteEndObject();
            });
            return;
        }

        StyledOutput output = context.StyledOut;
        if (!Quiet)
        {
            writeText(output);
            foreach (string path in Files.Written) { output.WriteLine($"wrote {path}"); }
        }

        if (Cite) { Citation.Write(output, citations); }
    }

    private RadialMode RadialOf(ModelHandle model) => Radial != RadialMode.Auto ? Radial : model.HasTables ? RadialMode.Table : RadialMode.Exact;
}

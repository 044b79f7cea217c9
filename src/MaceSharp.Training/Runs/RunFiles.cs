using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;

namespace MaceSharp.Training.Runs;

/// <summary>The files of a run.</summary>
public sealed class RunFiles
{
    /// <summary>Names the files of a run.</summary>
    /// <param name="options">Options of the run.</param>
    public RunFiles(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string Of(string? folder, string name) => folder ?? Path.Combine(options.WorkDirectory, name);
        string models = options.ModelDirectory ?? options.WorkDirectory;
        Checkpoints = Of(options.CheckpointDirectory, "checkpoints");
        Tag = options.Tag;
        Log = Path.Combine(Of(options.LogDirectory, "logs"), Tag + ".log");
        Results = Path.Combine(Of(options.ResultDirectory, "results"), Tag + "_train.txt");
        Latest = Path.Combine(Checkpoints, Tag + "_latest.safetensors");
        Model = Path.Combine(models, options.Name + ".safetensors");
        StageOneModel = Path.Combine(models, options.Name + "_stageone.safetensors");
        Report = Path.Combine(models, options.Name + ".html");
        ValidIndices = Path.Combine(options.WorkDirectory, FormattableString.Invariant($"{options.Name}_valid_indices_{options.Seed}.txt"));
    }

    /// <summary>Name and seed of the run.</summary>
    public string Tag { get; }

    /// <summary>The log.</summary>
    public string Log { get; }

    /// <summary>Results by step and epoch, one JSON object a line.</summary>
    public string Results { get; }

    /// <summary>Folder of checkpoints.</summary>
    public string Checkpoints { get; }

    /// <summary>The latest checkpoint.</summary>
    public string Latest { get; }

    /// <summary>The model: the best of stage two where there is one, else the best.</summary>
    public string Model { get; }

    /// <summary>The best model of stage one where there are two.</summary>
    public string StageOneModel { get; }

    /// <summary>The report.</summary>
    public string Report { get; }

    /// <summary>Numbers of the frames of the validation set.</summary>
    public string ValidIndices { get; }

    /// <summary>A checkpoint that is kept.</summary>
    /// <param name="epoch">Number of epochs that are complete.</param>
    public string CheckpointAfter(int epoch) => Path.Combine(Checkpoints, FormattableString.Invariant($"{Tag}_epoch-{epoch}.safetensors"));

    /// <summary>Makes the folders and checks that they can be written to.</summary>
    /// <exception cref="InvalidInputException">A folder cannot be made or written to.</exception>
    public void CreateFolders()
    {
        foreach (string file in new[] { Log, Results, Latest, Model })
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            try
            {
                Directory.CreateDirectory(folder);
                string probe = Path.Combine(folder, $".{Tag}.probe");
                File.WriteAllBytes(probe, [0]);
                File.Delete(probe);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException($"The folder {folder} cannot be written to: {exception.Message.TrimEnd('.')}; choose another with work_dir.", exception);
            }
        }
    }
}

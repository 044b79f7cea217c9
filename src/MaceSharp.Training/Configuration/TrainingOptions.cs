using System.Collections.Immutable;
using MaceSharp.Architecture;

namespace MaceSharp.Training.Configuration;

/// <summary>
/// What a training run is told, under the names and with the defaults of <c>mace_run_train</c> of mace-torch 0.3
/// (<see href="https://mace-docs.readthedocs.io/en/latest/guide/training.html"/>); energies in eV, lengths in Å.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Name of the run and of its files (<c>name</c>).</summary>
    public string Name { get; init; } = "";

    /// <summary>Seed of everything random (<c>seed</c>).</summary>
    public long Seed { get; init; } = 123;

    /// <summary>Folder of all output that has no folder of its own (<c>work_dir</c>).</summary>
    public string WorkDirectory { get; init; } = ".";

    /// <summary>Folder of the log (<c>log_dir</c>); null: <c>logs</c> in the work folder.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>Folder of the model and the report (<c>model_dir</c>); null: the work folder.</summary>
    public string? ModelDirectory { get; init; }

    /// <summary>Folder of checkpoints (<c>checkpoints_dir</c>); null: <c>checkpoints</c> in the work folder.</summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>Folder of the results, one JSON object a line (<c>results_dir</c>); null: <c>results</c> in the work folder.</summary>
    public string? ResultDirectory { get; init; }

    /// <summary>Precision of the arithmetic and of the saved model (<c>default_dtype</c>).</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>Number of threads (<c>threads</c>); 0: one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Kind of the table at the end (<c>error_table</c>): <c>PerAtomRMSE</c>, <c>TotalRMSE</c>, <c>PerAtomMAE</c>, <c>TotalMAE</c>, ….</summary>
    public string ErrorTable { get; init; } = "PerAtomRMSE";

    /// <summary>Whether a report is written (<c>plot</c>).</summary>
    public bool Report { get; init; } = true;

    /// <summary>The network.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Where the data are and how they are read; what heads share.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>Heads that name data of their own (<c>heads</c>); empty: one head, <c>Default</c>.</summary>
    public ImmutableArray<HeadOptions> Heads { get; init; } = [];

    /// <summary>The loss.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How parameters are changed.</summary>
    public OptimizationOptions Optimization { get; init; } = new();

    /// <summary>The model to start from; null: from scratch.</summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>Whether every checkpoint is kept (<c>keep_checkpoints</c>).</summary>
    public bool KeepCheckpoints { get; init; }

    /// <summary>Whether to go on from the latest checkpoint (<c>restart_latest</c>).</summary>
    public bool RestartLatest { get; init; }

    /// <summary>Whether to stop before training (<c>dry_run</c>).</summary>
    public bool DryRun { get; init; }

    /// <summary>Name of the files of this run: name and seed.</summary>
    public string Tag => FormattableString.Invariant($"{Name}_run-{Seed}");
}

/// <summary>The network of a new model; names in brackets are mace-torch's.</summary>
public sealed record NetworkOptions
{
    /// <summary>Model class (<c>model</c>).</summary>
    public string Model { get; init; } = "MACE";

    /// <summary>Cutoff radius, Å (<c>r_max</c>).</summary>
    public double CutoffRadius { get; init; } = 5;

    /// <summary>Radial basis (<c>radial_type</c>).</summary>
    public RadialBasisKind RadialBasis { get; init; } = RadialBasisKind.Bessel;

    /// <summary>Number of radial basis functions (<c>num_radial_basis</c>).</summary>
    public int RadialBasisCount { get; init; } = 8;

    /// <summary>Order of the cutoff polynomial (<c>num_cutoff_basis</c>).</summary>
    public int CutoffOrder { get; init; } = 5;

    /// <summary>Whether a ZBL repulsion is added (<c>pair_repulsion</c>).</summary>
    public bool PairRepulsion { get; init; }

    /// <summary>Distance transform (<c>distance_transform</c>).</summary>
    public DistanceTransformKind DistanceTransform { get; init; }

    /// <summary>Whether the envelope multiplies the radial basis (<c>apply_cutoff</c>).</summary>
    public bool ApplyCutoff { get; init; } = true;

    /// <summary>Whether only the last layer is read out (<c>use_last_readout_only</c>).</summary>
    public bool UseLastReadoutOnly { get; init; }

    /// <summary>Whether the initial features are read out too (<c>use_embedding_readout</c>).</summary>
    public bool UseEmbeddingReadout { get; init; }

    /// <summary>Interaction block of the later layers (<c>interaction</c>).</summary>
    public InteractionKind Interaction { get; init; } = InteractionKind.RealAgnosticResidual;

    /// <summary>Interaction block of the first layer (<c>interaction_first</c>).</summary>
    public InteractionKind InteractionFirst { get; init; } = InteractionKind.RealAgnosticResidual;

    /// <summary>Largest degree of the harmonics (<c>max_ell</c>).</summary>
    public int MaxEll { get; init; } = 3;

    /// <summary>Correlation order (<c>correlation</c>).</summary>
    public int Correlation { get; init; } = 3;

    /// <summary>Whether all harmonics count as even (<c>use_so3</c>).</summary>
    public bool UseSo3 { get; init; }

    /// <summary>Whether product weights are shared by elements (<c>use_agnostic_product</c>).</summary>
    public bool UseAgnosticProduct { get; init; }

    /// <summary>Number of layers (<c>num_interactions</c>).</summary>
    public int InteractionCount { get; init; } = 2;

    /// <summary>Hidden layer of the last readout (<c>MLP_irreps</c>).</summary>
    public string MlpIrreps { get; init; } = "16x0e";

    /// <summary>Hidden widths of the radial network (<c>radial_MLP</c>).</summary>
    public ImmutableArray<int> RadialMlp { get; init; } = [64, 64, 64];

    /// <summary>Node features (<c>hidden_irreps</c>); null: from channels and L.</summary>
    public string? HiddenIrreps { get; init; }

    /// <summary>Features sent along edges (<c>edge_irreps</c>).</summary>
    public string? EdgeIrreps { get; init; }

    /// <summary>Number of channels (<c>num_channels</c>); null: 128.</summary>
    public int? ChannelCount { get; init; }

    /// <summary>Largest degree of the node features (<c>max_L</c>); null: 1.</summary>
    public int? MaxL { get; init; }

    /// <summary>Activation of the last readout (<c>gate</c>).</summary>
    public ActivationKind Gate { get; init; } = ActivationKind.Silu;

    /// <summary>Graph-level features (<c>embedding_specs</c>).</summary>
    public ImmutableArray<EmbeddingSpec> Embeddings { get; init; } = [];

    /// <summary>How scale and shift are found (<c>scaling</c>): <c>rms_forces_scaling</c>, <c>std_scaling</c> or <c>no_scaling</c>.</summary>
    public string Scaling { get; init; } = "rms_forces_scaling";

    /// <summary>Average number of neighbours (<c>avg_num_neighbors</c>) where it is not computed.</summary>
    public double AverageNeighborCount { get; init; } = 1;

    /// <summary>Whether it is computed from the training data (<c>compute_avg_num_neighbors</c>).</summary>
    public bool ComputeAverageNeighborCount { get; init; } = true;

    /// <summary>Shift of the energy of an atom, eV (<c>mean</c>); null: from the data.</summary>
    public double? Mean { get; init; }

    /// <summary>Scale of the energy (<c>std</c>); null: from the data.</summary>
    public double? Scale { get; init; }

    /// <summary>Atomic numbers the model knows (<c>atomic_numbers</c>); empty: those of the data.</summary>
    public ImmutableArray<int> AtomicNumbers { get; init; } = [];
}

/// <summary>Where labelled structures are and how they are read.</summary>
public sealed record DataOptions
{
    /// <summary>Files of the training set (<c>train_file</c>).</summary>
    public ImmutableArray<string> TrainFiles { get; init; } = [];

    /// <summary>Files of the validation set (<c>valid_file</c>); empty: a part of the training set.</summary>
    public ImmutableArray<string> ValidFiles { get; init; } = [];

    /// <summary>Files of the test set (<c>test_file</c>), read when training is over.</summary>
    public ImmutableArray<string> TestFiles { get; init; } = [];

    /// <summary>Share of the training set that is validated on where there is no validation file (<c>valid_fraction</c>).</summary>
    public double ValidFraction { get; init; } = 0.1;

    /// <summary>Isolated-atom energies (<c>E0s</c>): <c>average</c>, <c>isolated</c>, <c>foundation</c>, <c>estimated</c>, a mapping or a JSON file; null: those of isolated atoms in the training file.</summary>
    public string? E0s { get; init; }

    /// <summary>Keys of the labels.</summary>
    public TrainingKeys Keys { get; init; } = new();

    /// <summary>Weight of each <c>config_type</c> (<c>config_type_weights</c>); absent ones weigh 1.</summary>
    public ImmutableDictionary<string, double> ConfigTypeWeights { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Whether isolated atoms are trained on (<c>keep_isolated_atoms</c>).</summary>
    public bool KeepIsolatedAtoms { get; init; }
}

/// <summary>A head with data of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its data.</param>
/// <param name="Weight">Factor of the weight of its frames.</param>
public sealed record HeadOptions(string Name, DataOptions Data, double Weight = 1);

/// <summary>The loss and its weights in the first and second stage.</summary>
public sealed record LossOptions
{
    /// <summary>Which loss (<c>loss</c>): <c>weighted</c>, <c>forces_only</c>, <c>stress</c>, <c>virials</c>, <c>huber</c>, <c>universal</c>, <c>l1l2energyforces</c>, <c>dipole</c>, <c>dipole_polar</c>, <c>energy_forces_dipole</c>.</summary>
    public string Kind { get; init; } = "weighted";

    /// <summary>Weights of the first stage.</summary>
    public LossWeights Weights { get; init; } = new();

    /// <summary>Weights of the second stage (<c>stage_two_…_weight</c>).</summary>
    public LossWeights StageTwoWeights { get; init; } = new() { Energy = 1000, Virials = 10, Stress = 10 };

    /// <summary>Error beyond which the Huber losses grow linearly (<c>huber_delta</c>).</summary>
    public double HuberDelta { get; init; } = 0.01;
}

/// <summary>Weights of the terms of a loss.</summary>
public sealed record LossWeights
{
    /// <summary>Energy.</summary>
    public double Energy { get; init; } = 1;

    /// <summary>Forces.</summary>
    public double Forces { get; init; } = 100;

    /// <summary>Virials.</summary>
    public double Virials { get; init; } = 1;

    /// <summary>Stress.</summary>
    public double Stress { get; init; } = 1;

    /// <summary>Dipole.</summary>
    public double Dipole { get; init; } = 1;

    /// <summary>Polarizability.</summary>
    public double Polarizability { get; init; } = 1;
}

/// <summary>How parameters are changed and for how long.</summary>
public sealed record OptimizationOptions
{
    /// <summary>Rule (<c>optimizer</c>): <c>adam</c>, <c>adamw</c> or <c>schedulefree</c>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>β₁ of Adam (<c>beta</c>).</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>β₁ of the schedule-free rule (<c>beta1_schedulefree</c>).</summary>
    public double ScheduleFreeBeta1 { get; init; } = 0.9;

    /// <summary>β₂ of the schedule-free rule (<c>beta2_schedulefree</c>).</summary>
    public double ScheduleFreeBeta2 { get; init; } = 0.98;

    /// <summary>Whether AMSGrad is used (<c>amsgrad</c>).</summary>
    public bool AmsGrad { get; init; } = true;

    /// <summary>Frames of a step (<c>batch_size</c>).</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Frames evaluated together in validation (<c>valid_batch_size</c>).</summary>
    public int ValidBatchSize { get; init; } = 10;

    /// <summary>Learning rate (<c>lr</c>).</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Learning rate of stage two (<c>swa_lr</c>).</summary>
    public double StageTwoLearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay (<c>weight_decay</c>).</summary>
    public double WeightDecay { get; init; } = 5e-7;

    /// <summary>Factors of the learning rate by group (<c>lr_params_factors</c>).</summary>
    public ImmutableDictionary<string, double> LearningRateFactors { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Levels that are frozen (<c>freeze</c>).</summary>
    public int Freeze { get; init; }

    /// <summary>Schedule (<c>scheduler</c>): <c>ReduceLROnPlateau</c> or <c>ExponentialLR</c>.</summary>
    public string Scheduler { get; init; } = "ReduceLROnPlateau";

    /// <summary>Factor of the plateau schedule (<c>lr_factor</c>).</summary>
    public double PlateauFactor { get; init; } = 0.8;

    /// <summary>Patience of the plateau schedule (<c>scheduler_patience</c>).</summary>
    public int PlateauPatience { get; init; } = 50;

    /// <summary>Factor of the exponential schedule (<c>lr_scheduler_gamma</c>).</summary>
    public double ExponentialFactor { get; init; } = 0.9993;

    /// <summary>Whether there is a second stage (<c>swa</c>, <c>stage_two</c>).</summary>
    public bool StageTwo { get; init; }

    /// <summary>First epoch of the second stage (<c>start_swa</c>); null: three quarters of all.</summary>
    public int? StageTwoStart { get; init; }

    /// <summary>Whether parameters are averaged (<c>ema</c>).</summary>
    public bool Ema { get; init; }

    /// <summary>Decay of the average (<c>ema_decay</c>).</summary>
    public double EmaDecay { get; init; } = 0.99;

    /// <summary>Whether L-BFGS takes the steps (<c>lbfgs</c>).</summary>
    public bool Lbfgs { get; init; }

    /// <summary>First epoch of L-BFGS (<c>start_lbfgs</c>, not in mace-torch); null: the first one that is trained.</summary>
    public int? LbfgsStart { get; init; }

    /// <summary>Number of epochs (<c>max_num_epochs</c>).</summary>
    public int MaxEpochs { get; init; } = 2048;

    /// <summary>Validations without improvement after which training stops (<c>patience</c>).</summary>
    public int Patience { get; init; } = 2048;

    /// <summary>Epochs between validations (<c>eval_interval</c>).</summary>
    public int EvaluationInterval { get; init; } = 1;

    /// <summary>Largest norm of a gradient (<c>clip_grad</c>); infinite: any.</summary>
    public double ClipGradient { get; init; } = 10;
}

/// <summary>What a model is fine-tuned from.</summary>
public sealed record FineTuningOptions
{
    /// <summary>File or name of the model (<c>foundation_model</c>).</summary>
    public string FoundationModel { get; init; } = "";

    /// <summary>Its head to start from (<c>foundation_head</c>).</summary>
    public string? FoundationHead { get; init; }

    /// <summary>Whether all of its elements are kept (<c>foundation_model_elements</c>).</summary>
    public bool KeepElements { get; init; }

    /// <summary>Whether elements of the data that it does not know are added (<c>foundation_model_extend_elements</c>, not in mace-torch).</summary>
    public bool ExtendElements { get; init; }

    /// <summary>Whether its readouts are kept (<c>foundation_model_readout</c>).</summary>
    public bool KeepReadouts { get; init; } = true;

    /// <summary>Whether a second head is trained on replayed data (<c>multiheads_finetuning</c>).</summary>
    public bool MultiHead { get; init; }

    /// <summary>File of replayed data (<c>pt_train_file</c>).</summary>
    public string? ReplayFile { get; init; }

    /// <summary>Validation file of replayed data (<c>pt_valid_file</c>).</summary>
    public string? ReplayValidFile { get; init; }

    /// <summary>Most replayed frames (<c>num_samples_pt</c>).</summary>
    public int ReplayCount { get; init; } = 10_000;

    /// <summary>Weight of replayed frames (<c>weight_pt_head</c>).</summary>
    public double ReplayWeight { get; init; } = 1;

    /// <summary>Whether labels of replayed frames come from the model (<c>pseudolabel_replay</c>).</summary>
    public bool PseudoLabels { get; init; }

    /// <summary>Low-rank adapters that are trained in place of the parameters (<c>lora</c>); null: none.</summary>
    public LowRankOptions? LowRank { get; init; }

    /// <summary>Whether the learning rate stays as given with several heads (<c>force_mh_ft_lr</c>).</summary>
    public bool KeepLearningRate { get; init; }
}

/// <summary>Low-rank adapters.</summary>
public sealed record LowRankOptions
{
    /// <summary>Whether they are used (<c>lora</c>).</summary>
    public bool IsUsed { get; init; }

    /// <summary>Width of the adapters (<c>lora_rank</c>).</summary>
    public int Rank { get; init; } = 4;

    /// <summary>α; changes are multiplied by α/rank (<c>lora_alpha</c>).</summary>
    public double Alpha { get; init; } = 1;
}

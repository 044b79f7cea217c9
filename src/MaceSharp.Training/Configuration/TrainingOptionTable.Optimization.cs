using static MaceSharp.Training.Configuration.OptionParsing;

namespace MaceSharp.Training.Configuration;

/// <content>Loss, optimisation and fine-tuning.</content>
internal static partial class TrainingOptionTable
{
    private static IEnumerable<TrainingOption> Loss() =>
    [
        Make("loss", "KIND", "Loss: weighted, forces_only, stress, virials, huber, universal, l1l2energyforces, dipole, dipole_polar or energy_forces_dipole.", static (o, n, v) => o with
        {
            Loss = o.Loss with { Kind = Choice(n, v, ("ef", "weighted"), ("weighted", "weighted"), ("forces_only", "forces_only"), ("stress", "stress"), ("virials", "virials"), ("huber", "huber"), ("universal", "universal"), ("l1l2energyforces", "l1l2energyforces"), ("dipole", "dipole"), ("dipole_polar", "dipole_polar"), ("energy_forces_dipole", "energy_forces_dipole")) },
        }),
        .. Weights("energy", static (w, x) => w with { Energy = x }),
        .. Weights("forces", static (w, x) => w with { Forces = x }),
        .. Weights("virials", static (w, x) => w with { Virials = x }),
        .. Weights("stress", static (w, x) => w with { Stress = x }),
        .. Weights("dipole", static (w, x) => w with { Dipole = x }),
        .. Weights("polarizability", static (w, x) => w with { Polarizability = x }),
        Make("huber_delta", "X", "Error beyond which Huber losses grow linearly.", static (o, n, v) => o with { Loss = o.Loss with { HuberDelta = Real(n, v, 1e-12) } }),
    ];

    private static IEnumerable<TrainingOption> Weights(string quantity, Func<LossWeights, double, LossWeights> set) =>
    [
        Make($"{quantity}_weight", "X", $"Weight of the {quantity} in the loss.", (o, n, v) => o with { Loss = o.Loss with { Weights = set(o.Loss.Weights, Real(n, v, 0)) } }),
        Make($"stage_two_{quantity}_weight", "X", $"Weight of the {quantity} in stage two.", (o, n, v) => o with { Loss = o.Loss with { StageTwoWeights = set(o.Loss.StageTwoWeights, Real(n, v, 0)) } }, $"swa_{quantity}_weight"),
    ];

    private static IEnumerable<TrainingOption> Optimization() =>
    [
        Step("optimizer", "KIND", "Rule: adam, adamw or schedulefree.", static (o, n, v) => o with { Optimizer = Word(n, v, "adam", "adamw", "schedulefree") }),
        Step("beta", "X", "β₁ of Adam.", static (o, n, v) => o with { Beta = Real(n, v, 0, 0.999999) }),
        Step("beta1_schedulefree", "X", "β₁ of the schedule-free rule.", static (o, n, v) => o with { ScheduleFreeBeta1 = Real(n, v, 0.01, 0.999999) }),
        Step("beta2_schedulefree", "X", "β₂ of the schedule-free rule.", static (o, n, v) => o with { ScheduleFreeBeta2 = Real(n, v, 0, 0.999999) }),
        Flag("amsgrad", "Use AMSGrad, which is the default.", static (o, b) => o with { Optimization = o.Optimization with { AmsGrad = b } }),
        Step("batch_size", "N", "Frames of a step.", static (o, n, v) => o with { BatchSize = Integer(n, v, 1, 1_000_000) }),
        Step("valid_batch_size", "N", "Frames that are validated together.", static (o, n, v) => o with { ValidBatchSize = Integer(n, v, 1, 1_000_000) }),
        Step("lr", "X", "Learning rate.", static (o, n, v) => o with { LearningRate = Real(n, v, 0, 100) }),
        Step("stage_two_lr", "X", "Learning rate of stage two.", static (o, n, v) => o with { StageTwoLearningRate = Real(n, v, 0, 100) }, "swa_lr"),
        Step("weight_decay", "X", "Weight decay of products and linear maps of interactions.", static (o, n, v) => o with { WeightDecay = Real(n, v, 0) }),
        Step("lr_params_factors", "MAP", "Factors of the learning rate by group: embedding_lr_factor, interactions_lr_factor, products_lr_factor, readouts_lr_factor; 0 freezes.", static (o, n, v) => o with { LearningRateFactors = Reals(n, v) }),
        Step("freeze", "N", "Freeze the embedding (1), also the interactions (5), also the products (6), also the readouts (7).", static (o, n, v) => o with { Freeze = IsNone(v) ? 0 : Integer(n, v, 0, 7) }),
        Step("scheduler", "KIND", "Schedule of the learning rate: ReduceLROnPlateau or ExponentialLR.", static (o, n, v) => o with { Scheduler = Word(n, v, "ReduceLROnPlateau", "ExponentialLR") }),
        Step("lr_factor", "X", "Factor of ReduceLROnPlateau.", static (o, n, v) => o with { PlateauFactor = Real(n, v, 0, 1) }),
        Step("scheduler_patience", "N", "Patience of ReduceLROnPlateau, epochs.", static (o, n, v) => o with { PlateauPatience = Integer(n, v, 0) }),
        Step("lr_scheduler_gamma", "X", "Factor of ExponentialLR.", static (o, n, v) => o with { ExponentialFactor = Real(n, v, 0, 1) }),
        Flag("stage_two", "Train in two stages: the second with other weights and a smaller learning rate.", static (o, b) => o with { Optimization = o.Optimization with { StageTwo = b } }, "swa"),
        Step("start_stage_two", "N", "First epoch of stage two. Without it: three quarters of all.", static (o, n, v) => IsNone(v) ? o : o with { StageTwo = true, StageTwoStart = Integer(n, v, 0) }, "start_swa"),
        Flag("ema", "Average the parameters over past steps.", static (o, b) => o with { Optimization = o.Optimization with { Ema = b } }),
        Step("ema_decay", "X", "Decay of the average.", static (o, n, v) => o with { EmaDecay = Real(n, v, 0, 1) }),
        Step("max_num_epochs", "N", "Number of epochs.", static (o, n, v) => o with { MaxEpochs = Integer(n, v, 1) }),
        Step("patience", "N", "Validations without improvement after which training stops.", static (o, n, v) => o with { Patience = Integer(n, v, 1) }),
        Step("eval_interval", "N", "Epochs between validations.", static (o, n, v) => o with { EvaluationInterval = Integer(n, v, 1) }),
        Flag("lbfgs", "Take the steps by L-BFGS over the whole training set, 20 an epoch: after --restart_latest a polish of what was trained.", static (o, b) => o with { Optimization = o.Optimization with { Lbfgs = b } }),
        Step("start_lbfgs", "N", "First epoch of L-BFGS, which begins from the best model before it (not in mace-torch).", static (o, n, v) => IsNone(v) ? o : o with { Lbfgs = true, LbfgsStart = Integer(n, v, 0) }),
        Step("clip_grad", "X", "Largest norm of a gradient, or None.", static (o, n, v) => o with { ClipGradient = IsNone(v) ? double.PositiveInfinity : Real(n, v, 1e-12) }),
    ];

    private static TrainingOption Step(string name, string valueName, string description, Func<OptimizationOptions, string, OptionValue, OptimizationOptions> apply, params string[] aliases) =>
        Make(name, valueName, description, (o, n, v) => o with { Optimization = apply(o.Optimization, n, v) }, aliases);

    private static IEnumerable<TrainingOption> FineTuning() =>
    [
        Tune("foundation_model", "MODEL", "Model to start from: a file, or a name of 'mace models list'.", static (o, n, v) => o with { FoundationModel = TextOrNone(n, v) ?? "" }),
        Tune("foundation_head", "HEAD", "Its head to start from.", static (o, n, v) => o with { FoundationHead = TextOrNone(n, v) }),
        Tune("foundation_model_elements", "BOOL", "Whether all of its elements are kept.", static (o, n, v) => o with { KeepElements = Boolean(n, v) }),
        Tune("foundation_model_extend_elements", "BOOL", "Whether elements of the data that it does not know are added, each with the weights of the known element nearest in the periodic table to begin with (not in mace-torch).", static (o, n, v) => o with { ExtendElements = Boolean(n, v) }),
        Tune("foundation_filter_elements", "BOOL", "Whether its readouts are kept, which is what mace-torch does under this name.", static (o, n, v) => o with { KeepReadouts = Boolean(n, v) }, "foundation_model_readout"),
        Tune("multiheads_finetuning", "BOOL", "Whether a second head is trained on replayed data, so that less is forgotten.", static (o, n, v) => o with { MultiHead = Boolean(n, v) }),
        Tune("pt_train_file", "FILE", "Replayed data.", static (o, n, v) => o with { ReplayFile = TextOrNone(n, v) }),
        Tune("pt_valid_file", "FILE", "Validation set of replayed data.", static (o, n, v) => o with { ReplayValidFile = TextOrNone(n, v) }),
        Tune("num_samples_pt", "N", "Most replayed frames, chosen at random.", static (o, n, v) => o with { ReplayCount = Integer(n, v, 1) }),
        Tune("weight_pt_head", "X", "Weight of replayed frames.", static (o, n, v) => o with { ReplayWeight = Real(n, v, 0) }),
        Tune("pseudolabel_replay", "BOOL", "Whether labels of replayed frames come from the model.", static (o, n, v) => o with { PseudoLabels = Boolean(n, v) }),
        Flag("lora", "Fine-tune by low-rank adapters of linear maps and dense layers; all else stays. They are merged into the model that is saved.", static (o, b) => Adapt(o, a => a with { IsUsed = b })),
        Make("lora_rank", "N", "Width of the adapters.", static (o, n, v) => Adapt(o, a => a with { Rank = Integer(n, v, 1, 4096) })),
        Make("lora_alpha", "X", "Size of what the adapters change: it is multiplied by lora_alpha/lora_rank.", static (o, n, v) => Adapt(o, a => a with { Alpha = Real(n, v, 1e-12, 1e12) })),
        Tune("force_mh_ft_lr", "BOOL", "Whether lr, ema and ema_decay stay as given with several heads; otherwise they become 0.0001, True and 0.99999.", static (o, n, v) => o with { KeepLearningRate = Boolean(n, v) }),
    ];

    private static TrainingOption Tune(string name, string valueName, string description, Func<FineTuningOptions, string, OptionValue, FineTuningOptions> apply, params string[] aliases) =>
        Make(name, valueName, description, (o, n, v) => o with { FineTuning = apply(o.FineTuning ?? new FineTuningOptions(), n, v) }, aliases);

    private static TrainingOptions Adapt(TrainingOptions options, Func<LowRankOptions, LowRankOptions> change)
    {
        FineTuningOptions tuning = options.FineTuning ?? new FineTuningOptions();
        return options with { FineTuning = tuning with { LowRank = change(tuning.LowRank ?? new LowRankOptions()) } };
    }

    private static IEnumerable<TrainingOption> Ignored()
    {
        (string Reason, string[] Names)[] groups =
        [
            ("training runs on the processor", ["device", "save_cpu", "enable_cueq", "only_cueq", "enable_oeq"]),
            ("one process trains; its threads share the work (threads)", ["distributed", "launcher", "num_workers", "pin_memory"]),
            ("results go to files; nothing is sent to a service", ["wandb", "wandb_dir", "wandb_project", "wandb_entity", "wandb_name", "wandb_log_hypers"]),
            ("the log says everything", ["log_level"]),
            ("the report is written at the end", ["plot_frequency", "plot_interaction_e"]),
            ("models are kept in the store of 'mace models'", ["downloads_dir"]),
            ("the full coupling basis is used, which spans the same functions", ["use_reduced_cg"]),
            ("outputs follow from the loss and the model", ["compute_stress", "compute_forces", "compute_polarizability", "compute_atomic_dipole"]),
            ("files are extended XYZ and read as they are", ["test_dir", "multi_processed_test"]),
            ("every head is in the table of results", ["skip_evaluate_heads"]),
            ("the electronic temperature is in no model that can be trained here", ["elec_temp_key"]),
            ("it belongs to PolarMACE or MACELES, which cannot be trained here", ["les_arguments", "kspace_cutoff_factor", "atomic_multipoles_max_l", "atomic_multipoles_smearing_width", "field_feature_max_l", "field_feature_widths", "field_feature_norms", "num_recursion_steps", "field_si", "include_electrostatic_self_interaction", "add_local_electron_energy", "quadrupole_feature_corrections", "return_electrostatic_potentials", "field_norm_factor", "fixedpoint_update_config", "field_readout_config"]),
            ("replayed frames are chosen at random from one file", ["subselect_pt", "filter_type_pt", "disallow_random_padding_pt", "real_pt_data_ratio_threshold", "pseudolabel_replay_compute_stress"]),
            ("the model is named by foundation_model and foundation_head", ["foundation_model_kwargs"]),
        ];
        return groups.SelectMany(static g => g.Names.Select(name => new TrainingOption { Name = name, Description = "Ignored: " + g.Reason + ".", IgnoredBecause = g.Reason, TakesSeveral = true, IsFlag = true }));
    }
}

using System.Collections.Immutable;

namespace MaceSharp.Zoo;

/// <summary>The table behind <see cref="ModelZoo"/>: one row a published model. Facts only; a cell that could not be read is left out.</summary>
internal static class ModelCatalogue
{
    // Pages, at the revision that was read.
    private const string FoundationsReadme = "https://github.com/ACEsuit/mace-foundations/blob/14e5a927cd02b1dc3482b1cb0243d0655f9e866e/README.md";
    private const string OmatScript = "https://github.com/ACEsuit/mace-foundations/blob/14e5a927cd02b1dc3482b1cb0243d0655f9e866e/mace_omat/mace-omat-medium.sh";
    private const string OmolStatistics = "https://github.com/ACEsuit/mace-foundations/blob/14e5a927cd02b1dc3482b1cb0243d0655f9e866e/mace_omol/omol-statistics-linear.json";
    private const string MaceReadme = "https://github.com/ACEsuit/mace/blob/667eee4e58d23a38ff5a75122109ec2025809649/README.md";
    private const string MaceLoaders = "https://github.com/ACEsuit/mace/blob/667eee4e58d23a38ff5a75122109ec2025809649/mace/calculators/foundations_models.py";
    private const string MaceGuide = "https://github.com/ACEsuit/mace/blob/d6361d68656f2020e121c1207ffa3c5dc5b1cd16/docs/guide/foundation_models.rst";
    private const string MaceOffReadme = "https://github.com/ACEsuit/mace-off/blob/91a78c5a9c300d1104700d9352c8bfe449227737/README.md";
    private const string MaceOffTree = "https://github.com/ACEsuit/mace-off/tree/v0.2";
    private const string Mh1Page = "https://huggingface.co/mace-foundations/mace-mh-1/discussions";
    private const string Off24Data = "https://huggingface.co/datasets/AngstromAI/maceoff_24_preprocessed/blob/main/test_config.yaml";

    // Pages with digests. The authors publish those of the reference results; the others were recorded by users of the same address.
    private const string GoldenMpSmall = "https://github.com/ACEsuit/mace/blob/2cae9e2f20eb954aa22e1b120c5c50f840e7d94a/tests/golden/references/mp_small_e3nn_cpu_fp64.json";
    private const string GoldenMpa0 = "https://github.com/ACEsuit/mace/blob/5a3473f126be0251d801a991230aae79c8829752/tests/golden/references/mpa0_medium_e3nn_cpu_fp64.json";
    private const string GoldenOffSmall = "https://github.com/ACEsuit/mace/blob/2cae9e2f20eb954aa22e1b120c5c50f840e7d94a/tests/golden/references/off_small_e3nn_cpu_fp64.json";
    private const string GoldenMh0 = "https://github.com/ACEsuit/mace/blob/ff552de55fe642217a052b2fecbd4111e259b0be/tests/golden/references/mh_0_e3nn_cpu_fp64.json";
    private const string OmolAudit = "https://github.com/ACEsuit/mace/blob/cc6c98d49fad55709ca2504f9245cf4748abb244/benchmarks/plf547_polar_audit/run_followup.py";
    private const string WeightsDataset = "https://github.com/Cyan4973/public_datasets_collection/blob/7b7c2be788c8a51b6262dcda319d671685c71c6d/datasets/mace_mp_foundation_model_weights_f64/scripts/mace_weights.py";
    private const string SupportManifest = "https://github.com/bonan-group/symmetrix-xl/blob/72f1f33e0cc89f0c298572246631db3174034b89/benchmarks/foundation_model_support_manifest.json";
    private const string WaterValidation = "https://github.com/AxiEj/MAPLE/blob/c3b93c11594d34b00bf5af87ac44ee558cabb95c/docs/solvation/route-a/bulk-water-hamiltonian-validation.md";
    private const string EngineRegistry = "https://github.com/BloomDlwlrma/openQHA/blob/393b174b6d7eac7489c986b2ecf5d8857b075fe7/openqha/engine.py";

    private const string MpReleases = "https://github.com/ACEsuit/mace-mp/releases/download/";
    private const string FoundationReleases = "https://github.com/ACEsuit/mace-foundations/releases/download/";
    private const string OffFiles = "https://raw.githubusercontent.com/ACEsuit/mace-off/v0.2/";

    private const string FoundationPaper = "arXiv:2401.00096";
    private const string OffPaper = "arXiv:2312.15211";
    private const string Materials = "H–Bi, Ac–Pu";
    private const string Organic = "H, C, N, O, F, P, S, Cl, Br, I";

    /// <summary>All rows, family by family.</summary>
    public static ImmutableArray<ZooModel> Models { get; } =
    [
        MaterialsProject("mp-0-small", "MACE-MP-0a small", ["small"], "mace_mp_0/2023-12-10-mace-128-L0_energy_epoch-249.model") with
        {
            Size = new(32_581_838, WeightsDataset),
            Sha256 = new("2ddb079cee0e131eaaf6912ba581b394551ead283e95c99cfe78c605d10b5736", GoldenMpSmall),
        },
        MaterialsProject("mp-0-medium", "MACE-MP-0a medium", ["medium"], "mace_mp_0/2023-12-03-mace-128-L1_epoch-199.model") with
        {
            Size = new(44_422_970, WeightsDataset),
            Sha256 = new("01bfe22100139f424713cf921144e5509cbe353d67aa9fa1be9c6e1e0ed35845", WeightsDataset),
        },
        MaterialsProject("mp-0-large", "MACE-MP-0a large", [], "mace_mp_0/2024-01-07-mace-128-L2_epoch-199.model") with
        {
            Address = new(new Uri(MpReleases + "mace_mp_0/2024-01-07-mace-128-L2_epoch-199.model"), MaceGuide),
            Size = new(63_509_066, WeightsDataset),
            Sha256 = new("514bd2f1938653c37929f7c275a489378f03a7e3ffb27aa2ae0ddce8d0c859c8", WeightsDataset),
            Remark = "The large model of the authors' table; mace-torch loads mp-0-large-2022.9 under the name 'large'.",
        },
        MaterialsProject("mp-0-large-2022.9", "MACE-MP-0 large (MPtrj 2022.9)", ["large"], "mace_mp_0/MACE_MPtrj_2022.9.model") with
        {
            ElementCount = new(89, MaceLoaders),
            TrainingData = new("MPtrj", MaceLoaders),
            LevelOfTheory = null,
            Licence = new(ModelLicence.Mit, MaceLoaders),
            Citation = new(FoundationPaper, MaceLoaders),
            Remark = "The file that mace-torch loads under the name 'large'; the authors' table links mp-0-large instead.",
        },
        MaterialsProject("mp-0b-small", "MACE-MP-0b small", ["small-0b"], "mace_mp_0b/mace_agnesi_small.model") with
        {
            Size = new(67_603_120, WeightsDataset),
            Sha256 = new("7e3a0abcaf41e03a80e69f778e1b11b29de1cca704783dc25917a736392f8cf0", SupportManifest),
        },
        MaterialsProject("mp-0b-medium", "MACE-MP-0b medium", ["medium-0b"], "mace_mp_0b/mace_agnesi_medium.model") with
        {
            Size = new(79_447_096, WeightsDataset),
            Sha256 = new("ab8baff639a8f295f3eccad3d3ccf574efb6fb63220bd52cd88664211569e521", SupportManifest),
        },
        MaterialsProject("mp-0b2-small", "MACE-MP-0b2 small", ["small-0b2"], "mace_mp_0b2/mace-small-density-agnesi-stress.model") with
        {
            Size = new(67_622_684, WeightsDataset),
            Sha256 = new("d5773bf9440e96d6eb8c598f84bd0e6369fcfa432f626a87f890e07da3c651c9", SupportManifest),
        },
        MaterialsProject("mp-0b2-medium", "MACE-MP-0b2 medium", ["medium-0b2"], "mace_mp_0b2/mace-medium-density-agnesi-stress.model") with
        {
            Size = new(79_462_798, WeightsDataset),
            Sha256 = new("a90be07c8aa6623c390fcc4653d3e319c4a356f8b4a53d323f96b2012d375caf", SupportManifest),
        },
        MaterialsProject("mp-0b2-large", "MACE-MP-0b2 large", ["large-0b2"], "mace_mp_0b2/mace-large-density-agnesi-stress.model") with
        {
            Size = new(98_544_548, WeightsDataset),
            Sha256 = new("348390e758e1c90011c7675e864850f8e9c5b3e7c217f79a2b4bad1baaa657ad", SupportManifest),
        },
        MaterialsProject("mp-0b3-medium", "MACE-MP-0b3 medium", ["medium-0b3"], "mace_mp_0b3/mace-mp-0b3-medium.model") with
        {
            Size = new(79_472_952, WeightsDataset),
            Sha256 = new("2f2be696351ac9e94fbe01cdfb6f017679acdbd2db7645209ef55fec9826b012", SupportManifest),
        },
        MaterialsProject("mpa-0-medium", "MACE-MPA-0 medium", ["medium-mpa-0", "mpa-0"], "mace_mpa_0/mace-mpa-0-medium.model") with
        {
            TrainingData = new("MPtrj, sAlex", FoundationsReadme),
            Size = new(79_462_305, WeightsDataset),
            Sha256 = new("75428afe3a1d7d8062e19bcaabd5c433623cabf308242ec9fb493e38604fb638", GoldenMpa0),
        },
        Omat("omat-0-small", "MACE-OMAT-0 small", ["small-omat-0"], "mace_omat_0/mace-omat-0-small.model") with
        {
            Sha256 = new("0abfde07862cf1e93b8b4d03cb702f29ce9c344ff2fc4de2ec0d7166d6c113a5", SupportManifest),
        },
        Omat("omat-0-medium", "MACE-OMAT-0 medium", ["medium-omat-0", "omat-0"], "mace_omat_0/mace-omat-0-medium.model") with
        {
            Sha256 = new("d4b14be9afa294eebdbe31a0280b26a0fa29715771e978cbfd3ca24e0d90307a", SupportManifest),
        },
        Matpes("matpes-pbe-0", "MACE-MATPES-PBE-0", ["mace-matpes-pbe-0"], "mace_matpes_0/MACE-matpes-pbe-omat-ft.model", "MATPES-PBE", "PBE") with
        {
            Sha256 = new("e618ad582b84239905b9c3b77ce6e9ce111b0ecd1533223a1a6aac7a696b8aa0", SupportManifest),
        },
        Matpes("matpes-r2scan-0", "MACE-MATPES-r2SCAN-0", ["mace-matpes-r2scan-0"], "mace_matpes_0/MACE-matpes-r2scan-omat-ft.model", "MATPES-r2SCAN", "r2SCAN") with
        {
            Sha256 = new("8f147ecffa1d06a696e5648b13b81abda9c96fda9d0fb3faba3cd3fb27d9bba9", SupportManifest),
        },
        MultiHead("mh-0", "MACE-MH-0", "mace_mh_1/mace-mh-0.model") with
        {
            Sha256 = new("d62ff8f293664e6556cfa49364b28ee72a70cf1e6150f3c111a578397fed609d", GoldenMh0),
        },
        MultiHead("mh-1", "MACE-MH-1", "mace_mh_1/mace-mh-1.model") with
        {
            Sha256 = new("a522eb7f59c7879963d41586528f4980baf33e086c94aa92e3eafdeccad3be47", SupportManifest),
        },
        new ZooModel
        {
            Name = "omol-0",
            Aliases = ["extra_large", "omol-0-extra-large"],
            Title = "MACE-OMOL-0 extra large",
            Address = new(new Uri(FoundationReleases + "mace_omol_0/MACE-omol-0-extra-large-1024.model"), MaceLoaders),
            ElementCount = new(83, OmolStatistics),
            Elements = new("H–Bi", OmolStatistics),
            TrainingData = new("OMOL", MaceReadme),
            LevelOfTheory = new("ωB97M-VV10", MaceReadme),
            Dispersion = new(DispersionTreatment.Included, MaceReadme),
            Licence = new(ModelLicence.AcademicSoftware, MaceReadme),
            Sha256 = new("9b64b4fd5153ca578c694abc57806d8111050de6ff652e695c9b525bc4d36469", OmolAudit),
            Remark = "Uses total charge and spin multiplicity; the authors' table counts 89 elements, their statistics file lists 83.",
        },
        Off23("off23-small", "MACE-OFF23 small", ["small-off", "off-small"], "mace_off23/MACE-OFF23_small.model") with
        {
            Sha256 = new("165cce4cfec5a34b9c64d4ebf95de15d71106bb584b7291c8470f0749977c46f", GoldenOffSmall),
        },
        Off23("off23-medium", "MACE-OFF23 medium", ["medium-off", "off-medium"], "mace_off23/MACE-OFF23_medium.model") with
        {
            Sha256 = new("4842c52ad210d6e1f84d6cf1ffa70fae25a7e0d755ed55cf223f43913f587db7", SupportManifest),
        },
        Off23("off23-large", "MACE-OFF23 large", ["large-off", "off-large"], "mace_off23/MACE-OFF23_large.model") with
        {
            Sha256 = new("a29e397dbf3e7a24ac50a9b0dfc919bd5a62efa346f5895a6237b0950c1d76f4", SupportManifest),
        },
        Off("off23b-medium", "MACE-OFF23b medium", [], "mace_off23/MACE-OFF23b_medium.model") with
        {
            Sha256 = new("871653738a4fbc8124dba1ff5bc595bd0abf7b849a8538c0825dc29ebadf1680", EngineRegistry),
        },
        Off("off24-medium", "MACE-OFF24 medium", ["off24"], "mace_off24/MACE-OFF24_medium.model") with
        {
            ElementCount = new(10, Off24Data),
            Elements = new(Organic, Off24Data),
            TrainingData = new("SPICE 2.0.1, neutral", Off24Data),
            Sha256 = new("e5ccf5837f685899811a68754e7c994393bfd1a81720393b03c643b46c70bc69", WaterValidation),
        },
        new ZooModel
        {
            Name = "ani-cc",
            Aliases = ["anicc", "ani500k-large-cc"],
            Title = "MACE-ANI-CC large",
            Address = new(new Uri("https://github.com/ACEsuit/mace/raw/main/mace/calculators/foundations_models/ani500k_large_CC.model"), MaceLoaders),
            ElementCount = new(4, MaceGuide),
            Elements = new("H, C, N, O", MaceGuide),
            TrainingData = new("ANI", MaceLoaders),
            LevelOfTheory = new("coupled cluster", MaceGuide),
            Licence = new(ModelLicence.Mit, MaceLoaders),
            Citation = new("doi:10.1063/5.0155322", MaceLoaders),
        },
        new ZooModel
        {
            Name = "mdp",
            Aliases = ["mace-mdp"],
            Title = "MACE-MDP",
            Address = new(new Uri("https://raw.githubusercontent.com/Nilsgoe/MACE-MDP/main/models/MACE-MDP.model"), FoundationsReadme),
            ElementCount = new(10, FoundationsReadme),
            TrainingData = new("SPICE-α", FoundationsReadme),
            LevelOfTheory = new("ωB97M-D3(BJ)/def2-TZVPP", FoundationsReadme),
            Licence = new(ModelLicence.AcademicSoftware, FoundationsReadme),
            Citation = new("doi:10.26434/chemrxiv.15000716", FoundationsReadme),
            Remark = "Dipoles and polarizabilities only, no energy.",
        },
    ];

    private static ZooModel MaterialsProject(string name, string title, ImmutableArray<string> aliases, string file) => new()
    {
        Name = name,
        Title = title,
        Aliases = aliases,
        Address = new(new Uri(MpReleases + file), MaceLoaders),
        ElementCount = new(89, FoundationsReadme),
        TrainingData = new("MPtrj", FoundationsReadme),
        LevelOfTheory = new("PBE+U", FoundationsReadme),
        Dispersion = new(DispersionTreatment.NotIncluded, MaceLoaders),
        Licence = new(ModelLicence.Mit, FoundationsReadme),
        Citation = new(FoundationPaper, FoundationsReadme),
    };

    private static ZooModel Omat(string name, string title, ImmutableArray<string> aliases, string file) => MaterialsProject(name, title, aliases, file) with
    {
        Elements = new(Materials, OmatScript),
        TrainingData = new("OMAT", FoundationsReadme),
        LevelOfTheory = new("PBE+U, VASP 54", FoundationsReadme),
        Licence = new(ModelLicence.AcademicSoftware, FoundationsReadme),
    };

    private static ZooModel Matpes(string name, string title, ImmutableArray<string> aliases, string file, string data, string functional) => MaterialsProject(name, title, aliases, file) with
    {
        Address = new(new Uri(FoundationReleases + file), MaceLoaders),
        TrainingData = new(data, FoundationsReadme),
        LevelOfTheory = new(functional, FoundationsReadme),
        Licence = new(ModelLicence.AcademicSoftware, FoundationsReadme),
    };

    private static ZooModel MultiHead(string name, string title, string file) => MaterialsProject(name, title, ["mace-" + name], file) with
    {
        Address = new(new Uri(FoundationReleases + file), MaceLoaders),
        TrainingData = new("OMAT, OMOL, OC20, MATPES", FoundationsReadme),
        LevelOfTheory = new("PBE, r2SCAN, ωB97M-VV10", FoundationsReadme),
        Dispersion = new(DispersionTreatment.DependsOnHead, FoundationsReadme),
        Licence = new(ModelLicence.AcademicSoftware, FoundationsReadme),
        Citation = new("arXiv:2510.25380", Mh1Page),
        Remark = "Several heads; choose one with --head.",
    };

    private static ZooModel Off23(string name, string title, ImmutableArray<string> aliases, string file) => Off(name, title, aliases, file) with
    {
        ElementCount = new(10, MaceReadme),
        Elements = new(Organic, MaceGuide),
        TrainingData = new("SPICE v1", MaceReadme),
        LevelOfTheory = new("ωB97M-D3", MaceReadme),
        Dispersion = new(DispersionTreatment.Included, MaceReadme),
    };

    private static ZooModel Off(string name, string title, ImmutableArray<string> aliases, string file) => new()
    {
        Name = name,
        Title = title,
        Aliases = aliases,
        Address = new(new Uri(OffFiles + file), MaceOffTree),
        Licence = new(ModelLicence.AcademicSoftware, MaceOffReadme),
        Citation = new(OffPaper, MaceOffReadme),
    };
}

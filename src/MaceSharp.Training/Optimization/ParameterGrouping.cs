namespace MaceSharp.Training.Optimization;

/// <summary>A parameter tensor in the vector of all parameters.</summary>
/// <param name="Name">Name of the tensor, mace-torch's attribute path.</param>
/// <param name="Range">Where it lies.</param>
public readonly record struct ParameterPlace(string Name, ParameterRange Range);

/// <summary>Which parameters are optimised alike: the groups of mace-torch 0.3.</summary>
public static class ParameterGrouping
{
    /// <summary>Sorts parameters into groups.</summary>
    /// <param name="parameters">All parameter tensors.</param>
    /// <param name="weightDecay">Weight decay of the product weights and of the linear maps of interactions (<c>weight_decay</c>).</param>
    /// <param name="factors">Factors of the learning rate: <c>embedding_lr_factor</c>, <c>interactions_lr_factor</c>, <c>products_lr_factor</c>, <c>readouts_lr_factor</c>; those absent are 1, and 0 freezes.</param>
    /// <param name="freeze">How many of upstream's levels are frozen (<c>freeze</c>): 1 the embedding, 5 also the interactions, 6 also the products, 7 also the readouts; 0 none.</param>
    /// <returns>Groups that are not empty; frozen parameters are in none.</returns>
    public static IReadOnlyList<OptimizerGroup> Create(IEnumerable<ParameterPlace> parameters, double weightDecay, IReadOnlyDictionary<string, double>? factors = null, int freeze = 0)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Dictionary<string, List<ParameterRange>> ranges = [];
        List<string> order = ["embedding", "interactions_decay", "interactions_no_decay", "products", "readouts", "joint_embedding", "embedding_readout"];
        foreach (ParameterPlace parameter in parameters)
        {
            string group = GroupOf(parameter.Name);
            if (IsFrozen(group, freeze) || FactorOf(group, factors) == 0) { continue; }
            if (!ranges.TryGetValue(group, out List<ParameterRange>? list)) { ranges.Add(group, list = []); }
            list.Add(parameter.Range);
        }

        return [.. order.Where(ranges.ContainsKey).Select(group => new OptimizerGroup(
            group,
            ranges[group],
            FactorOf(group, factors),
            group is "interactions_decay" or "products" ? weightDecay : 0))];
    }

    /// <summary>The group of a parameter.</summary>
    /// <param name="name">Name of the tensor.</param>
    public static string GroupOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith("interactions.", StringComparison.Ordinal))
        {
            return name.Contains("linear.weight", StringComparison.Ordinal) || name.Contains("skip_tp_full.weight", StringComparison.Ordinal) ? "interactions_decay" : "interactions_no_decay";
        }

        return name.StartsWith("products.", StringComparison.Ordinal) ? "products"
            : name.StartsWith("readouts.", StringComparison.Ordinal) ? "readouts"
            : name.StartsWith("joint_embedding.", StringComparison.Ordinal) ? "joint_embedding"
            : name.StartsWith("embedding_readout.", StringComparison.Ordinal) ? "embedding_readout"
            : "embedding";
    }

    private static bool IsFrozen(string group, int freeze) => group switch
    {
        "embedding" => freeze >= 1,
        "interactions_decay" or "interactions_no_decay" => freeze >= 5,
        "products" => freeze >= 6,
        "readouts" => freeze >= 7,
        _ => false,
    };

    private static double FactorOf(string group, IReadOnlyDictionary<string, double>? factors)
    {
        string key = group switch
        {
            "interactions_decay" or "interactions_no_decay" => "interactions_lr_factor",
            _ => group + "_lr_factor",
        };
        return factors is not null && factors.TryGetValue(key, out double factor) ? factor : 1;
    }
}

using System.CommandLine;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.Options;

/// <summary>How the draft tree grows. None of it changes the text.</summary>
internal sealed class TreeCliOptions
{
    private static readonly TreeOptions Defaults = new();

    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(TreeOptions.Budget)] = "--tree-budget",
        [nameof(TreeOptions.MaxDepth)] = "--tree-depth",
        [nameof(TreeOptions.BatchSize)] = "--tree-batch",
        [nameof(TreeOptions.BranchWidth)] = "--tree-width",
        [nameof(TreeOptions.MinLogProbability)] = "--tree-min-logprob",
        [nameof(TreeOptions.DraftTemperature)] = "--draft-temp",
    };

    private readonly Option<int> _budget = new("--tree-budget")
    {
        Description = "Drafted tokens that the target scores in one pass; for --method chain, the chain's length.",
        HelpName = "nodes",
        DefaultValueFactory = _ => Defaults.Budget,
    };

    private readonly Option<int> _depth = new("--tree-depth")
    {
        Description = "Deepest node of the tree.",
        HelpName = "tokens",
        DefaultValueFactory = _ => Defaults.MaxDepth,
    };

    private readonly Option<int> _batch = new("--tree-batch")
    {
        Description = "Nodes that one pass of the draft computes.",
        HelpName = "nodes",
        DefaultValueFactory = _ => Defaults.BatchSize,
    };

    private readonly Option<int> _width = new("--tree-width")
    {
        Description = "Children considered per node.",
        HelpName = "children",
        DefaultValueFactory = _ => Defaults.BranchWidth,
    };

    private readonly Option<double?> _minLogProb = new("--tree-min-logprob")
    {
        Description = "Leave out nodes whose path has a lower log-probability (natural logarithm). Default: keep all.",
        HelpName = "x",
    };

    private readonly Option<double> _draftTemperature = new("--draft-temp")
    {
        Description = "Temperature at which the draft's guesses are ranked; independent of --temp.",
        HelpName = "t",
        DefaultValueFactory = _ => Defaults.DraftTemperature,
    };

    public void AddTo(Command command)
    {
        command.Add(_budget);
        command.Add(_depth);
        command.Add(_batch);
        command.Add(_width);
        command.Add(_minLogProb);
        command.Add(_draftTemperature);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public TreeOptions Read(ParseResult arguments)
    {
        var options = new TreeOptions
        {
            Budget = arguments.GetValue(_budget),
            MaxDepth = arguments.GetValue(_depth),
            BatchSize = arguments.GetValue(_batch),
            BranchWidth = arguments.GetValue(_width),
            MinLogProbability = arguments.GetValue(_minLogProb) ?? Defaults.MinLogProbability,
            DraftTemperature = arguments.GetValue(_draftTemperature),
        };
        OptionNames.Check(options.Validate, Names);
        return options;
    }
}

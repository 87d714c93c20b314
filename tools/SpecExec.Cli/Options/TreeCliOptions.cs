using System.CommandLine;
using System.Globalization;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.Options;

/// <summary>How the draft tree grows. None of it changes the text, or with <c>--method specinfer</c> its distribution.</summary>
internal sealed class TreeCliOptions
{
    private const string Automatic = "auto";
    private const int LargestMeasuredBatch = 128;

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

    private readonly Option<string?> _budget = new("--tree-budget")
    {
        Description = $"Drafted tokens that the target scores in one pass, or auto: chosen for each pass by what it costs and brings, at most {TreeOptions.LargestChosenBudget}; for --method chain, the chain's length. Default: auto where layers are streamed, else {Defaults.Budget}.",
        HelpName = "nodes|auto",
    };

    private readonly Option<int> _depth = new("--tree-depth")
    {
        Description = "Deepest node of the tree; for --method specinfer at most √(2K) of its own accord.",
        HelpName = "tokens",
        DefaultValueFactory = _ => Defaults.MaxDepth,
    };

    private readonly Option<int?> _batch = new("--tree-batch")
    {
        Description = $"Nodes that one pass of the draft computes. Default: {Defaults.BatchSize}; with --tree-budget auto what is measured to be fastest, at most {LargestMeasuredBatch}.",
        HelpName = "nodes",
    };

    private readonly Option<int> _width = new("--tree-width")
    {
        Description = "Children considered per node; not for --method specinfer, which samples.",
        HelpName = "children",
        DefaultValueFactory = _ => Defaults.BranchWidth,
    };

    private readonly Option<double?> _minLogProb = new("--tree-min-logprob")
    {
        Description = "Leave out nodes whose path has a lower log-probability (natural logarithm). Default: keep all.",
        HelpName = "x",
    };

    private readonly Option<string> _draftTemperature = new("--draft-temp")
    {
        Description = "Temperature at which the draft's guesses are ranked; auto: it begins near --temp and is learnt from what becomes of the guesses. For --method specinfer it sharpens or flattens the draft before --temp does (auto: it does not), for a chain it changes nothing.",
        HelpName = "t|auto",
        DefaultValueFactory = _ => Automatic,
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

    /// <summary>What <c>--tree-budget</c> says: a number, auto, or nothing.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static (bool IsAutomatic, int? Budget) ReadBudget(string? text) => text switch
    {
        null => (false, null),
        Automatic => (true, null),
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int budget) => (false, budget),
        _ => throw new UsageException($"--tree-budget must be a number or auto; {text} was given."),
    };

    private static double? ReadDraftTemperature(string text) => text == Automatic ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw new UsageException($"--draft-temp must be a number or auto; {text} was given.");

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public TreeOptions Read(ParseResult arguments)
    {
        (bool isAutomatic, int? budget) = ReadBudget(arguments.GetValue(_budget));
        TreeOptions options = isAutomatic ? Automatically(Common(arguments)) : Common(arguments) with { Budget = budget ?? Defaults.Budget, MeasuresBatch = false };
        OptionNames.Check(options.Validate, Names);
        return options;
    }

    /// <summary>The tree that is grown if layers are streamed; null: no other than usual.</summary>
    public TreeOptions? ReadForStreaming(ParseResult arguments) => arguments.GetValue(_budget) is null ? Automatically(Common(arguments)) : null;

    private TreeOptions Common(ParseResult arguments)
    {
        int? batch = arguments.GetValue(_batch);
        double? temperature = ReadDraftTemperature(arguments.GetValue(_draftTemperature)!);
        return new TreeOptions
        {
            MaxDepth = arguments.GetValue(_depth),
            BatchSize = batch ?? Defaults.BatchSize,
            MeasuresBatch = batch is null,
            BranchWidth = arguments.GetValue(_width),
            MinLogProbability = arguments.GetValue(_minLogProb) ?? Defaults.MinLogProbability,
            DraftTemperature = temperature ?? TreeOptions.DefaultDraftTemperature,
            LearnsDraftTemperature = temperature is null,
        };
    }

    private static TreeOptions Automatically(TreeOptions options) => options with
    {
        Budget = TreeOptions.LargestChosenBudget,
        ChoosesBudget = true,
        BatchSize = options.MeasuresBatch ? LargestMeasuredBatch : options.BatchSize,
    };
}

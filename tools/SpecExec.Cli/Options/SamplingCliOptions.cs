using System.CommandLine;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Cli.Options;

/// <summary>How the next token is drawn.</summary>
internal sealed class SamplingCliOptions
{
    /// <summary>A random seed is short enough to be typed again.</summary>
    private const long RandomSeeds = 1L << 32;

    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(SamplingOptions.Temperature)] = "--temp",
        [nameof(SamplingOptions.TopK)] = "--top-k",
        [nameof(SamplingOptions.TopP)] = "--top-p",
        [nameof(SamplingOptions.MinP)] = "--min-p",
        [nameof(SamplingOptions.RepetitionPenalty)] = "--repeat-penalty",
    };

    private readonly Option<double?> _temperature = new("--temp")
    {
        Description = $"Temperature; 0 always takes the most probable token. Default: the model's generation_config.json, else {SamplingChoices.DefaultTemperature}.",
        HelpName = "t",
    };

    private readonly Option<int?> _topK = new("--top-k")
    {
        Description = "Draw among the k most probable tokens; 0: all. Default: the model's, else 0.",
        HelpName = "k",
    };

    private readonly Option<double?> _topP = new("--top-p")
    {
        Description = $"Draw among the fewest tokens that together have this probability; 1: all. Default: the model's, else {SamplingChoices.DefaultTopP}.",
        HelpName = "p",
    };

    private readonly Option<double?> _minP = new("--min-p")
    {
        Description = "Draw among tokens at least this times as probable as the best; 0: all. Default: the model's, else 0.",
        HelpName = "p",
    };

    private readonly Option<double?> _repeatPenalty = new("--repeat-penalty")
    {
        Description = "Makes tokens that have occurred less probable; 1: off. Default: the model's, else 1.",
        HelpName = "factor",
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Same seed, same text, whatever the method. Default: random (shown by -v and --json).",
        HelpName = "n",
    };

    public void AddTo(Command command)
    {
        command.Add(_temperature);
        command.Add(_topK);
        command.Add(_topP);
        command.Add(_minP);
        command.Add(_repeatPenalty);
        command.Add(_seed);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public SamplingChoices Read(ParseResult arguments)
    {
        var choices = new SamplingChoices(
            arguments.GetValue(_temperature),
            arguments.GetValue(_topK),
            arguments.GetValue(_topP),
            arguments.GetValue(_minP),
            arguments.GetValue(_repeatPenalty),
            arguments.GetValue(_seed) ?? (ulong)Random.Shared.NextInt64(RandomSeeds));

        // Before a model is read: nobody should wait for a large one to hear of a typing error.
        OptionNames.Check(() => choices.Resolve(new GenerationDefaults()).Validate(), Names);
        return choices;
    }
}

using System.CommandLine;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Cli.Options;

/// <summary>Which model is scored on which text, in which windows, and what it is compared with.</summary>
internal sealed class PerplexityCliOptions
{
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(PerplexityOptions.ContextLength)] = "--ctx",
        [nameof(PerplexityOptions.Stride)] = "--stride",
        [nameof(PerplexityOptions.MaxTokens)] = "--max-tokens",
    };

    private readonly ModelArgument _model = new("perplexity");

    private readonly Option<string?> _file = new("--file")
    {
        Description = "The text, UTF-8, taken as it is; - is stdin. Default, without a model: the demo pair's held-out text.",
        HelpName = "file",
    };

    private readonly Option<int?> _context = new("--ctx")
    {
        Description = $"Most tokens that go into one window. Default: {PerplexityOptions.DefaultContextLength}, or the model's own context if that is shorter.",
        HelpName = "tokens",
    };

    private readonly Option<int?> _stride = new("--stride")
    {
        Description = "How far each window lies behind the one before; it scores only that many tokens, the rest is context. Default: --ctx, so that windows adjoin.",
        HelpName = "tokens",
    };

    private readonly Option<int?> _maxTokens = new("--max-tokens")
    {
        Description = "Score only so many tokens from the beginning of the text. Default: all.",
        HelpName = "tokens",
    };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description = "A model with the same vocabulary, the original of a quantized one, say: how far from its distributions are the model's?",
        HelpName = "dir|org/name",
    };

    private readonly DeviceCliOptions _device = new();

    public void AddTo(Command command)
    {
        _model.AddTo(command);
        command.Add(_file);
        command.Add(_context);
        command.Add(_stride);
        command.Add(_maxTokens);
        command.Add(_reference);
        _device.AddTo(command);
    }

    /// <summary>Reads and checks all of it, before any model is touched.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public PerplexityRequest Read(ParseResult arguments)
    {
        string? model = _model.Read(arguments);
        string? file = arguments.GetValue(_file);
        if (model is not null && file is null)
        {
            throw new UsageException("There is no text to score: give --file, or --file - for stdin.");
        }

        string? reference = arguments.GetValue(_reference);
        if (reference is "")
        {
            throw new UsageException("The reference's name is empty.");
        }

        int? context = arguments.GetValue(_context);
        var options = new PerplexityOptions
        {
            ContextLength = context ?? PerplexityOptions.DefaultContextLength,
            Stride = arguments.GetValue(_stride),
            MaxTokens = arguments.GetValue(_maxTokens),
        };
        Check(options);
        return new PerplexityRequest(model, reference, file, options, _device.Read(arguments)) { IsContextChosen = context is not null };
    }

    /// <exception cref="UsageException">A window makes no sense.</exception>
    public static void Check(PerplexityOptions options) => OptionNames.Check(options.Validate, Names);
}

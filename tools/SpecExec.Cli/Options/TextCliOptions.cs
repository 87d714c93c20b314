using System.CommandLine;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Options;

/// <summary>How long the text becomes, and by which method.</summary>
internal sealed class TextCliOptions
{
    /// <summary>Until the model ends the text or the context is full.</summary>
    private const int Unlimited = -1;

    private readonly Option<int> _maxTokens = new("--n-predict", "-n")
    {
        Description = "Tokens to generate at most; -1: until the model ends the text or the context is full.",
        HelpName = "tokens",
        DefaultValueFactory = _ => new GenerationOptions().MaxTokens,
    };

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "End the text before this string; can be given several times.",
        HelpName = "text",
    };

    private readonly Option<string?> _method = new("--method")
    {
        Description = "How tokens are guessed ahead: the draft's best tree, a tree of tokens sampled from it, one chain, or not at all. specinfer keeps the target's distribution but, above temperature 0, writes another text than the others with the same seed. Default: specexec; none without a draft.",
        HelpName = "specexec|specinfer|chain|none",
    };

    public TextCliOptions()
    {
        _method.AcceptOnlyFromAmong([.. MethodNames.All]);
    }

    public void AddTo(Command command)
    {
        command.Add(_maxTokens);
        command.Add(_stop);
        command.Add(_method);
    }

    /// <summary>The method, or null where the command line leaves it open.</summary>
    public DecodingMethod? ReadMethod(ParseResult arguments)
        => arguments.GetValue(_method) is { } name ? MethodNames.Parse(name) : null;

    /// <summary>Length and stops; the rest as the engine has it.</summary>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public GenerationOptions Read(ParseResult arguments)
    {
        int maxTokens = arguments.GetValue(_maxTokens);
        if (maxTokens < Unlimited)
        {
            throw new UsageException($"--n-predict must be -1 (unlimited), 0 or more; {maxTokens} was given.");
        }

        string[] stops = arguments.GetValue(_stop) ?? [];
        if (stops.Any(string.IsNullOrEmpty))
        {
            throw new UsageException("--stop must not be empty: every text would end at once.");
        }

        return new GenerationOptions
        {
            MaxTokens = maxTokens == Unlimited ? int.MaxValue : maxTokens,
            StopStrings = stops,
        };
    }
}

using System.CommandLine;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Terminal;

namespace SpecExecNative.Cli.Options;

/// <summary>The one model that a command looks at: as its argument, as <c>--model</c>, or else the demo target.</summary>
internal sealed class ModelArgument(string command)
{
    private readonly Argument<string?> _argument = new("model")
    {
        Description = "A directory, or org/name in the Hugging Face cache. Default: the demo target.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _option = new("--model", "-m") { Description = "The same, as the other commands have it.", HelpName = "dir|org/name" };

    /// <summary>What the help says of it.</summary>
    public string Description
    {
        init => _argument.Description = value;
    }

    public void AddTo(Command owner)
    {
        owner.Add(_argument);
        owner.Add(_option);
    }

    /// <summary>As the user names it; null: not at all, which means <see cref="DemoTarget"/>.</summary>
    /// <exception cref="UsageException">It is named twice, or its name is empty.</exception>
    public string? Read(ParseResult arguments)
    {
        string? argument = arguments.GetValue(_argument);
        string? option = arguments.GetValue(_option);
        if (argument is not null && option is not null)
        {
            throw new UsageException($"{command} takes one model: give it as argument or as --model, not both.");
        }

        string? model = argument ?? option;
        return model is "" ? throw new UsageException("The model's name is empty.") : model;
    }

    /// <summary>Where the demo target lies, which the user is told is used.</summary>
    public static string DemoTarget(CommandContext context)
    {
        context.Notices.Say("no model given; taking the target of the demo pair");
        return Path.Combine(context.Host.BaseDirectory, DemoPair.Target);
    }
}

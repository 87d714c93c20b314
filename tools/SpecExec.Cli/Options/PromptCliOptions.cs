using System.CommandLine;
using SpecExecNative.Cli.Requests;

namespace SpecExecNative.Cli.Options;

/// <summary>Where the prompt comes from.</summary>
internal sealed class PromptCliOptions
{
    private readonly Option<string?> _prompt = new("--prompt", "-p")
    {
        Description = "The text to continue; - reads it from stdin, as does a pipe where no prompt is given.",
        HelpName = "text",
    };

    private readonly Option<string?> _file = new("--prompt-file")
    {
        Description = "A UTF-8 file with the text to continue; one line break at its end does not count; - is stdin.",
        HelpName = "file",
    };

    public void AddTo(Command command)
    {
        command.Add(_prompt);
        command.Add(_file);
    }

    /// <exception cref="UsageException">Two prompts are given.</exception>
    public PromptRequest Read(ParseResult arguments)
    {
        string? prompt = arguments.GetValue(_prompt);
        string? file = arguments.GetValue(_file);
        if (prompt is not null && file is not null)
        {
            throw new UsageException("--prompt and --prompt-file exclude each other.");
        }

        return new PromptRequest(prompt, file);
    }
}

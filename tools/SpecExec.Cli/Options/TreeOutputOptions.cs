using System.CommandLine;
using SpecExecNative.Cli.Requests;

namespace SpecExecNative.Cli.Options;

/// <summary>Which tree is drawn, how, and where to.</summary>
internal sealed class TreeOutputOptions
{
    private const string StandardOutput = "-";

    private readonly Option<int> _iteration = new("--iteration")
    {
        Description = "The iteration whose tree is drawn, from 1.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _maxNodes = new("--max-nodes")
    {
        Description = "Draw only this many of the most probable guesses, and the accepted ones. Default: all.",
        HelpName = "nodes",
        DefaultValueFactory = _ => int.MaxValue,
    };

    private readonly Option<string?> _dot = new("--dot")
    {
        Description = "Write the tree for Graphviz; - is stdout, in place of the text.",
        HelpName = "file",
    };

    private readonly Option<string?> _svg = new("--svg")
    {
        Description = "Write the tree as a picture; - is stdout, in place of the text.",
        HelpName = "file",
    };

    public void AddTo(Command command)
    {
        command.Add(_iteration);
        command.Add(_maxNodes);
        command.Add(_dot);
        command.Add(_svg);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public TreeOutput Read(ParseResult arguments)
    {
        int iteration = arguments.GetValue(_iteration);
        if (iteration < 1)
        {
            throw new UsageException($"--iteration must be 1 or more; {iteration} was given.");
        }

        int maxNodes = arguments.GetValue(_maxNodes);
        if (maxNodes < 1)
        {
            throw new UsageException($"--max-nodes must be 1 or more; {maxNodes} was given.");
        }

        string? dot = arguments.GetValue(_dot);
        string? svg = arguments.GetValue(_svg);
        if (dot == StandardOutput && svg == StandardOutput)
        {
            throw new UsageException("--dot - and --svg - exclude each other: there is one stdout.");
        }

        return new TreeOutput(
            iteration,
            maxNodes,
            dot == StandardOutput ? null : dot,
            svg == StandardOutput ? null : svg,
            dot == StandardOutput ? TreeForm.Dot : svg == StandardOutput ? TreeForm.Svg : TreeForm.Text);
    }
}

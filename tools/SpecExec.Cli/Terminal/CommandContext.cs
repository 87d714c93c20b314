using System.CommandLine;
using SpecExecNative.Cli.Options;
using Spectre.Console;

namespace SpecExecNative.Cli.Terminal;

/// <summary>One invocation of a command: the world, and how to speak to it.</summary>
internal sealed class CommandContext
{
    public CommandContext(CliHost host, ParseResult arguments)
    {
        bool color = !arguments.GetValue(GlobalCliOptions.NoColor)
            && string.IsNullOrEmpty(host.Variable("NO_COLOR"))
            && host.Variable("TERM") != "dumb";
        Host = host;
        Notices = new Notices(host, color, arguments.GetValue(GlobalCliOptions.Verbose));
        OutputColor = color && host.IsOutputTerminal;
    }

    public CliHost Host { get; }

    public Notices Notices { get; }

    /// <summary>The product may be coloured.</summary>
    public bool OutputColor { get; }

    public TextWriter Output => Host.Output;

    /// <summary>For tables in the product.</summary>
    public IAnsiConsole CreateOutputConsole() => AnsiConsoles.Create(Host.Output, Host.IsOutputTerminal, OutputColor);

    public bool Verbose => Notices.Verbose;
}

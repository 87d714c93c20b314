using Spectre.Console;

namespace SpecExecNative.Cli.Terminal;

/// <summary>What the command says about its work, on the error stream.</summary>
internal sealed class Notices
{
    private readonly TextWriter _error;

    /// <param name="host">The streams.</param>
    /// <param name="color">Colours are wanted where they can be shown.</param>
    /// <param name="verbose">Details are wanted.</param>
    public Notices(CliHost host, bool color, bool verbose)
    {
        _error = host.Error;
        Verbose = verbose;
        IsLive = host.IsErrorTerminal && color;
        Ansi = AnsiConsoles.Create(host.Error, host.IsErrorTerminal, IsLive);
    }

    /// <summary>For tables and live progress.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>Someone watches: progress can be drawn and drawn over.</summary>
    public bool IsLive { get; }

    public bool Verbose { get; }

    /// <summary>A line that a user should see.</summary>
    public void Say(string line) => _error.WriteLine($"specexec: {VisibleText.Of(line)}");

    /// <summary>A line for those who asked for details.</summary>
    public void Detail(string line)
    {
        if (Verbose)
        {
            Say(line);
        }
    }
}

using Spectre.Console;

namespace SpecExecNative.Cli.Terminal;

/// <summary>Spectre consoles over our streams, which look at nothing but what they are told.</summary>
internal static class AnsiConsoles
{
    /// <summary>Where there is no terminal, nothing is to be wrapped.</summary>
    private const int UnboundedWidth = 10_000;

    public static IAnsiConsole Create(TextWriter output, bool isTerminal, bool color)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = color ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true; // both streams are UTF-8
        if (!isTerminal)
        {
            console.Profile.Width = UnboundedWidth;
        }

        return console;
    }
}

using System.CommandLine;

namespace SpecExecNative.Cli.Options;

/// <summary>Options that every command has.</summary>
internal static class GlobalCliOptions
{
    public static Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours and no live progress (as with the variable NO_COLOR).",
        Recursive = true,
    };

    public static Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "More detail on stderr: models, seed, every iteration; stack traces of errors.",
        Recursive = true,
    };
}

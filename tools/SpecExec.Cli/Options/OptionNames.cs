using SpecExecNative.Engine;

namespace SpecExecNative.Cli.Options;

/// <summary>
/// The engine says which values of an option make sense; here its verdict is told in the command line's names.
/// </summary>
internal static class OptionNames
{
    /// <summary>Runs the engine's validation.</summary>
    /// <param name="validate">Throws <see cref="OptionException"/>.</param>
    /// <param name="names">The engine's name → the command line's.</param>
    /// <exception cref="UsageException">An option is refused.</exception>
    public static void Check(Action validate, IReadOnlyDictionary<string, string> names)
    {
        try
        {
            validate();
        }
        catch (OptionException e) when (names.TryGetValue(e.Option, out string? option))
        {
            throw new UsageException($"{option} must be {e.Requirement}; {e.Value} was given.");
        }
    }
}

using System.Text.RegularExpressions;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>Whether modules of some names are 4-bit.</summary>
/// <param name="IsQuantized">What is said of them.</param>
/// <param name="Matches">Whether a module is one of them.</param>
internal sealed record ModuleRule(bool IsQuantized, Func<string, bool> Matches)
{
    /// <summary>Patterns in use take microseconds; one that takes this long was made to.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    public static ModuleRule Exactly(string name, bool isQuantized) => new(isQuantized, module => module == name);

    public static ModuleRule Containing(string text, bool isQuantized) => new(isQuantized, module => module.Contains(text, StringComparison.Ordinal));

    /// <summary>A regular expression that must match from the name's start, though not to its end, as Python's <c>re.match</c>.</summary>
    /// <param name="pattern">Python's syntax, as far as it is .NET's.</param>
    /// <param name="isQuantized">What is said of the modules.</param>
    /// <param name="fields">The config.</param>
    /// <param name="field">The field that has it, for messages.</param>
    /// <exception cref="ModelConfigException">It is malformed; when used: it takes too long.</exception>
    public static ModuleRule Pattern(string pattern, bool isQuantized, ConfigFields fields, string field)
    {
        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException e)
        {
            throw fields.Refuse(field, $"has a pattern that is not a regular expression: {e.Message}");
        }

        return new ModuleRule(isQuantized, module =>
        {
            try
            {
                // The leftmost match is the one at the start, if there is one there.
                return regex.Match(module) is { Success: true, Index: 0 };
            }
            catch (RegexMatchTimeoutException)
            {
                throw TooSlow(fields, field);
            }
        });
    }

    public static ModelConfigException TooSlow(ConfigFields fields, string field)
        => fields.Refuse(field, "has a pattern that takes too long to match a module's name. Simplify it.");
}

namespace SpecExecNative.Cli.Options;

/// <summary>
/// The engine says which values of an option make sense; here its verdict is told in the command line's names.
/// </summary>
internal static class OptionNames
{
    /// <summary>Runs the engine's validation.</summary>
    /// <param name="validate">Throws <see cref="ArgumentOutOfRangeException"/> with the name of the option as the engine has it.</param>
    /// <param name="names">The engine's name → the command line's.</param>
    /// <exception cref="UsageException">An option is refused.</exception>
    public static void Check(Action validate, IReadOnlyDictionary<string, string> names)
    {
        try
        {
            validate();
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName is { } name && names.TryGetValue(name, out string? option))
        {
            throw new UsageException(Translate(e.Message, name, option, e.ActualValue));
        }
    }

    private static string Translate(string message, string name, string option, object? value)
    {
        // .NET appends "(Parameter 'X')" and, on a line of its own, the value.
        int end = message.IndexOf(" (Parameter", StringComparison.Ordinal);
        string sentence = (end < 0 ? message : message[..end]).TrimEnd('.').Replace($" ('{value}')", "", StringComparison.Ordinal);
        string renamed = sentence.StartsWith(name, StringComparison.Ordinal) ? option + sentence[name.Length..] : $"{option}: {sentence}";
        return $"{renamed}; {value} was given.";
    }
}

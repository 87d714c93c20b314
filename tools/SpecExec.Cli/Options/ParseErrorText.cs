using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace SpecExecNative.Cli.Options;

/// <summary>The parser's complaints on one line, with the option they are about, and without the names of .NET types.</summary>
internal static partial class ParseErrorText
{
    public static string Of(ParseError error)
    {
        string message = LineBreaks().Replace(error.Message, " ");
        if (OptionOf(error.SymbolResult) is not { } option)
        {
            return message;
        }

        if (error.SymbolResult?.Tokens is [{ } value, ..] && message.Contains("Cannot parse", StringComparison.Ordinal))
        {
            return $"{option.Name} takes {Kind(option.ValueType)}, not '{value.Value}'.";
        }

        return message.Contains(option.Name, StringComparison.Ordinal) ? message : $"{option.Name}: {message}";
    }

    private static Option? OptionOf(SymbolResult? result) => result switch
    {
        null => null,
        OptionResult option => option.Option,
        _ => OptionOf(result.Parent),
    };

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(int) => "a whole number",
        var t when t == typeof(ulong) => "a whole number, 0 or more",
        var t when t == typeof(double) => "a number",
        _ => "another value",
    };

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();
}

using SpecExecNative.Loaders.Tokenization.Files;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>Reads <c>{"String": …}</c> and <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    public static TextPattern Read(JsonCursor pattern)
    {
        JsonCursor literal = pattern.Optional("String");
        if (literal.IsNull)
        {
            JsonCursor regex = pattern.Required("Regex");
            try
            {
                return new CodePointRegex(regex.AsString(), regex.File);
            }
            catch (ArgumentException exception)
            {
                throw regex.Wrong(exception.Message, exception);
            }
        }

        return literal.AsString().Length > 0 ? new LiteralPattern(literal.AsString()) : throw literal.Wrong("is empty");
    }
}

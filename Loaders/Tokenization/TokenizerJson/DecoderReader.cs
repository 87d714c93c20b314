using SpecExecNative.Loaders.Tokenization.Files;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>Reads tokenizer.json's <c>decoder</c>: <c>ByteLevel</c>, or a sequence of <c>Replace</c>, <c>ByteFallback</c>, <c>Fuse</c> and <c>Strip</c>.</summary>
internal static class DecoderReader
{
    public static TokenDecoder Read(JsonCursor decoder)
    {
        if (decoder.IsNull)
        {
            throw decoder.Wrong("is null, which is not supported: tokens would be joined with spaces");
        }

        TokenDecoder result = new();
        bool fused = false;
        foreach (JsonCursor step in Flatten(decoder))
        {
            JsonCursor type = step.Required("type");
            if (result.ByteLevel || (fused && type.AsString() is not ("Strip" or "Fuse")))
            {
                throw type.Wrong($"\"{type.AsString()}\" is not supported at this place");
            }

            fused |= type.AsString() == "Fuse";
            result = type.AsString() switch
            {
                "ByteLevel" when result == new TokenDecoder() => result with { ByteLevel = true },
                "Replace" when !result.ByteFallback => result with { Replacements = [.. result.Replacements, ReadReplacement(step)] },
                "ByteFallback" => result with { ByteFallback = true },
                "Fuse" => result,
                "Strip" when fused && result.StripLeft == 0 => ReadStrip(step, result),
                string other => throw type.Wrong($"\"{other}\" is not supported (at this place)"),
            };
        }

        return result;
    }

    private static IEnumerable<JsonCursor> Flatten(JsonCursor decoder) =>
        decoder.Required("type").AsString() == "Sequence"
            ? decoder.Required("decoders").Items().SelectMany(Flatten)
            : [decoder];

    private static (string From, string To) ReadReplacement(JsonCursor step)
    {
        // A pattern could match across the seam of two tokens only after Fuse, and none comes before it.
        JsonCursor from = step.Required("pattern").Required("String");
        return from.AsString().Length > 0
            ? (from.AsString(), step.Required("content").AsString())
            : throw from.Wrong("is empty");
    }

    private static TokenDecoder ReadStrip(JsonCursor step, TokenDecoder decoder)
    {
        JsonCursor content = step.Required("content");
        JsonCursor start = step.Required("start");
        JsonCursor stop = step.Required("stop");
        if (content.AsString().Length != 1 || start.AsInteger() < 0 || stop.AsInteger() != 0)
        {
            throw step.Wrong("only the stripping of one character from the start of the text is supported");
        }

        return decoder with { StripLeft = start.AsInteger(), StripCharacter = content.AsString()[0] };
    }
}

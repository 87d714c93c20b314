using SpecExecNative.Loaders.Tokenization.Files;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>Reads tokenizer.json's <c>pre_tokenizer</c>.</summary>
internal static class SplitterReader
{
    /// <returns>The splitter (null: the text is one piece), and whether the model then sees the byte alphabet.</returns>
    public static (PieceSplitter? Splitter, bool ByteLevel) Read(JsonCursor splitter)
    {
        if (splitter.IsNull)
        {
            return (null, false);
        }

        List<PieceSplitter> steps = [];
        bool byteLevel = false;
        foreach (JsonCursor step in Flatten(splitter))
        {
            // After it the text is no text any more, and a pattern would see the alphabet's characters.
            if (byteLevel)
            {
                throw step.Wrong("is not supported after ByteLevel, which must come last");
            }

            byteLevel = step.Required("type").AsString() == "ByteLevel";
            steps.Add(ReadStep(step));
        }

        return (steps.Count == 1 ? steps[0] : new SplitterSequence(steps), byteLevel);
    }

    private static IEnumerable<JsonCursor> Flatten(JsonCursor splitter) =>
        splitter.Required("type").AsString() == "Sequence"
            ? splitter.Required("pretokenizers").Items().SelectMany(Flatten)
            : [splitter];

    private static PieceSplitter ReadStep(JsonCursor step)
    {
        string kind = step.Required("type").AsString();
        return kind switch
        {
            "ByteLevel" => new ByteLevelSplitter(
                step.Optional("add_prefix_space").AsBoolean(absent: true), step.Optional("use_regex").AsBoolean(absent: true)),
            "Digits" => new DigitsSplitter(step.Optional("individual_digits").AsBoolean(absent: false)),
            "Metaspace" => ReadMetaspace(step),
            "Split" => new PatternSplitter(
                PatternReader.Read(step.Required("pattern")),
                ReadBehavior(step.Required("behavior")),
                step.Optional("invert").AsBoolean(absent: false)),
            _ => throw step.Required("type").Unsupported(kind),
        };
    }

    private static SplitBehavior ReadBehavior(JsonCursor behavior) => behavior.AsString() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        string other => throw behavior.Unsupported(other),
    };

    private static MetaspaceSplitter ReadMetaspace(JsonCursor step)
    {
        JsonCursor replacement = step.Required("replacement");
        if (replacement.AsString().Length != 1)
        {
            throw replacement.Wrong("must be one character");
        }

        // Files from before prepend_scheme have only add_prefix_space.
        bool addsPrefix = step.Optional("add_prefix_space").AsBoolean(absent: true);
        JsonCursor scheme = step.Optional("prepend_scheme");
        PrefixScheme prefixScheme = (scheme.AsOptionalString() ?? (addsPrefix ? "always" : "never")) switch
        {
            "always" => PrefixScheme.Always,
            "first" => PrefixScheme.First,
            "never" => PrefixScheme.Never,
            string other => throw scheme.Unsupported(other),
        };
        return new(replacement.AsString()[0], prefixScheme, step.Optional("split").AsBoolean(absent: true));
    }
}

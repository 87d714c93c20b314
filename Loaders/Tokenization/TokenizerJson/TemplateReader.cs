using SpecExecNative.Loaders.Tokenization.Files;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>Reads from tokenizer.json's <c>post_processor</c> which ids go around a text.</summary>
internal static class TemplateReader
{
    public static (IReadOnlyList<int> Prefix, IReadOnlyList<int> Suffix) Read(JsonCursor processor)
    {
        List<int> prefix = [];
        List<int> suffix = [];
        foreach (JsonCursor step in processor.IsNull ? [] : Flatten(processor))
        {
            JsonCursor type = step.Required("type");
            switch (type.AsString())
            {
                case "ByteLevel":
                    // It only trims the offsets of tokens, not the tokens.
                    break;
                case "TemplateProcessing":
                    ReadTemplate(step, prefix, suffix);
                    break;
                default:
                    throw type.Unsupported(type.AsString());
            }
        }

        return (prefix, suffix);
    }

    private static IEnumerable<JsonCursor> Flatten(JsonCursor processor) =>
        processor.Required("type").AsString() == "Sequence"
            ? processor.Required("processors").Items().SelectMany(Flatten)
            : [processor];

    private static void ReadTemplate(JsonCursor template, List<int> prefix, List<int> suffix)
    {
        List<int> before = [];
        List<int> after = [];
        int sequences = 0;
        foreach (JsonCursor item in template.Required("single").Items())
        {
            JsonCursor special = item.Optional("SpecialToken");
            if (special.IsNull)
            {
                JsonCursor sequence = item.Required("Sequence").Required("id");
                sequences += sequence.AsString() == "A" ? 1 : throw sequence.Unsupported(sequence.AsString());
                continue;
            }

            JsonCursor definition = template.Required("special_tokens").Required(special.Required("id").AsString());
            (sequences == 0 ? before : after).AddRange(definition.Required("ids").Items().Select(id => id.AsInteger()));
        }

        if (sequences != 1)
        {
            throw template.Wrong("its \"single\" must hold the text exactly once");
        }

        // A later template goes around what an earlier one made.
        prefix.InsertRange(0, before);
        suffix.AddRange(after);
    }
}

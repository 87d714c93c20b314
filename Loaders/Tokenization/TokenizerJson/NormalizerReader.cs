using System.Text;
using SpecExecNative.Loaders.Tokenization.Files;
using SpecExecNative.Loaders.Tokenization.Normalization;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>Reads tokenizer.json's <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    /// <returns>Null: text is taken as it is.</returns>
    public static TextNormalizer? Read(JsonCursor normalizer)
    {
        if (normalizer.IsNull)
        {
            return null;
        }

        string kind = normalizer.Required("type").AsString();
        return kind switch
        {
            "Sequence" => new NormalizerSequence(
                [.. normalizer.Required("normalizers").Items().Select(item => Read(item) ?? throw item.Wrong("is null"))]),
            "Prepend" => new PrependNormalizer(normalizer.Required("prepend").AsString()),
            "Replace" => new ReplaceNormalizer(
                PatternReader.Read(normalizer.Required("pattern")), normalizer.Required("content").AsString()),
            "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
            "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
            "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
            "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
            _ => throw normalizer.Required("type").Unsupported(kind),
        };
    }
}

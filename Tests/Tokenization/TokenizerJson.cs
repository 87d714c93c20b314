using System.Text.Json.Nodes;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>Small tokenizer.json files for tests; each part may be replaced by JSON text.</summary>
internal sealed record TokenizerJson
{
    public string Normalizer { get; init; } = "null";

    public string PreTokenizer { get; init; } = "null";

    public string PostProcessor { get; init; } = "null";

    public string Decoder { get; init; } = """{"type":"Fuse"}""";

    public string AddedTokens { get; init; } = "[]";

    /// <summary>Tokens in order of their ids.</summary>
    public IReadOnlyList<string> Vocabulary { get; init; } = [];

    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>Further fields of the model, as <c>"a": 1, "b": 2</c>.</summary>
    public string ModelFields { get; init; } = "\"type\":\"BPE\"";

    public ModelTokenizer Load(string? config = null) => config is null
        ? LoadedTokenizers.FromText(("tokenizer.json", ToString()))
        : LoadedTokenizers.FromText(("tokenizer.json", ToString()), ("tokenizer_config.json", config));

    public override string ToString()
    {
        JsonObject vocabulary = [];
        for (int id = 0; id < Vocabulary.Count; id++)
        {
            vocabulary[Vocabulary[id]] = id;
        }

        JsonArray merges = [.. Merges.Select(merge => (JsonNode)merge)];
        return $$"""
            {"version":"1.0","added_tokens":{{AddedTokens}},"normalizer":{{Normalizer}},"pre_tokenizer":{{PreTokenizer}},
            "post_processor":{{PostProcessor}},"decoder":{{Decoder}},
            "model":{ {{ModelFields}},"vocab":{{vocabulary.ToJsonString()}},"merges":{{merges.ToJsonString()}} } }
            """;
    }
}

using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>What tokenizer_config.json adds to, or changes of, the tokenizer proper.</summary>
internal sealed class TokenizerConfig
{
    private readonly JsonCursor? _root;

    /// <param name="path">The file; it may be absent.</param>
    public TokenizerConfig(string path)
    {
        if (File.Exists(path))
        {
            _root = TokenizerFile.ReadJson(path);
        }
    }

    /// <summary>The files of GPT-2 mean something else to this class: another pattern, and NFC.</summary>
    public bool IsQwen2
    {
        get
        {
            JsonCursor? kind = _root?.Optional("tokenizer_class");
            return kind?.AsOptionalString() switch
            {
                "Qwen2Tokenizer" or "Qwen2TokenizerFast" => true,
                null or "GPT2Tokenizer" or "GPT2TokenizerFast" => false,
                string other => throw kind!.Value.Wrong(
                    $"\"{other}\" is not supported with vocab.json and merges.txt alone; a tokenizer.json is needed"),
            };
        }
    }

    public bool AddPrefixSpace => _root?.Optional("add_prefix_space").AsBoolean(absent: false) ?? false;

    /// <summary>The same tokenizer with what this file says applied: further added tokens, BOS, and whether it is put in front.</summary>
    /// <remarks>
    /// An explicit <c>add_bos_token</c> overrules the template of tokenizer.json. <c>add_eos_token</c> is not looked at: what is to be continued
    /// must not be ended.
    /// </remarks>
    public TokenizerParts Apply(TokenizerParts parts)
    {
        if (_root is not { } root)
        {
            return parts;
        }

        List<AddedToken> addedTokens = ReadAddedTokens(root, parts);
        JsonCursor bos = root.Optional("bos_token");
        int? bosId = parts.BosId;
        if (TextOf(bos) is { } text)
        {
            bosId = addedTokens.Find(token => token.Content == text)?.Id ?? parts.Vocabulary.IdOf(text)
                ?? throw bos.Wrong($"\"{text}\" is no token");
        }

        JsonCursor addBos = root.Optional("add_bos_token");
        IReadOnlyList<int> withoutBos = parts.Prefix.Count > 0 && parts.Prefix[0] == bosId ? [.. parts.Prefix.Skip(1)] : parts.Prefix;
        IReadOnlyList<int> prefix = addBos.IsNull ? parts.Prefix
            : !addBos.AsBoolean(absent: false) ? withoutBos
            : bosId is int id ? [id, .. withoutBos] : throw addBos.Wrong("is true, but there is no bos_token");
        return parts with { AddedTokens = addedTokens, BosId = bosId, Prefix = prefix };
    }

    private static List<AddedToken> ReadAddedTokens(JsonCursor root, TokenizerParts parts)
    {
        AddedTokenList tokens = new(parts.Vocabulary, parts.AddedTokens);
        JsonCursor decoder = root.Optional("added_tokens_decoder");
        foreach ((string name, JsonCursor description) in decoder.IsNull ? [] : decoder.Fields())
        {
            if (!tokens.Contains(description.Required("content").AsString()))
            {
                tokens.Add(description, int.TryParse(name, out int id) ? id : throw description.Wrong("its name is no id"));
            }
        }

        foreach (string name in (string[])["bos_token", "eos_token", "unk_token"])
        {
            JsonCursor field = root.Optional(name);
            if (TextOf(field) is { Length: > 0 } text && !tokens.Contains(text) && parts.Vocabulary.IdOf(text) is int id)
            {
                tokens.Add(field, new AddedToken(id, text) { Special = true });
            }
        }

        return tokens.Tokens;
    }

    /// <summary>A token is written as its text or as an object with its text and flags.</summary>
    private static string? TextOf(JsonCursor token) =>
        token.IsObject ? token.Required("content").AsString() : token.AsOptionalString();
}

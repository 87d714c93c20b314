using SpecExecNative.Loaders.Tokenization.BytePair;
using SpecExecNative.Loaders.Tokenization.Files;
using SpecExecNative.Loaders.Tokenization.Pipeline;
using SpecExecNative.Loaders.Tokenization.PreTokenization;

namespace SpecExecNative.Loaders.Tokenization.TokenizerJson;

/// <summary>
/// tokenizer.json, the format of Hugging Face's tokenizers library, as far as byte-pair models need it.
/// Components that are not implemented are refused by name; none is ignored. <c>truncation</c> and <c>padding</c> are passed over:
/// they shape batches for training, and what is encoded here is one whole text at a time.
/// </summary>
internal static class TokenizerJsonReader
{
    public static TokenizerParts Read(string path)
    {
        JsonCursor root = TokenizerFile.ReadJson(path);
        (PieceSplitter? splitter, bool byteLevel) = SplitterReader.Read(root.Optional("pre_tokenizer"));
        JsonCursor model = root.Required("model");
        Vocabulary vocabulary = ReadVocabulary(model.Required("vocab"));
        IReadOnlyList<AddedToken> addedTokens = ReadAddedTokens(root.Optional("added_tokens"), vocabulary);
        (IReadOnlyList<int> prefix, IReadOnlyList<int> suffix) = TemplateReader.Read(root.Optional("post_processor"));
        return new()
        {
            Vocabulary = vocabulary,
            Model = new BytePairEncoder(ReadModel(model, vocabulary, byteLevel)),
            Decoder = DecoderReader.Read(root.Optional("decoder")),
            AddedTokens = addedTokens,
            Normalizer = NormalizerReader.Read(root.Optional("normalizer")),
            Splitter = splitter,
            Prefix = prefix,
            Suffix = suffix,
            BosId = prefix.Count > 0 ? prefix[0] : null,
        };
    }

    private static Vocabulary ReadVocabulary(JsonCursor vocab)
    {
        if (!vocab.IsObject)
        {
            throw vocab.Wrong("must map token texts to ids (a list of scores would be a Unigram model, which is not supported)");
        }

        Vocabulary vocabulary = new(capacity: 1024);
        foreach ((string text, JsonCursor id) in vocab.Fields())
        {
            if (vocabulary.TryAdd(text, id.AsInteger()) is { } problem)
            {
                throw vocab.Wrong(problem);
            }
        }

        return vocabulary;
    }

    private static BytePairOptions ReadModel(JsonCursor model, Vocabulary vocabulary, bool byteLevel)
    {
        // Files of the first years have no type; the fields then tell that it is BPE.
        string kind = model.Optional("type").AsOptionalString() ?? "BPE";
        if (kind != "BPE")
        {
            throw model.Optional("type").Unsupported(kind);
        }

        RefuseUnlessEmpty(model.Optional("continuing_subword_prefix"));
        RefuseUnlessEmpty(model.Optional("end_of_word_suffix"));
        JsonCursor dropout = model.Optional("dropout");
        if (!dropout.IsNull && dropout.Element.GetRawText() is not ("0" or "0.0"))
        {
            throw dropout.Wrong("is not supported: it would make the tokens random");
        }

        JsonCursor unknown = model.Optional("unk_token");
        return new()
        {
            Vocabulary = vocabulary,
            Merges = ReadMerges(model.Required("merges"), vocabulary),
            ByteLevel = byteLevel,
            IgnoreMerges = model.Optional("ignore_merges").AsBoolean(absent: false),
            ByteFallback = model.Optional("byte_fallback").AsBoolean(absent: false),
            FuseUnknown = model.Optional("fuse_unk").AsBoolean(absent: false),
            UnknownId = unknown.AsOptionalString() is not { } text ? null
                : vocabulary.IdOf(text) ?? throw unknown.Wrong($"\"{text}\" is not in the vocabulary"),
        };
    }

    private static RankedMerges ReadMerges(JsonCursor list, Vocabulary vocabulary)
    {
        MergeListBuilder merges = new(vocabulary);

        // An empty list may be written as an empty object: some tools cannot tell the two apart.
        if (list.IsObject && !list.Fields().Any())
        {
            return merges.Build();
        }

        foreach (JsonCursor item in list.Items())
        {
            string? problem;
            if (item.IsString)
            {
                problem = merges.TryAdd(item.AsString());
            }
            else
            {
                string[] parts = [.. item.Items().Select(part => part.AsString())];
                problem = parts.Length == 2 ? merges.TryAdd(parts[0], parts[1]) : "must have two parts";
            }

            if (problem is not null)
            {
                throw item.Wrong(problem);
            }
        }

        return merges.Build();
    }

    private static List<AddedToken> ReadAddedTokens(JsonCursor list, Vocabulary vocabulary)
    {
        AddedTokenList tokens = new(vocabulary);
        if (!list.IsNull)
        {
            foreach (JsonCursor item in list.Items())
            {
                tokens.Add(item, item.Required("id").AsInteger());
            }
        }

        return tokens.Tokens;
    }

    private static void RefuseUnlessEmpty(JsonCursor field)
    {
        if (!string.IsNullOrEmpty(field.AsOptionalString()))
        {
            throw field.Unsupported(field.AsString());
        }
    }
}

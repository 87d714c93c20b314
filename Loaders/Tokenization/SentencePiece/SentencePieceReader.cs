using SpecExecNative.Loaders.Tokenization.BytePair;
using SpecExecNative.Loaders.Tokenization.Normalization;
using SpecExecNative.Loaders.Tokenization.Pipeline;

namespace SpecExecNative.Loaders.Tokenization.SentencePiece;

/// <summary>tokenizer.model of SentencePiece, BPE models whose character map is the identity: Llama 2, Mistral and their kin.</summary>
/// <remarks>
/// Control pieces are recognised in the text, as Hugging Face's conversion of such files does (SentencePiece itself would not),
/// so that a directory gives the same tokens with and without its tokenizer.json. User-defined pieces are looked for
/// in the normalised text, as SentencePiece does.
/// </remarks>
internal static class SentencePieceReader
{
    private const int BytePairModel = 2;

    public static TokenizerParts Read(string path, ReadOnlySpan<byte> bytes)
    {
        SentencePieceModel model;
        try
        {
            model = SentencePieceModel.Parse(bytes);
        }
        catch (InvalidDataException exception)
        {
            throw new TokenizerFormatException(path, "protobuf", exception.Message, exception);
        }

        RefuseUnsupported(path, model);
        Vocabulary vocabulary = ReadVocabulary(path, model);
        List<(string Text, int Id, float Score)> mergeable = [];
        List<AddedToken> addedTokens = [];
        int? unknown = null;
        bool hasBytes = false;
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            (string text, float score, SentencePieceType type) = model.Pieces[id];
            switch (type)
            {
                case SentencePieceType.Normal:
                    mergeable.Add((text, id, score));
                    break;
                case SentencePieceType.UserDefined:
                    addedTokens.Add(new(id, text) { Normalized = true, NormalizedContent = text });
                    break;
                case SentencePieceType.Unknown or SentencePieceType.Control:
                    addedTokens.Add(new(id, text) { Special = true });
                    unknown = type == SentencePieceType.Unknown ? id : unknown;
                    break;
                case SentencePieceType.Byte:
                    hasBytes = true;
                    break;
                default:
                    throw new TokenizerFormatException(path, $"pieces[{id}].type", $"{type} (of \"{text}\") is not supported");
            }
        }

        return new()
        {
            Vocabulary = vocabulary,
            Model = new BytePairEncoder(new()
            {
                Vocabulary = vocabulary,
                Merges = new ScoredMerges(mergeable),
                ByteFallback = hasBytes,
                UnknownId = unknown ?? throw new TokenizerFormatException(path, "pieces", "none is of type UNKNOWN"),
                FuseUnknown = true,
            }),
            Decoder = ReadDecoder(model),
            AddedTokens = addedTokens,
            Normalizer = new SentencePieceNormalizer
            {
                AddDummyPrefix = model.AddDummyPrefix,
                RemoveExtraWhitespaces = model.RemoveExtraWhitespaces,
                EscapeWhitespaces = model.EscapeWhitespaces,
            },
            Prefix = HasBos(model) ? [model.BosId] : [],
            BosId = HasBos(model) ? model.BosId : null,
        };
    }

    private static bool HasBos(SentencePieceModel model) => model.BosId >= 0 && model.BosId < model.Pieces.Count
        && model.Pieces[model.BosId].Type == SentencePieceType.Control;

    private static TokenDecoder ReadDecoder(SentencePieceModel model) => new()
    {
        ByteFallback = true,
        Replacements = [(SentencePieceNormalizer.EscapedSpace.ToString(), " ")],
        StripLeft = model.AddDummyPrefix ? 1 : 0,
    };

    private static Vocabulary ReadVocabulary(string path, SentencePieceModel model)
    {
        Vocabulary vocabulary = new(model.Pieces.Count);
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            (string text, float score, _) = model.Pieces[id];
            string? problem = text.Length == 0 ? "is empty"
                : !float.IsFinite(score) ? $"has the score {score}"
                : vocabulary.TryAdd(text, id);
            if (problem is not null)
            {
                throw new TokenizerFormatException(path, $"pieces[{id}]", problem);
            }
        }

        return vocabulary;
    }

    private static void RefuseUnsupported(string path, SentencePieceModel model)
    {
        if (model.Pieces.Count == 0)
        {
            throw new TokenizerFormatException(path, "pieces", "there are none: this is no SentencePiece model");
        }

        if (model.ModelType != BytePairModel)
        {
            string kind = model.ModelType switch { 1 => "Unigram", 3 => "Word", 4 => "Char", _ => $"type {model.ModelType}" };
            throw new TokenizerFormatException(path, "trainer_spec.model_type", $"{kind} models are not supported, only BPE");
        }

        if (model.HasCharacterMap)
        {
            throw new TokenizerFormatException(
                path, "normalizer_spec.precompiled_charsmap", $"the normaliser \"{model.NormalizerName}\" is not supported, only identity");
        }

        if (model.TreatWhitespaceAsSuffix)
        {
            throw new TokenizerFormatException(path, "trainer_spec.treat_whitespace_as_suffix", "is not supported");
        }
    }
}

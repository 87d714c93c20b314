using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Engine.Generation;

/// <summary>
/// Writes text with a target model, and a draft model that guesses ahead of it. The draft can be any model with the
/// target's vocabulary: it decides the speed, never the text.
/// </summary>
public sealed class Generator
{
    private readonly Transformer _target;
    private readonly Transformer? _draft;
    private readonly ModelTokenizer? _tokenizer;

    /// <param name="target">Its distribution is the text's; stays the caller's.</param>
    /// <param name="draft">Null: only <see cref="DecodingMethod.None"/> works; stays the caller's.</param>
    /// <param name="tokenizer">The target's; null: token ids only, no text and no stop strings.</param>
    /// <param name="draftTokenizer">The draft's; null: it is the target's.</param>
    /// <exception cref="ModelMismatchException">The draft's tokens are not the target's.</exception>
    public Generator(
        Transformer target, Transformer? draft, ModelTokenizer? tokenizer, ModelTokenizer? draftTokenizer = null)
    {
        _target = target;
        _draft = draft;
        _tokenizer = tokenizer;
        int targetRows = target.Config.VocabularySize;
        Vocabulary = Math.Min(targetRows, tokenizer?.VocabularySize ?? targetRows);
        if (draft is not null)
        {
            int draftRows = draft.Config.VocabularySize;
            SharedVocabulary = tokenizer is not null && draftTokenizer is not null
                ? VocabularyCheck.Compare(tokenizer, draftTokenizer, targetRows, draftRows)
                : Math.Min(Vocabulary, draftRows);
        }
    }

    /// <summary>Token ids that can be generated: 0 … <see cref="Vocabulary"/> − 1; padding behind them is masked.</summary>
    public int Vocabulary { get; }

    /// <summary>Makes up tokens where the device computes none.</summary>
    internal SyntheticPair? Synthetic { get; init; }

    /// <summary>Token ids that the draft can propose; 0 without a draft.</summary>
    public int SharedVocabulary { get; }

    /// <summary>Longest text in tokens, prompt included.</summary>
    public int ContextLength => _target.ContextLength;

    /// <summary>Token ids of a prompt, with the model's opening token where it has one.</summary>
    /// <exception cref="InvalidOperationException">There is no tokenizer.</exception>
    public IReadOnlyList<int> Encode(string prompt)
        => (_tokenizer ?? throw new InvalidOperationException("This generator has no tokenizer.")).Encode(prompt, addSpecialTokens: true);

    /// <summary>Begins a text; nothing is computed before the result is enumerated.</summary>
    /// <param name="prompt">Token ids.</param>
    /// <param name="options">Validated here.</param>
    /// <exception cref="PromptException">The prompt is empty, does not fit, or is not made of this model's tokens.</exception>
    /// <exception cref="OptionException">An option makes no sense.</exception>
    /// <exception cref="ArgumentException">An option needs a draft or a tokenizer that is not there.</exception>
    public GenerationRun Start(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        options.Validate();
        if (options.EffectiveTree is not null && _draft is null)
        {
            throw new ArgumentException($"The method {options.Method} needs a draft model.", nameof(options));
        }

        if (options.StopStrings.Count > 0 && _tokenizer is null)
        {
            throw new ArgumentException("Stop strings need a tokenizer.", nameof(options));
        }

        foreach (int token in options.Sampling.LogitBias.Keys)
        {
            OptionException.ThrowUnless(token < Vocabulary, nameof(SamplingOptions.LogitBias), token, $"for tokens of the vocabulary, below {Vocabulary}");
        }

        if (prompt.Count == 0)
        {
            throw PromptException.Empty();
        }

        if (prompt.Count >= ContextLength)
        {
            throw PromptException.TooLong(prompt.Count, ContextLength);
        }

        foreach (int token in prompt)
        {
            if ((uint)token >= (uint)_target.Config.VocabularySize)
            {
                throw PromptException.UnknownToken(token, _target.Config.VocabularySize);
            }
        }

        return new GenerationRun(this, _target, _draft, _tokenizer, prompt, options);
    }
}

namespace SpecExecNative.Engine.Generation;

/// <summary>A prompt from which no text can be generated.</summary>
public sealed class PromptException : Exception
{
    public PromptException(string message)
        : base(message)
    {
    }

    internal static PromptException Empty() => new(
        "The prompt has no tokens, and this model has no beginning-of-text token to start from. Give a prompt.");

    internal static PromptException TooLong(int tokens, int contextLength) => new(
        $"The prompt has {tokens} tokens, but the context holds {contextLength} and must leave room for one more. Shorten the prompt or ask for a larger context.");

    internal static PromptException UnknownToken(int token, int vocabulary) => new(
        $"The prompt has token {token}, but the model's vocabulary ends at {vocabulary - 1}. Tokenizer and weights do not belong together.");
}

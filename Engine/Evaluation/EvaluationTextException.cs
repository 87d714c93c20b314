namespace SpecExecNative.Engine.Evaluation;

/// <summary>A text that cannot be scored.</summary>
public sealed class EvaluationTextException : Exception
{
    public EvaluationTextException(string message)
        : base(message)
    {
    }

    internal static EvaluationTextException TooShort(int tokens) => new(
        $"The text is too short: of its tokens ({tokens}) none has another one before it, so there is nothing to predict.");

    internal static EvaluationTextException UnknownToken(int token, int vocabulary) => new(
        $"The text has token {token}, but the model's vocabulary ends at {vocabulary - 1}. Tokenizer and weights do not belong together.");
}

using SpecExecNative.Cli.Terminal;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>Tokens so that a person can tell them apart: text in quotes, special tokens as the tokenizer names them; without one, their numbers.</summary>
internal sealed class TokenLabels(ModelTokenizer? tokenizer)
{
    public string Of(int token)
    {
        if (tokenizer is null)
        {
            return $"[{token}]";
        }

        ReadOnlySpan<byte> bytes = tokenizer.TokenBytes(token);
        return bytes.IsEmpty || tokenizer.IsSpecial(token)
            ? VisibleText.Of(tokenizer.TokenText(token) ?? $"[{token}]")
            : VisibleText.Quoted(bytes);
    }
}

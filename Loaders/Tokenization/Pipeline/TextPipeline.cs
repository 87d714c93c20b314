using System.Text;

namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>
/// The way of a text to its tokens, in Hugging Face's order: cut out the added tokens, normalise what is between them, cut
/// out those added tokens that are looked for in normalised text, pre-tokenise the rest, and give each piece to the model.
/// </summary>
internal sealed class TextPipeline
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokenSplitter _rawTokens;
    private readonly AddedTokenSplitter _normalizedTokens;

    public TextPipeline(TokenizerParts parts)
    {
        _parts = parts;
        _rawTokens = new(parts.AddedTokens
            .Where(token => !token.Normalized)
            .Select(token => KeyValuePair.Create(token.Content, token)));
        _normalizedTokens = new(parts.AddedTokens
            .Where(token => token.Normalized)
            .Select(token => KeyValuePair.Create(token.NormalizedContent ?? Normalize(token.Content), token))
            .Where(pair => pair.Key.Length > 0));
    }

    public PipelineResult Run(string text, bool normalize, bool split)
    {
        StringBuilder seen = new(text.Length + 1);
        List<PieceToken> tokens = new((text.Length / 3) + 4);
        List<string> pieces = [];
        _rawTokens.Split(WithoutLoneSurrogates(text), (stretch, token) =>
        {
            if (token is not null)
            {
                AddWhole(stretch, token);
                return;
            }

            _normalizedTokens.Split(normalize ? Normalize(stretch) : stretch, (normalized, normalizedToken) =>
            {
                if (normalizedToken is not null)
                {
                    AddWhole(normalized, normalizedToken);
                    return;
                }

                AddPieces(normalized);
            });
        });
        return new(seen.ToString(), tokens);

        void AddWhole(string stretch, AddedToken token)
        {
            tokens.Add(new(token.Id, seen.Length, seen.Length + stretch.Length));
            seen.Append(stretch);
        }

        void AddPieces(string stretch)
        {
            pieces.Clear();
            if (split && _parts.Splitter is not null)
            {
                _parts.Splitter.Split(stretch, opensInput: seen.Length == 0, pieces);
            }
            else
            {
                pieces.Add(stretch);
            }

            foreach (string piece in pieces)
            {
                int first = tokens.Count;
                _parts.Model.Encode(piece, tokens);
                for (int i = first; i < tokens.Count; i++)
                {
                    tokens[i] = new(tokens[i].Id, tokens[i].Start + seen.Length, tokens[i].End + seen.Length);
                }

                seen.Append(piece);
            }
        }
    }

    private string Normalize(string text) => _parts.Normalizer?.Normalize(text) ?? text;

    private static string WithoutLoneSurrogates(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}

using System.Text;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// Encodes and decodes with a trained vocabulary. Literal <c>&lt;s&gt;</c> in text is plain text here, never the special token.
/// </summary>
internal sealed class BpeTokenizer
{
    private readonly BpeVocabulary _vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _mergeOfPair = [];
    private readonly Dictionary<string, int[]> _idsOfPiece = new(StringComparer.Ordinal);

    public BpeTokenizer(BpeVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        for (int rank = 0; rank < vocabulary.Merges.Count; rank++)
        {
            (int left, int right) = vocabulary.Merges[rank];
            _mergeOfPair[(left, right)] = (rank, vocabulary.IdOf(vocabulary.Tokens[left] + vocabulary.Tokens[right]));
        }
    }

    public BpeVocabulary Vocabulary => _vocabulary;

    public List<int> Encode(string text)
    {
        List<int> ids = [];
        foreach (string piece in PreTokenizer.Split(text))
        {
            if (!_idsOfPiece.TryGetValue(piece, out int[]? pieceIds))
            {
                pieceIds = EncodePiece(piece);
                _idsOfPiece.Add(piece, pieceIds);
            }

            ids.AddRange(pieceIds);
        }

        return ids;
    }

    public string Decode(IEnumerable<int> ids)
    {
        List<byte> bytes = [];
        foreach (int id in ids)
        {
            string token = _vocabulary.Tokens[id];
            bytes.AddRange(id is BpeVocabulary.BeginOfText or BpeVocabulary.EndOfText
                ? Encoding.UTF8.GetBytes(token)
                : token.Select(ByteAlphabet.ToByte));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Applies the earliest-learned merge present, leftmost first, until none is left.</summary>
    private int[] EncodePiece(string piece)
    {
        List<int> symbols = [.. Encoding.UTF8.GetBytes(piece).Select(_vocabulary.IdOf)];
        while (true)
        {
            (int at, int rank, int id) = (-1, int.MaxValue, 0);
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (_mergeOfPair.TryGetValue((symbols[i], symbols[i + 1]), out (int Rank, int Id) merge) && merge.Rank < rank)
                {
                    (at, rank, id) = (i, merge.Rank, merge.Id);
                }
            }

            if (at < 0)
            {
                return [.. symbols];
            }

            symbols[at] = id;
            symbols.RemoveAt(at + 1);
        }
    }
}

using System.Text;

namespace SpecExecNative.Loaders.Tokenization.SentencePiece;

/// <summary>A SentencePiece model file as it is (sentencepiece_model.proto), with the proto's defaults; fields that matter here only.</summary>
internal sealed class SentencePieceModel
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    public List<(string Text, float Score, SentencePieceType Type)> Pieces { get; } = [];

    /// <summary>1 Unigram, 2 BPE, 3 word, 4 char.</summary>
    public int ModelType { get; private set; } = 1;

    public bool TreatWhitespaceAsSuffix { get; private set; }

    public int BosId { get; private set; } = 1;

    public string NormalizerName { get; private set; } = string.Empty;

    public bool HasCharacterMap { get; private set; }

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraWhitespaces { get; private set; } = true;

    public bool EscapeWhitespaces { get; private set; } = true;

    /// <exception cref="InvalidDataException">These bytes are no such message.</exception>
    public static SentencePieceModel Parse(ReadOnlySpan<byte> bytes)
    {
        SentencePieceModel model = new();
        WireReader reader = new(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    model.AddPiece(reader.Payload);
                    break;
                case 2:
                    model.ReadTrainerSpec(reader.Payload);
                    break;
                case 3:
                    model.ReadNormalizerSpec(reader.Payload);
                    break;
            }
        }

        return model;
    }

    private void AddPiece(ReadOnlySpan<byte> message)
    {
        // A piece may take two bytes of the file and takes many more here, so the limit holds while reading.
        if (Pieces.Count == Vocabulary.MaximumSize)
        {
            throw new InvalidDataException($"there are more than {Vocabulary.MaximumSize} pieces");
        }

        WireReader reader = new(message);
        (string text, float score, SentencePieceType type) = (string.Empty, 0f, SentencePieceType.Normal);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    text = ReadText(reader.Payload);
                    break;
                case 2:
                    score = reader.AsSingle;
                    break;
                case 3:
                    type = (SentencePieceType)reader.AsInteger;
                    break;
            }
        }

        Pieces.Add((text, score, type));
    }

    private void ReadTrainerSpec(ReadOnlySpan<byte> message)
    {
        WireReader reader = new(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 3:
                    ModelType = reader.AsInteger;
                    break;
                case 24:
                    TreatWhitespaceAsSuffix = reader.AsBoolean;
                    break;
                case 41:
                    BosId = reader.AsInteger;
                    break;
            }
        }
    }

    private void ReadNormalizerSpec(ReadOnlySpan<byte> message)
    {
        WireReader reader = new(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    NormalizerName = ReadText(reader.Payload);
                    break;
                case 2:
                    HasCharacterMap = !reader.Payload.IsEmpty;
                    break;
                case 3:
                    AddDummyPrefix = reader.AsBoolean;
                    break;
                case 4:
                    RemoveExtraWhitespaces = reader.AsBoolean;
                    break;
                case 5:
                    EscapeWhitespaces = reader.AsBoolean;
                    break;
            }
        }
    }

    private static string ReadText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("a text is not UTF-8", exception);
        }
    }
}

namespace SpecExecNative.Loaders.Tokenization.SentencePiece;

/// <summary>What a piece is for (sentencepiece_model.proto, <c>SentencePiece.Type</c>).</summary>
internal enum SentencePieceType
{
    Normal = 1,
    Unknown = 2,

    /// <summary>Steers the model: BOS, EOS and the like.</summary>
    Control = 3,

    /// <summary>Always one token where it occurs.</summary>
    UserDefined = 4,
    Unused = 5,

    /// <summary>One of <c>&lt;0x00&gt;</c>…<c>&lt;0xFF&gt;</c>.</summary>
    Byte = 6,
}

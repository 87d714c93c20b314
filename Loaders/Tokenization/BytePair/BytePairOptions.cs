namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>A byte-pair model as its files describe it.</summary>
internal sealed record BytePairOptions
{
    public required Vocabulary Vocabulary { get; init; }

    public required MergeTable Merges { get; init; }

    /// <summary>Pieces are merged as the characters of <see cref="ByteAlphabet"/> that stand for their UTF-8 bytes.</summary>
    public bool ByteLevel { get; init; }

    /// <summary>A piece that is a token as a whole is that token, whatever the merges say.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>A character that is no token becomes the tokens <c>&lt;0x00&gt;</c>…<c>&lt;0xFF&gt;</c> of its UTF-8 bytes, if all of them exist.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>What any other unknown character becomes; null: nothing, it is lost (the reference does so).</summary>
    public int? UnknownId { get; init; }

    /// <summary>Neighbouring unknown characters become one unknown token.</summary>
    public bool FuseUnknown { get; init; }
}

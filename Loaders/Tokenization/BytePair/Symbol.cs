namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>A stretch of a piece while it is being merged; neighbours are linked, so a merge costs O(1).</summary>
internal struct Symbol
{
    /// <summary>Its token, or <see cref="Unknown"/>.</summary>
    public int Id;

    /// <summary>Where it begins in the piece, in UTF-16 units.</summary>
    public int Start;

    /// <summary>Where it ends, exclusive. Equal to <see cref="Start"/> once a left neighbour has swallowed it.</summary>
    public int End;

    /// <summary>Index of the left neighbour, or -1.</summary>
    public int Previous;

    /// <summary>Index of the right neighbour, or -1.</summary>
    public int Next;

    /// <summary>The id of a symbol whose text is no token.</summary>
    public const int Unknown = -1;
}

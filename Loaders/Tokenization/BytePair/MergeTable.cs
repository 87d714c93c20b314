namespace SpecExecNative.Loaders.Tokenization.BytePair;

/// <summary>Says which neighbours may become one token, and how early.</summary>
internal abstract class MergeTable
{
    /// <summary>True if the two may merge: into token <paramref name="id"/>, lower <paramref name="rank"/> first.</summary>
    /// <param name="piece">The text in which both symbols lie, side by side.</param>
    /// <param name="left">The left symbol.</param>
    /// <param name="right">The symbol that follows it.</param>
    /// <param name="rank">At least 0.</param>
    /// <param name="id">The token that the two become.</param>
    public abstract bool TryGet(string piece, in Symbol left, in Symbol right, out int rank, out int id);
}

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Cuts text into pieces across which nothing is merged (<c>pre_tokenizer</c> in tokenizer.json).</summary>
internal abstract class PieceSplitter
{
    /// <summary>Appends the pieces of <paramref name="text"/>, none of them empty.</summary>
    /// <param name="text">Normalised text between two added tokens, or a piece of it.</param>
    /// <param name="opensInput">Nothing came before this text: it begins the whole input.</param>
    /// <param name="pieces">Where the pieces go.</param>
    public abstract void Split(string text, bool opensInput, List<string> pieces);
}

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Each splitter cuts the pieces of the one before it.</summary>
internal sealed class SplitterSequence(IReadOnlyList<PieceSplitter> steps) : PieceSplitter
{
    public override void Split(string text, bool opensInput, List<string> pieces)
    {
        List<string> current = [text];
        foreach (PieceSplitter step in steps)
        {
            List<string> next = [];
            for (int i = 0; i < current.Count; i++)
            {
                step.Split(current[i], opensInput && i == 0, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}

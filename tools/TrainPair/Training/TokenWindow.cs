using SpecExecNative.TrainPair.Tokenizer;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// What a model is shown at once: <c>&lt;s&gt;</c> and a slice of the token stream, context + 1 tokens.
/// The first context tokens are inputs, the last context tokens what should come out.
/// </summary>
internal static class TokenWindow
{
    public static int[] Cut(int[] stream, int offset, int context)
    {
        int[] window = new int[context + 1];
        window[0] = BpeVocabulary.BeginOfText;
        Array.Copy(stream, offset, window, 1, context);
        return window;
    }

    /// <summary>Input ids [windows, context], int64.</summary>
    public static Tensor Inputs(IReadOnlyList<int[]> windows)
    {
        return Slice(windows, first: 0);
    }

    /// <summary>The id that follows each input, flat [windows * context], int64.</summary>
    public static Tensor NextIds(IReadOnlyList<int[]> windows)
    {
        return Slice(windows, first: 1).reshape(-1);
    }

    /// <summary>Ids as a tensor [rows, columns], int64.</summary>
    public static Tensor Ids(IEnumerable<int> ids, int rows)
    {
        return tensor(ids.Select(id => (long)id).ToArray()).reshape(rows, -1);
    }

    private static Tensor Slice(IReadOnlyList<int[]> windows, int first)
    {
        return Ids(windows.SelectMany(window => new ArraySegment<int>(window, first, window.Length - 1)), windows.Count);
    }
}

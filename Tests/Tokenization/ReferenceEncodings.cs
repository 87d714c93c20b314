namespace SpecExecNative.Tests.Tokenization;

/// <summary>The texts of llama.cpp's vocabulary tests and the ids that Hugging Face's tokenizers gave them, without BOS.</summary>
internal static class ReferenceEncodings
{
    public static IReadOnlyList<(string Text, int[] Ids)> Read(string name)
    {
        string folder = TestData.Shared("fixtures/tokenizers/reference-ids");
        string[] texts = File.ReadAllText(Path.Combine(folder, name + ".inp")).Split("\n__ggml_vocab_test__\n");
        string[] lines = File.ReadAllText(Path.Combine(folder, name + ".out")).Split('\n');

        // The last text is closed by a separator, too.
        return [.. texts[..^1].Zip(lines, (text, line) => (text, ParseIds(line)))];
    }

    private static int[] ParseIds(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Tests.Tokenization;

/// <summary>The real tokenizers among the fixtures, each loaded once.</summary>
internal static class LoadedTokenizers
{
    private static readonly ConcurrentDictionary<string, Lazy<ModelTokenizer>> Loaded = new();

    /// <param name="directory">Below the shared folder.</param>
    public static ModelTokenizer Get(string directory)
    {
        string path = TestData.Shared(directory);
        return Loaded.GetOrAdd(path, _ => new(() => TokenizerLoader.Load(path))).Value;
    }

    /// <summary>A tokenizer made from nothing but the given files, by name and content.</summary>
    public static ModelTokenizer FromFiles(params (string Name, byte[] Content)[] files)
    {
        string directory = Directory.CreateTempSubdirectory("tokenizer-test").FullName;
        try
        {
            foreach ((string name, byte[] content) in files)
            {
                File.WriteAllBytes(Path.Combine(directory, name), content);
            }

            return TokenizerLoader.Load(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <inheritdoc cref="FromFiles(ValueTuple{string, byte[]}[])"/>
    public static ModelTokenizer FromText(params (string Name, string Content)[] files) =>
        FromFiles([.. files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Content)))]);

    /// <summary>The vocabulary of a byte-level tokenizer.json as the tiktoken rank file that it was made from.</summary>
    public static ModelTokenizer AsRankFile(string directory, string fileName, string newLine)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(TestData.Shared(directory), "tokenizer.json")));
        ModelTokenizer original = Get(directory);
        StringBuilder ranks = new();
        foreach (JsonProperty token in document.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject())
        {
            int id = token.Value.GetInt32();
            ranks.Append(Convert.ToBase64String(original.TokenBytes(id))).Append(' ').Append(id).Append(newLine);
        }

        return FromText((fileName, ranks.ToString()));
    }
}

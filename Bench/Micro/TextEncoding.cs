using BenchmarkDotNet.Attributes;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Bench.Micro;

/// <summary>Text to tokens and back, by a model's own tokenizer.</summary>
/// <inheritdoc cref="TreeBuilding" path="/remarks"/>
public class TextEncoding
{
    private const string Sentence =
        "In the beginning the tree has one node; each step asks a small model for its children, keeps the 64 most probable, and goes on. (It's 1,024 nodes at most.)\n";

    private ModelTokenizer _tokenizer = null!;
    private string _text = "";
    private int[] _tokens = [];

    /// <summary>Whose tokenizer. BenchmarkDotNet makes the objects, so it cannot be an argument.</summary>
    public static string ModelFolder { get; set; } = "";

    [Params(1, 64)]
    public int Sentences { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _tokenizer = TokenizerLoader.Load(ModelFolder);
        _text = string.Concat(Enumerable.Repeat(Sentence, Sentences));
        _tokens = [.. _tokenizer.Encode(_text, addSpecialTokens: false)];
    }

    [Benchmark(Description = "tokenizer, encode")]
    public int Encode() => _tokenizer.Encode(_text, addSpecialTokens: false).Count;

    [Benchmark(Description = "tokenizer, decode")]
    public int Decode() => _tokenizer.Decode(_tokens).Length;
}

using NUnit.Framework;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders.Tokenization;
using SpecExecNative.Tests.Engine;

namespace SpecExecNative.Tests.DemoPair;

/// <summary>
/// The engine's losses against those that the pair's trainer measured with TorchSharp (the table in tools/demo-pair/README.md): another
/// implementation's verdict on tokenizer, windows, forward pass and loss together.
/// </summary>
public sealed class HeldOutLossTests
{
    /// <summary>The trainer leaves a last incomplete batch of eight windows out: 26 whole ones.</summary>
    private const int Tokens = 26 * 8 * Context;

    private const int Context = 256;

    /// <summary>The trainer's figures have four decimals, and are means over batches of float32 losses.</summary>
    private const double Tolerance = 2e-4;

    [TestCase("target", 2.8034)]
    [TestCase("draft", 3.0771)]
    public void LossOnTheHeldOutChaptersIsTheTrainers(string name, double loss)
    {
        string folder = Path.Combine(ModelCard.Folder, name);
        string text = File.ReadAllText(Path.Combine(ModelCard.Folder, "held-out.txt"));
        using Transformer model = TestModel.Load(folder, Context, chunkRows: Context);
        var windows = new TextWindows(
            TokenizedText.Encode(TokenizerLoader.Load(folder), text),
            new PerplexityOptions { ContextLength = Context, MaxTokens = Tokens });

        PerplexityResult result = new PerplexityRun(model).Score(windows);

        Assert.That(result.Tokens, Is.EqualTo(Tokens));
        Assert.That(result.Loss.Mean, Is.EqualTo(loss).Within(Tolerance));
    }
}

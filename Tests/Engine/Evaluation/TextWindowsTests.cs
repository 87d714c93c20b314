using NUnit.Framework;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Tests.Engine.Evaluation;

public sealed class TextWindowsTests
{
    private const int Opening = 1_000;

    /// <summary>All lengths, contexts and strides up to a size at which every way to end a text has occurred.</summary>
    [Test]
    public void EveryTokenIsScoredOnceWithThePromisedContext([Values] bool hasOpening, [Values(null, 1, 7, 16)] int? maxTokens)
    {
        int first = hasOpening ? 0 : 1;
        for (int length = first + 1; length <= 24; length++)
        {
            for (int context = 2; context <= 11; context++)
            {
                for (int stride = 1; stride <= context; stride++)
                {
                    TextWindows windows = Windows(length, hasOpening, context, stride, maxTokens);
                    string what = $"{length} tokens, context {context}, stride {stride}";
                    int expected = Math.Min(length - first, maxTokens ?? length);
                    List<int> scored = Check(windows, hasOpening, what);
                    Assert.That(scored, Is.EqualTo(Enumerable.Range(first, expected)), what);
                    Assert.That(windows.ScoredTokens, Is.EqualTo(expected), what);
                    Assert.That(windows.Count, Is.EqualTo(windows.Enumerate().Count()), what);
                }
            }
        }
    }

    [Test]
    public void WindowsAdjoinUnlessAStrideIsGiven()
    {
        Assert.That(
            Windows(10, hasOpening: true, context: 4, stride: null).Enumerate(),
            Is.EqualTo((TextWindow[])[new(0, 4, 4), new(4, 4, 4), new(8, 2, 2)]));
        Assert.That(
            Windows(10, hasOpening: false, context: 4, stride: null).Enumerate(),
            Is.EqualTo((TextWindow[])[new(1, 4, 4), new(5, 4, 4), new(9, 1, 1)]));
    }

    [Test]
    public void StridedWindowsScoreTheirLastTokensOnly()
    {
        Assert.That(
            Windows(9, hasOpening: true, context: 6, stride: 2).Enumerate(),
            Is.EqualTo((TextWindow[])[new(0, 6, 6), new(2, 6, 2), new(4, 5, 1)]));
        Assert.That(Windows(9, hasOpening: true, context: 6, stride: 1).Enumerate().Skip(1).Select(w => w.Scored), Is.All.EqualTo(1));
    }

    [Test]
    public void AWindowBeginsWithTheOpeningTokenOrWithTheTokenBeforeIt()
    {
        Assert.That(Inputs(hasOpening: true), Is.EqualTo((int[][])[[Opening, 0, 1, 2], [Opening, 4, 5]]));
        Assert.That(Inputs(hasOpening: false), Is.EqualTo((int[][])[[0, 1, 2, 3], [4, 5]]));

        static IEnumerable<int[]> Inputs(bool hasOpening)
        {
            TextWindows windows = Windows(7, hasOpening, context: 4, stride: null);
            return [.. windows.Enumerate().Select(window => InputsOf(windows, window))];
        }
    }

    [TestCase(0, true)]
    [TestCase(0, false)]
    [TestCase(1, false)]
    public void ATextWithNothingToPredictIsRefused(int length, bool hasOpening)
        => Assert.That(
            () => Windows(length, hasOpening, context: 4, stride: null),
            Throws.TypeOf<EvaluationTextException>().With.Message.Contains("too short").And.Message.Contains($"({length})"));

    [TestCase(1, null, null, nameof(PerplexityOptions.ContextLength))]
    [TestCase(8, 0, null, nameof(PerplexityOptions.Stride))]
    [TestCase(8, 9, null, nameof(PerplexityOptions.Stride))]
    [TestCase(8, 8, 0, nameof(PerplexityOptions.MaxTokens))]
    public void SenselessOptionsAreRefusedByName(int context, int? stride, int? maxTokens, string option)
        => Assert.That(
            () => Windows(10, hasOpening: true, context, stride, maxTokens),
            Throws.TypeOf<OptionException>().With.Property(nameof(OptionException.Option)).EqualTo(option));

    /// <summary>Indices of the scored tokens, after a look at each one's inputs.</summary>
    private static List<int> Check(TextWindows windows, bool hasOpening, string what)
    {
        PerplexityOptions options = windows.Options;
        List<int> scored = [];
        foreach (TextWindow window in windows.Enumerate())
        {
            int[] inputs = InputsOf(windows, window);
            int[] targets = windows.Targets(window).ToArray();
            Assert.That(inputs, Has.Length.LessThanOrEqualTo(options.ContextLength), what);
            Assert.That(targets, Is.EqualTo(Enumerable.Range(window.First, window.Length)), what);
            int[] before = hasOpening ? [Opening, .. targets[..^1]] : [window.First - 1, .. targets[..^1]];
            Assert.That(inputs, Is.EqualTo(before), what);
            for (int row = window.FirstScored; row < window.Length; row++)
            {
                scored.Add(targets[row]);
                int available = targets[row] + (hasOpening ? 1 : 0);
                int promised = options.ContextLength - options.EffectiveStride + 1;
                Assert.That(row + 1, Is.GreaterThanOrEqualTo(Math.Min(promised, available)), $"{what}, token {targets[row]}");
            }
        }

        return scored;
    }

    private static int[] InputsOf(TextWindows windows, TextWindow window)
    {
        int[] inputs = new int[window.Length];
        windows.CopyInputs(window, inputs);
        return inputs;
    }

    /// <summary>Of a text in which each token is its own index.</summary>
    private static TextWindows Windows(int length, bool hasOpening, int context, int? stride, int? maxTokens = null) => new(
        new TokenizedText(Enumerable.Range(0, length).ToArray(), hasOpening ? Opening : null),
        new PerplexityOptions { ContextLength = context, Stride = stride, MaxTokens = maxTokens });
}

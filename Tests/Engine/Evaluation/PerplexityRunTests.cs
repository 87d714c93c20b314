using NUnit.Framework;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Evaluation;

/// <summary>
/// Whole runs against the naive double-precision transformer. Logits are within 1e-4 of exact ones (<c>ForwardTests</c>), so a loss is
/// within twice that, and so is a mean; a divergence is within twice that times the spread of the log-probabilities.
/// </summary>
public sealed class PerplexityRunTests
{
    private const double Tolerance = 2e-4;
    private const double DivergenceTolerance = 2e-3;
    private const int Opening = 5;

    [TestCase("Llama31", 16, null)]
    [TestCase("Llama31", 150, null)]
    [TestCase("Llama2", 16, 5)]
    [TestCase("MistralWindow", 24, 1)]
    [TestCase("Qwen3", 300, 30, Description = "one window")]
    public void LossIsThatOfTheNaiveLoop(string variant, int context, int? stride)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, context, chunkRows: 32);
        NaiveTransformer naive = NaiveTransformer.Load(checkpoint.Path);
        int[] tokens = Tokens(spec, stride == 1 ? 60 : 170);
        foreach (int? opening in (int?[])[Opening, null])
        {
            PerplexityResult result = new PerplexityRun(model).Score(Windows(tokens, opening, context, stride));
            List<(int Token, double[] LogProbabilities)> expected = NaivePerplexity.Score(naive, tokens, opening, context, stride ?? context);
            (double mean, double error) = NaivePerplexity.Estimate([.. expected.Select(e => -e.LogProbabilities[e.Token])]);
            Assert.Multiple(() =>
            {
                Assert.That(result.Tokens, Is.EqualTo(expected.Count));
                Assert.That(result.Loss.Mean, Is.EqualTo(mean).Within(Tolerance));
                Assert.That(result.Loss.StandardError, Is.EqualTo(error).Within(Tolerance));
                Assert.That(result.Perplexity, Is.EqualTo(Math.Exp(mean)).Within(2 * Tolerance * Math.Exp(mean)));
                Assert.That(result.PerplexityStandardError, Is.EqualTo(Math.Exp(mean) * error).Within(2 * Tolerance * Math.Exp(mean)));
                Assert.That(result.Reference, Is.Null);
                Assert.That(result.PerplexityRatio, Is.Null);
            });
        }
    }

    [TestCase(97)]
    [TestCase(50, Description = "the rest of the vocabulary is padding")]
    public void DivergenceIsThatOfTheNaiveLoop(int shared)
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint original = RandomCheckpoint.Create(spec);
        using RandomCheckpoint changed = original.RelatedDraft(0.05);
        using Transformer model = TestModel.Load(changed.Path, 80);
        using Transformer reference = TestModel.Load(original.Path, 80);
        int[] tokens = Tokens(spec, 130);

        PerplexityResult result = new PerplexityRun(model, new ReferenceModel(reference, shared)).Score(Windows(tokens, Opening, 80, 40));

        List<(int Token, double[] LogProbabilities)> p = NaivePerplexity.Score(NaiveTransformer.Load(original.Path), tokens, Opening, 80, 40);
        List<(int Token, double[] LogProbabilities)> q = NaivePerplexity.Score(NaiveTransformer.Load(changed.Path), tokens, Opening, 80, 40);
        double[] divergences = [.. p.Zip(q, (a, b) => NaivePerplexity.Divergence(a.LogProbabilities, b.LogProbabilities, shared))];
        (double mean, double error) = NaivePerplexity.Estimate(divergences);
        double same = p.Zip(q, (a, b) => Top(a.LogProbabilities) == Top(b.LogProbabilities) ? 1.0 : 0).Average();
        double referenceLoss = p.Average(e => -e.LogProbabilities[e.Token]);
        double loss = q.Average(e => -e.LogProbabilities[e.Token]);
        Assert.That(mean, Is.GreaterThan(0.01), "they differ enough for the test to mean something");
        Assert.Multiple(() =>
        {
            Assert.That(result.Loss.Mean, Is.EqualTo(loss).Within(Tolerance));
            Assert.That(result.Reference!.Loss.Mean, Is.EqualTo(referenceLoss).Within(Tolerance));
            Assert.That(result.PerplexityRatio, Is.EqualTo(Math.Exp(loss - referenceLoss)).Within(2 * Tolerance));
            Assert.That(result.Reference.Divergence.Mean, Is.EqualTo(mean).Within(DivergenceTolerance));
            Assert.That(result.Reference.Divergence.StandardError, Is.EqualTo(error).Within(DivergenceTolerance));
            Assert.That(result.Reference.LargestDivergence, Is.EqualTo(divergences.Max()).Within(DivergenceTolerance));
            Assert.That(result.Reference.SameTopToken, Is.EqualTo(same).Within(1e-12).And.GreaterThan(0).And.LessThan(1));
        });

        int Top(double[] logProbabilities) => NaiveTransformer.Argmax(logProbabilities[..shared]);
    }

    [Test]
    public void AModelDoesNotDivergeFromItself()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Qwen2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, 64);
        using Transformer reference = TestModel.Load(checkpoint.Path, 64);
        PerplexityResult result = new PerplexityRun(model, new ReferenceModel(reference, spec.Vocabulary)).Score(Windows(Tokens(spec, 200), Opening, 64, 16));
        Assert.Multiple(() =>
        {
            Assert.That(result.Reference!.Divergence, Is.EqualTo(new MeanEstimate(0, 0)));
            Assert.That(result.Reference.LargestDivergence, Is.Zero);
            Assert.That(result.Reference.SameTopToken, Is.EqualTo(1));
            Assert.That(result.Reference.Loss, Is.EqualTo(result.Loss));
            Assert.That(result.PerplexityRatio, Is.EqualTo(1));
        });
    }

    [Test]
    public void TheSameTextGivesTheSameBitsAgain()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, 100);
        TextWindows windows = Windows(Tokens(spec, 500), Opening, 100, null);
        var run = new PerplexityRun(model);
        MeanEstimate once = run.Score(windows).Loss;
        MeanEstimate again = run.Score(windows).Loss;
        Assert.That(again, Is.EqualTo(once));
    }

    [Test]
    public void ProgressCountsToTheEnd()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, 20);
        var progress = new Steps();
        PerplexityResult result = new PerplexityRun(model).Score(Windows(Tokens(spec, 50), Opening, 20, null), progress);
        Assert.That(progress.Reports.Select(report => report.TokensDone), Is.EqualTo((int[])[20, 40, 50]));
        Assert.That(progress.Reports[^1], Is.EqualTo(new PerplexityProgress(50, 50, result.Perplexity)));
    }

    [Test]
    public void ASingleTokenHasNoStandardError()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, 20);
        PerplexityResult result = new PerplexityRun(model).Score(Windows([7], Opening, 20, null));
        Assert.That(result.Loss.Mean, Is.Positive);
        Assert.That(result.Loss.StandardError, Is.NaN);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AModelThatComputesNoNumbersIsNamed(bool isReference)
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint sound = RandomCheckpoint.Create(spec);
        using RandomCheckpoint broken = RandomCheckpoint.Create(spec with { LogitDeviation = double.NaN });
        using Transformer model = TestModel.Load(isReference ? sound.Path : broken.Path, 20);
        using Transformer reference = TestModel.Load(isReference ? broken.Path : sound.Path, 20);
        Assert.That(
            () => new PerplexityRun(model, new ReferenceModel(reference, spec.Vocabulary)).Score(Windows(Tokens(spec, 30), Opening, 20, null)),
            Throws.TypeOf<InvalidLogitsException>().With.Message.Contains(isReference ? "the reference gives" : "the model gives"));
    }

    [Test]
    public void TokensThatAModelDoesNotKnowAreRefused()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint large = RandomCheckpoint.Create(spec);
        using RandomCheckpoint small = RandomCheckpoint.Create(spec with { Vocabulary = 50 });
        using Transformer model = TestModel.Load(large.Path, 20);
        using Transformer reference = TestModel.Load(small.Path, 20);
        TextWindows windows = Windows([1, 60], Opening, 20, null);
        Assert.That(() => new PerplexityRun(reference).Score(windows), Throws.TypeOf<EvaluationTextException>().With.Message.Contains("token 60"));
        Assert.That(
            () => new PerplexityRun(model, new ReferenceModel(reference, 50)).Score(windows),
            Throws.TypeOf<ModelMismatchException>().With.Message.Contains("token 60"));
    }

    [Test]
    public void ACancelledRunLeavesTheModelToOthers()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, 20);
        using var cancellation = new CancellationTokenSource();
        var run = new PerplexityRun(model);
        var progress = new Steps { Reported = cancellation.Cancel };
        Assert.That(
            () => run.Score(Windows(Tokens(spec, 50), Opening, 20, null), progress, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(progress.Reports, Has.Count.EqualTo(1));
        Assert.That(() => run.Score(Windows(Tokens(spec, 50), Opening, 20, null)), Throws.Nothing);
    }

    private static TextWindows Windows(int[] tokens, int? opening, int context, int? stride)
        => new(new TokenizedText(tokens, opening), new PerplexityOptions { ContextLength = context, Stride = stride });

    private static int[] Tokens(CheckpointSpec spec, int count)
    {
        var random = new Random(spec.Seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(spec.Vocabulary))];
    }

    private sealed class Steps : IProgress<PerplexityProgress>
    {
        public List<PerplexityProgress> Reports { get; } = [];

        public Action Reported { get; init; } = () => { };

        public void Report(PerplexityProgress value)
        {
            Reports.Add(value);
            Reported();
        }
    }
}

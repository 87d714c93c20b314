using System.Globalization;
using SpecExecNative.TrainPair.Distillation;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Tokenizer;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>
/// Measures a pair on held-out text: perplexity, agreement of draft and target, and tokens per target iteration
/// for chains and for trees. Float32, weights as stored.
/// </summary>
internal sealed class PairEvaluation(EvaluationSettings settings, int context)
{
    private const ulong SampleSeed = 1234;
    private const int DeepestChain = 8;
    private static readonly double[] DraftTemperatures = [1, 0.6, 0.3];

    private readonly EvaluationReport _report = new();

    /// <param name="pair">Folder with the models <c>target</c> and <c>draft</c>.</param>
    /// <param name="heldOut">Held-out chapters.</param>
    /// <param name="reportPath">Receives Markdown.</param>
    /// <param name="cancellation">Ends the evaluation between two figures; nothing is kept then.</param>
    public void Run(string pair, IReadOnlyList<string> heldOut, string reportPath, CancellationToken cancellation)
    {
        string targetFolder = Path.Combine(pair, "target");
        Llama target = Llama.Load(targetFolder);
        Llama draft = Llama.Load(Path.Combine(pair, "draft"));
        BpeTokenizer tokenizer = new(TokenizerFiles.Read(targetFolder));
        int[] stream = TokenStream.Encode(tokenizer, heldOut);

        ReportLoss("target", target, stream);
        ReportLoss("draft", draft, stream);
        cancellation.ThrowIfCancellationRequested();

        int[][] prompts = HeldOutPrompts.Cut(heldOut, tokenizer, settings.Prompts, settings.PromptTokens);
        EvaluationTexts real = new("held-out text", RealTexts(stream, prompts.Length));
        EvaluationTexts greedy = Written("target greedy", target, prompts, NextTokenSampler.Greedy, seed: 1);
        EvaluationTexts sampled = Written(
            $"target T={settings.Temperature} top-p={settings.TopP}",
            target,
            prompts,
            new NextTokenSampler(settings.Temperature, settings.TopP),
            SampleSeed);
        cancellation.ThrowIfCancellationRequested();

        _report.TableHead(AgreementMeter.Columns);
        CompareAlong(real, target, draft);
        bool[][] greedyHits = CompareAlong(greedy, target, draft);
        bool[][] sampledHits = CompareAlong(sampled, target, draft);
        ReportChains((greedy.Name, greedyHits), (sampled.Name, sampledHits));
        ReportTrees(draft, [greedy, sampled], cancellation);
        _report.Save(reportPath);
    }

    private void ReportLoss(string name, Llama model, int[] stream)
    {
        double loss = HeldOutLoss.Measure(model, stream, context);
        _report.Line($"{name}: {model.Weights.ParameterCount} parameters, held-out loss {loss:F4} nats per token, perplexity {Math.Exp(loss):F2}");
        IEnumerable<string> byPosition = PositionLoss.Measure(model, stream)
            .Select((mean, i) => $"{PositionLoss.Bounds[i]}-{PositionLoss.Bounds[i + 1] - 1}: {mean:F3}");
        _report.Line($"by position: {string.Join(", ", byPosition)}");
    }

    private int[][] RealTexts(int[] stream, int count)
    {
        int stride = (stream.Length / count) - 4;
        return [.. Enumerable.Range(0, count)
            .Select(i => (int[])[BpeVocabulary.BeginOfText, .. stream.AsSpan(1 + (i * stride), settings.TextTokens - 1)])];
    }

    private EvaluationTexts Written(string name, Llama target, int[][] prompts, NextTokenSampler sampler, ulong seed)
    {
        int count = settings.TextTokens - settings.PromptTokens;
        return new EvaluationTexts(name, TextGenerator.Continue(target, prompts, count, sampler, new SplitMix64(seed)));
    }

    /// <summary>Reports the agreement along texts.</summary>
    /// <returns>Per text, per position: whether the draft's most likely token is the one that came.</returns>
    private bool[][] CompareAlong(EvaluationTexts texts, Llama target, Llama draft)
    {
        using var noGradient = no_grad();
        int vocabulary = target.Shape.VocabularySize;
        AgreementMeter meter = new(settings.Temperature, settings.TopP);
        List<bool[]> hits = [];
        foreach (int[] text in texts.Sequences)
        {
            using var scope = NewDisposeScope();
            Tensor ids = TokenWindow.Ids(text, 1);
            float[] targetLogits = TensorBytes.ToArray(target.Forward(ids));
            float[] draftLogits = TensorBytes.ToArray(draft.Forward(ids));
            bool[] textHits = new bool[text.Length];
            for (int at = settings.Start; at < text.Length; at++)
            {
                ReadOnlySpan<float> draftRow = draftLogits.AsSpan((at - 1) * vocabulary, vocabulary);
                textHits[at] = NextTokenSampler.ArgMax(draftRow) == text[at];
                if (at < settings.End)
                {
                    meter.Add(targetLogits.AsSpan((at - 1) * vocabulary, vocabulary), draftRow, text[at]);
                }
            }

            hits.Add(textHits);
        }

        _report.Row(meter.Row(texts.Name));
        return [.. hits];
    }

    private void ReportChains(params (string Name, bool[][] Hits)[] texts)
    {
        IEnumerable<int> depths = Enumerable.Range(1, DeepestChain);
        _report.TableHead(["tokens per iteration, chain of", .. depths.Select(depth => $"{depth}")]);
        foreach ((string name, bool[][] hits) in texts)
        {
            _report.Row([name, .. depths.Select(
                depth => $"{ChainAcceptance.TokensPerIteration(hits, settings.Start, settings.End, depth):F2}")]);
        }
    }

    private void ReportTrees(Llama draft, EvaluationTexts[] origins, CancellationToken cancellation)
    {
        int[] budgets = [.. settings.Budgets.Split(',').Select(budget => int.Parse(budget, CultureInfo.InvariantCulture))];
        _report.TableHead(["tokens per iteration, tree of", .. budgets.Select(budget => $"{budget}")]);
        foreach (EvaluationTexts texts in origins)
        {
            foreach (double temperature in DraftTemperatures)
            {
                List<string> row = [$"{texts.Name}, draft T={temperature}"];
                foreach (int budget in budgets)
                {
                    cancellation.ThrowIfCancellationRequested();
                    row.Add($"{TreeAcceptance.TokensPerIteration(draft, texts, settings, budget, temperature):F2}");
                }

                _report.Row(row);
            }
        }
    }
}

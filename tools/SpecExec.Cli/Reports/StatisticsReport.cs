using System.Globalization;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Reports;

/// <summary>What a generation took, for people.</summary>
internal static class StatisticsReport
{
    public static void Write(Notices notices, GenerationResult result)
    {
        if (notices.Verbose && result.Statistics.Iterations.Count > 0)
        {
            IterationTable(result.Statistics.Iterations).Write(notices.Ansi);
            if (result.Statistics.Iterations[^1].Decision is { } last)
            {
                LabelledLines.Write(notices.Ansi, "budget", WhyOf(last));
            }
        }

        foreach ((string label, string figures) in Lines(result))
        {
            LabelledLines.Write(notices.Ansi, label, figures);
        }
    }

    private static IEnumerable<(string Label, string Figures)> Lines(GenerationResult result)
    {
        GenerationStatistics statistics = result.Statistics;
        yield return ("prompt", $"{statistics.PromptTokens} tokens in {Quantity.Time(statistics.Prefill)} ({Quantity.Rate(statistics.PromptTokensPerSecond)})");
        yield return ("text", $"{statistics.Tokens} tokens in {Quantity.Time(statistics.Decode)} ({Quantity.Rate(statistics.DecodeTokensPerSecond)}), {Ending(result.Finish)}");
        yield return ("iterations", $"{statistics.Iterations.Count}, {statistics.TokensPerIteration:0.00} tokens per iteration");
        if (statistics.StreamedBytesPerIteration > 0)
        {
            yield return ("stream", StreamOf(statistics));
        }

        if (statistics is { CopyBusy: { } inPasses, CopyBusyOverall: { } overall, ComputeBusy: { } computing })
        {
            yield return ("busy", $"copies {inPasses:0.0 %} of the target's passes and {overall:0.0 %} of all, its layers' computing {computing:0.0 %} of all");
        }

        if (result.Options.EffectiveTree is null)
        {
            yield break; // nothing was guessed
        }

        yield return ("accepted", $"{statistics.Accepted} of {statistics.TreeNodes} drafted tokens{Learnt(statistics)}");
        string exposed = statistics is { StreamedBytesPerIteration: > 0, ExposedDraft: { } time } ? $" ({Share(time)} with the link at rest)" : "";
        yield return ("time", $"draft {Share(statistics.Draft)}{exposed}, verify {Share(statistics.Verify)}, walk {Share(statistics.Walk)}");
        if (result.PlainDecoding is { } plain)
        {
            yield return ("plain", $"{Quantity.Time(plain)} a token without speculation, measured at the end of the text");
        }

        if (result.SpeedUp is { } speedUp)
        {
            yield return ("speed-up", $"{speedUp:0.00} times plain decoding{(speedUp < 1 ? ": guessing costs more than it saves here" : "")}");
        }

        string Share(TimeSpan part) => $"{(statistics.Decode > TimeSpan.Zero ? part / statistics.Decode : 0):0 %}";
    }

    private static string Learnt(GenerationStatistics statistics)
        => statistics.LearntDraftTemperature is { } temperature ? string.Create(CultureInfo.InvariantCulture, $"; draft temperature {temperature:0.00}, learnt") : "";

    /// <summary>Against the link alone, with nothing to compute.</summary>
    private static string StreamOf(GenerationStatistics statistics)
    {
        string share = statistics.LinkBytesPerSecond is { } link ? $" of the link's {Quantity.ByteRate(link)} ({statistics.StreamedBytesPerSecond / link:0 %})" : "";
        return $"{Quantity.Bytes(statistics.StreamedBytesPerIteration)} an iteration, {Quantity.ByteRate(statistics.StreamedBytesPerSecond)}{share}";
    }

    /// <summary>What the last tree was expected to cost and to bring.</summary>
    private static string WhyOf(BudgetDecision decision)
    {
        static string Seconds(double seconds) => Quantity.Time(TimeSpan.FromSeconds(seconds));
        return $"the last tree: {decision.Budget} nodes were expected to bring {decision.Tokens:0.0} tokens in {Seconds(decision.Seconds)} (draft {Seconds(decision.DraftSeconds)}, stream {Seconds(decision.StreamSeconds)}, compute {Seconds(decision.ComputeSeconds)})";
    }

    private static string Ending(FinishReason? finish) => finish switch
    {
        FinishReason.Stop => "ended by the model or a stop string",
        FinishReason.Length => "as long as asked for",
        FinishReason.Context => "ended because the context is full",
        _ => "cancelled",
    };

    private static AlignedTable IterationTable(IReadOnlyList<IterationStatistics> iterations)
    {
        string[] titles = ["iteration", "tree", "expected", "depth", "draft steps", "accepted", "tokens", "draft", "verify", "walk"];
        var table = new AlignedTable(titles) { RightAligned = Enumerable.Range(0, titles.Length).ToHashSet() };
        for (int i = 0; i < iterations.Count; i++)
        {
            IterationStatistics at = iterations[i];
            table.Add(
                $"{i + 1}",
                $"{at.TreeNodes}",
                at.Decision is { } decision ? $"{decision.Tokens:0.0}" : "",
                $"{at.TreeDepth}",
                $"{at.DraftSteps}",
                $"{at.Accepted}",
                $"{at.Tokens}",
                Quantity.Time(at.Draft),
                Quantity.Time(at.Verify),
                Quantity.Time(at.Walk));
        }

        return table;
    }
}

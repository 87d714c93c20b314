using System.CommandLine;
using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Evaluation;

namespace SpecExecNative.Bench.Coverage;

/// <summary><c>coverage</c>: how much of the target's probability the draft's k most likely tokens cover (the paper's figure 2).</summary>
internal static class CoverageCommand
{
    private const double Normal95 = 1.96;

    public static Command Create()
    {
        Option<FileInfo> text = new("--file", "-f") { Description = "Text whose positions are looked at, in UTF-8.", Required = true };
        Option<string> ranks = new("--ranks") { Description = "k: numbers, or FIRST..LAST with x2 or +N.", DefaultValueFactory = _ => "1..256x2" };
        Option<double[]> temperatures = new("--temps") { Description = "Temperatures of the target; 0: only its most likely token counts.", DefaultValueFactory = _ => [1, 0.6, 0], AllowMultipleArgumentsPerToken = true };
        Option<int?> tokens = new("--tokens", "-n") { Description = "Tokens of the text to look at, from its beginning. Default: all." };
        Option<int> window = new("--window") { Description = "Tokens that are looked at in one pass, each after those before it.", DefaultValueFactory = _ => 256 };
        Command command = new("coverage", "Measure how much of a target's probability its draft's most likely tokens cover.") { text, ranks, temperatures, tokens, window };
        var pair = new PairOptions(command, isRequired: true);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            FileInfo file = result.GetValue(text)!;
            int[] counts = NumberRange.Parse("--ranks", result.GetValue(ranks)!);
            if (!file.Exists)
            {
                throw new BenchException($"{file.Name}: there is no such file.");
            }

            var options = new PerplexityOptions { ContextLength = result.GetValue(window), MaxTokens = result.GetValue(tokens) };
            (string target, string draft) = pair.Titles(result);
            PairRequest request = pair.Read(result, 1) with { ContextLength = options.ContextLength };
            double[] heats = [.. result.GetValue(temperatures)!.Distinct()];
            return run.Execute(result, new BenchPlan<CoverageSession>(
                "coverage",
                [.. pair.Settings(result), new("text", InputName.OfFile(file.FullName)), new("tokens", options.MaxTokens?.ToString(CultureInfo.InvariantCulture) ?? "all"), new("window", $"{options.ContextLength}")],
                (_, note) => new CoverageSession(request, file, options, note),
                [.. heats.Select(heat => Case($"{draft} for {target}", heat, counts))]));
        });
        return command;
    }

    private static BenchCase<CoverageSession> Case(string pair, double temperature, int[] ranks)
    {
        string heat = temperature.ToString(CultureInfo.InvariantCulture);
        return new BenchCase<CoverageSession>($"temperature {heat}", (session, cancellation) =>
        {
            IReadOnlyList<MeanEstimate> covered = session.Run.Score(session.Windows, temperature, ranks, cancellation);
            return ranks.Zip(covered).Select(point => new Row("coverage", [new("pair", pair), new("temperature", heat), new("k", $"{point.First}")], [
                new Figure("covered", point.Second.Mean, "") { Samples = session.Windows.ScoredTokens },
                new Figure("± 95 %", double.IsNaN(point.Second.StandardError) ? 0 : Normal95 * point.Second.StandardError, "") { Samples = session.Windows.ScoredTokens },
            ]));
        });
    }
}

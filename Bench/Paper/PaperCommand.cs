using System.CommandLine;
using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Published;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Bench.Paper;

/// <summary>
/// <c>paper</c>: the paper's tables 1 to 3 and figures as data, beside what simulated cards say of its program and of this one; and where a device is named, what an
/// iteration takes there.
/// </summary>
internal static class PaperCommand
{
    private const string Paper = "paper";

    private static readonly int[] Bits = [4, 16];
    private static readonly int[] Budgets = [64, 128, 192, 256, 384, 512, 768, 1024, 2048, 3072];

    public static Command Create()
    {
        Option<DirectoryInfo> configs = new("--configs")
        {
            Description = "Folder of the models' configurations.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("Bench", "configs")),
        };
        Option<string?> device = new("--device") { Description = "Also measure iterations of the tables' pairs on this device, with generated weights: cuda, cuda:N or cpu. A 70B model takes 36 GB (4 bits) or 137 GB (16) of main memory.", HelpName = "cuda" };
        Command command = new("paper", "The paper's tables and figures, beside simulated runs of its program and of this one.") { configs, device };
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            string? name = result.GetValue(device);
            PublishedRun[] rows = [.. PublishedData.Instance.Runs];
            Func<Action<string>, DType, ComputeDevice>? open = name is null ? null : PairOptions.ReadDevice(name);
            return run.Execute(result, new BenchPlan<PaperSession>(
                "paper",
                name is null ? [] : [new("measured on", name)],
                (_, note) => new PaperSession(
                    result.GetValue(configs)!.FullName, open is null ? null : new PaperMeasurement(open, note, rows.Max(r => r.Budget))),
                [.. Cases(PublishedData.Instance)]));
        });
        return command;
    }

    private static IEnumerable<BenchCase<PaperSession>> Cases(PublishedData data)
    {
        foreach (PublishedRun row in data.Runs)
        {
            yield return new BenchCase<PaperSession>(row.Title, (session, cancellation) => [TableRow(session, row, cancellation)]);
        }

        foreach (PublishedCurve curve in data.Curves)
        {
            yield return new BenchCase<PaperSession>(
                $"figure {curve.Figure}, {curve.Quantity}, {curve.Dataset}, t = {Text(curve.Temperature)}, {curve.Draft}{(curve.Method is null ? "" : $", {curve.Method}")}",
                (session, cancellation) => curve.Points.Select(point => CurveRow(session, curve, point, cancellation)));
        }

        foreach ((string gpu, int bits) in from card in SimulatedCards.BuiltIn from bits in Bits select (card.Name, bits))
        {
            yield return new BenchCase<PaperSession>($"limits, {gpu}, {bits} bits", (session, cancellation) => Limits(session, data, gpu, bits, cancellation));
        }
    }

    private static Row TableRow(PaperSession session, PublishedRun row, CancellationToken cancellation)
    {
        List<Figure> figures =
        [
            Published("tokens per pass", row.TokensPerIteration, "tokens/pass"),
            Published("speed", row.TokensPerSecond, "tokens/s"),
            Published("speed-up", row.Speedup, ""),
            Published("iteration", row.IterationSeconds, "s"),
        ];
        if (session.Models.Knows(row))
        {
            if (session.Official.Simulate(row, session.StepSeconds, cancellation) is { } theirs)
            {
                figures.Add(Simulated("iteration of their program", theirs.IterationSeconds, "s").Against(Paper, row.IterationSeconds, Origin.Published));
            }

            using SimulatedDevice device = PaperModels.CreateDevice(row);
            if (PaperModels.TryForecast(device, session.Models.Pair(row), row.Budget, cancellation) is { } ours)
            {
                figures.Add(Simulated("iteration of this program", ours.IterationSeconds, "s").Against(Paper, row.IterationSeconds, Origin.Published));
                figures.Add(Simulated("speed of this program", row.TokensPerIteration / ours.IterationSeconds, "tokens/s").Against(Paper, row.TokensPerSecond, Origin.Published));
            }

            if (session.Measurement?.Iteration(row, session.Models, cancellation) is { } here)
            {
                // Beside another card's, a ratio would say nothing of the programs.
                var speed = new Figure("speed measured here, at the published tokens per pass", row.TokensPerIteration / here.Value, "tokens/s");
                bool isSameCard = session.Card is { } card && CardName.Is(card.Name, row.Gpu);
                figures.Add(isSameCard ? here.Against(Paper, row.IterationSeconds, Origin.Published) : here);
                figures.Add(isSameCard ? speed.Against(Paper, row.TokensPerSecond, Origin.Published) : speed);
            }
        }

        return new Row(
            $"table {row.Table}",
            [
                new("GPU", row.Link is null ? row.Gpu : $"{row.Gpu}, {row.Link}"), new("target", $"{row.Target}, {row.TargetBits} bits"), new("draft", $"{row.Draft}, {row.DraftBits} bits"),
                new("data", row.Dataset), new("temperature", Text(row.Temperature)), new("method", row.Method), new("K", $"{row.Budget}"),
            ],
            figures);
    }

    private static Row CurveRow(PaperSession session, PublishedCurve curve, double[] point, CancellationToken cancellation)
    {
        List<Parameter> parameters = [new("data", curve.Dataset), new("temperature", Text(curve.Temperature)), new("draft", curve.Draft)];
        if (curve.Method is not null)
        {
            parameters.Add(new("method", curve.Method));
        }

        if (curve.Quantity == "coverage")
        {
            return new Row("figure 2, coverage", [.. parameters, new("k", Text(point[0]))], [Published("covered", point[1], "")]);
        }

        parameters.Add(new("K", Text(point[0])));
        if (curve.Gpu is null || curve.TargetBits is not { } bits)
        {
            return new Row("figures 3 to 7, tokens per pass", parameters, [Published("tokens per pass", point[1], "tokens/pass")]);
        }

        List<Figure> figures = [Published("speed", point[1], "tokens/s")];
        int budget = (int)point[0];
        double tokens = PaperModels.AcceptanceOf(curve.Draft).TokensPerIteration(budget);
        var run = new PublishedRun("", curve.Source, curve.Gpu, curve.Target, bits, curve.Draft, 16, curve.Dataset, curve.Temperature, "specexec", budget, tokens, point[1], 1);
        if (session.Models.Knows(run))
        {
            if (session.Official.Simulate(run, session.StepSeconds, cancellation) is { } theirs)
            {
                figures.Add(Simulated("speed of their program", tokens / theirs.IterationSeconds, "tokens/s").Against(Paper, point[1], Origin.Published));
            }

            using SimulatedDevice device = PaperModels.CreateDevice(run);
            if (PaperModels.TryForecast(device, session.Models.Pair(run), budget, cancellation) is { } ours)
            {
                figures.Add(Simulated("speed of this program", tokens / ours.IterationSeconds, "tokens/s").Against(Paper, point[1], Origin.Published));
            }
        }

        return new Row("figure 1, speed", parameters, figures);
    }

    /// <summary>The best that anybody has published for a card, what this program is forecast to reach, and what it would if drafting and computing took no time.</summary>
    private static IEnumerable<Row> Limits(PaperSession session, PublishedData data, string gpu, int bits, CancellationToken cancellation)
    {
        PublishedSpeed? best = data.Fastest(gpu, bits);
        foreach ((string draft, int draftBits) in new[] { ("llama-2-7b", 4), ("tinyllama-1.1b", 4) })
        {
            List<(PairPlan Plan, double Tokens)> plans = [];
            foreach (int budget in Budgets)
            {
                using var device = new SimulatedDevice(SimulatedCards.Find(SimulatedCards.BuiltIn, gpu)!, best?.LinkBytesPerSecond);
                if (PaperModels.TryForecast(device, session.Models.Pair("llama-2-70b", bits, draft, draftBits, budget), budget, cancellation) is not { } plan)
                {
                    break;
                }

                plans.Add((plan, PaperModels.AcceptanceOf(draft).TokensPerIteration(budget)));
            }

            if (plans.Count == 0)
            {
                continue;
            }

            (PairPlan fastest, double tokens) = plans.MaxBy(p => p.Tokens / p.Plan.IterationSeconds);
            List<Figure> figures =
            [
                Simulated("speed", tokens / fastest.IterationSeconds, "tokens/s").Against(best?.System ?? "", best?.TokensPerSecond, Origin.Published),
                Simulated("best K", fastest.TreeBudget, ""),
                Published("tokens per pass", tokens, "tokens/pass"),
                Simulated("iteration", fastest.IterationSeconds, "s"),
                Simulated("draft", fastest.DraftSeconds, "s"),
                Simulated("stream", fastest.StreamSeconds, "s"),
                Simulated("compute", fastest.ComputeSeconds, "s"),
                Simulated("copies busy", fastest.CopyBusy, ""),
            ];
            if (best is not null)
            {
                figures.Insert(0, Published("best published", best.TokensPerSecond, "tokens/s"));
            }

            if (fastest.StreamSeconds > 0)
            {
                figures.Add(Simulated("limit of the link", tokens / fastest.StreamSeconds, "tokens/s"));
            }

            yield return new Row("limits, Llama-2-70B", [new("GPU", gpu), new("target", $"{bits} bits"), new("draft", $"{draft}, {draftBits} bits"), new("best published by", best is null ? "nobody" : $"{best.System}, {best.Target}")], figures);
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static Figure Simulated(string name, double value, string unit) => new(name, value, unit, Origin.Simulated);

    private static Figure Published(string name, double value, string unit) => new(name, value, unit, Origin.Published);
}

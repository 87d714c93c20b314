using System.CommandLine;
using System.Text.Json;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Acceptance;

/// <summary>
/// <c>acceptance</c>: how many tokens a pass of the target yields, by method and budget. It is a property of the pair and
/// the text, the same on every machine.
/// </summary>
internal static class AcceptanceCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> target = new("--model", "-m") { Description = "Target model folder.", Required = true };
        Option<DirectoryInfo> draft = new("--model-draft", "-md") { Description = "Draft model folder.", Required = true };
        Option<FileInfo> prompts = new("--prompts") { Description = "JSON array of prompts.", Required = true };
        Option<int[]> budgets = new("--budgets")
        {
            Description = "Tree budgets, and lengths of chains.",
            DefaultValueFactory = _ => [1, 4, 16, 64, 256, 1024],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<double> draftTemperature = new("--draft-temp") { Description = "Draft temperature.", DefaultValueFactory = _ => 1 };
        Option<int> count = new("--count") { Description = "Prompts to use at most.", DefaultValueFactory = _ => int.MaxValue };
        Option<int> tokens = new("--tokens", "-n") { Description = "Tokens per text.", DefaultValueFactory = _ => 64 };
        Command command = new("acceptance", "Measure tokens per pass of a target/draft pair by method and budget.")
        {
            target, draft, prompts, budgets, draftTemperature, count, tokens,
        };
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            (DirectoryInfo targetFolder, DirectoryInfo draftFolder) = (result.GetValue(target)!, result.GetValue(draft)!);
            FileInfo file = result.GetValue(prompts)!;
            string[] texts = [.. ReadPrompts(file).Take(result.GetValue(count))];
            if (texts.Length < 2)
            {
                throw new BenchException("A standard error needs at least two prompts (--prompts, --count).");
            }

            var acceptance = new AcceptanceRun(texts, result.GetValue(tokens), result.GetValue(draftTemperature));
            return run.Execute(result, new BenchPlan<AcceptanceSession>(
                "acceptance",
                [
                    new("model", InputName.OfModel(targetFolder)), new("draft", InputName.OfModel(draftFolder)), new("prompts", $"{texts.Length} of {InputName.OfFile(file.FullName)}"),
                    new("tokens", $"{acceptance.Tokens}"),
                ],
                (_, _) => new AcceptanceSession(targetFolder, draftFolder),
                [.. Cases(acceptance, result.GetValue(budgets)!)]));
        });
        return command;
    }

    private static IEnumerable<BenchCase<AcceptanceSession>> Cases(AcceptanceRun run, int[] budgets)
    {
        foreach (SamplingOptions sampling in new[]
        {
            new SamplingOptions { Temperature = 0 }, new SamplingOptions { Temperature = 0.6, TopP = 0.9, Seed = 1 },
        })
        {
            foreach (int budget in budgets)
            {
                foreach (DecodingMethod method in new[] { DecodingMethod.SpecExec, DecodingMethod.SpecInfer, DecodingMethod.Chain })
                {
                    // A chain longer than the text is never used to its end.
                    if (method != DecodingMethod.Chain || budget <= run.Tokens)
                    {
                        yield return run.Case(method, budget, sampling);
                    }
                }
            }
        }
    }

    private static List<string> ReadPrompts(FileInfo file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            return [.. document.RootElement.EnumerateArray().Select(e => e.GetString() ?? throw new BenchException($"{file.Name}: a prompt is null."))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BenchException($"{file.Name}: it is no JSON array of texts ({e.Message})", e);
        }
    }
}

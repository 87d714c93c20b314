using System.CommandLine;
using System.Text.Json;
using SpecExecNative.Bench.Reporting;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Tokenization;

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
        var output = new ReportOptions(command);
        command.SetAction(result =>
        {
            string[] texts = [.. ReadPrompts(result.GetValue(prompts)!).Take(result.GetValue(count))];
            if (texts.Length < 2)
            {
                throw new ArgumentException("A standard error needs at least two prompts (--prompts, --count).");
            }

            using CpuDevice device = new();
            using Transformer targetModel = Load(device, result.GetValue(target)!);
            using Transformer draftModel = Load(device, result.GetValue(draft)!);
            var generator = new Generator(
                targetModel,
                draftModel,
                TokenizerLoader.Load(result.GetValue(target)!.FullName),
                TokenizerLoader.Load(result.GetValue(draft)!.FullName));
            var run = new AcceptanceRun(generator, texts, result.GetValue(tokens), result.GetValue(draftTemperature));
            output.Write(result, new Report("acceptance", device.Name, [.. Measure(run, result.GetValue(budgets)!)]));
        });
        return command;
    }

    private static IEnumerable<Measurement> Measure(AcceptanceRun run, int[] budgets)
    {
        foreach (SamplingOptions sampling in new[]
        {
            new SamplingOptions { Temperature = 0 }, new SamplingOptions { Temperature = 0.6, TopP = 0.9, Seed = 1 },
        })
        {
            foreach (int budget in budgets)
            {
                foreach (DecodingMethod method in new[] { DecodingMethod.SpecExec, DecodingMethod.Chain })
                {
                    // A chain longer than the text is never used to its end.
                    if (method == DecodingMethod.SpecExec || budget <= run.Tokens)
                    {
                        yield return run.Measure(method, budget, sampling);
                    }
                }
            }
        }
    }

    private static Transformer Load(CpuDevice device, DirectoryInfo folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder.FullName);
        return Transformer.Load(checkpoint, device, new TransformerOptions());
    }

    private static List<string> ReadPrompts(FileInfo file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetString()!)];
    }
}

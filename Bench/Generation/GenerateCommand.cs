using System.CommandLine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Generation;

/// <summary>
/// <c>generate</c>: texts of a pair by method, temperature and budget: tokens per pass of the target, speed, and the speed-up over decoding
/// without a draft on the same machine.
/// </summary>
internal static class GenerateCommand
{
    private static readonly Dictionary<string, DecodingMethod> Methods = new()
    {
        ["specexec"] = DecodingMethod.SpecExec,
        ["specinfer"] = DecodingMethod.SpecInfer,
        ["chain"] = DecodingMethod.Chain,
        ["none"] = DecodingMethod.None,
    };

    public static Command Create()
    {
        Option<FileInfo?> prompts = new("--prompts") { Description = "JSON file of prompts: texts, [number, text] pairs, or objects with prompt, text or turns. Default: the set that comes along.", HelpName = "FILE" };
        Option<string[]> methods = new("--methods") { Description = $"Methods: {string.Join(", ", Methods.Keys)}.", DefaultValueFactory = _ => [.. Methods.Keys], AllowMultipleArgumentsPerToken = true };
        methods.AcceptOnlyFromAmong([.. Methods.Keys]);
        Option<string> budgets = new("--budgets") { Description = "Tree budgets, and lengths of chains: numbers, or FIRST..LAST with x2 or +N.", DefaultValueFactory = _ => "16..1024x4" };
        Option<double[]> temperatures = new("--temps") { Description = "Temperatures.", DefaultValueFactory = _ => [0, 0.6], AllowMultipleArgumentsPerToken = true };
        Option<double> topP = new("--top-p") { Description = "Top-p, where the temperature is not 0.", DefaultValueFactory = _ => 0.9 };
        Option<string[]> draftTemperatures = new("--draft-temp") { Description = "Temperatures at which specexec ranks drafted tokens; auto: learnt from what becomes of them. specinfer samples drafted tokens as the target is sampled.", DefaultValueFactory = _ => ["1", "auto"], AllowMultipleArgumentsPerToken = true };
        Option<int> count = new("--count") { Description = "Prompts to use at most.", DefaultValueFactory = _ => int.MaxValue };
        Option<int> tokens = new("--tokens", "-n") { Description = "Tokens of each text; the model's end of text does not end it.", DefaultValueFactory = _ => 256 };
        Option<int> seed = new("--seed") { Description = "Of the first text; each further one has the next.", DefaultValueFactory = _ => 1 };
        seed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--seed must be 0 or more.");
            }
        });
        Command command = new("generate", "Measure a pair's tokens per pass and speed by method, temperature and budget.")
        {
            prompts, methods, budgets, temperatures, topP, draftTemperatures, count, tokens, seed,
        };
        var pair = new PairOptions(command, isRequired: true);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            TextWriting writer = TextWriting.Of(result.GetValue(prompts), result.GetValue(count), result.GetValue(tokens));
            int[] sizes = NumberRange.Parse("--budgets", result.GetValue(budgets)!);
            string[] names = [.. result.GetValue(methods)!.Distinct()];
            double?[] heats = [.. result.GetValue(draftTemperatures)!.Select(TextWriting.ReadDraftTemperature).Distinct()];
            SamplingOptions[] samplings = [.. result.GetValue(temperatures)!.Select(t => TextWriting.SamplingFor(t, result.GetValue(topP), result.GetValue(seed)))];
            PairRequest request = pair.Read(result, sizes.Max());
            BenchCase<PairSession>[] cases = [.. Cases(writer, names, sizes, samplings, heats)];
            if (cases.Length == 0)
            {
                throw new BenchException($"No chain of --budgets is within the {writer.Tokens} tokens of a text (--tokens).");
            }

            return run.Execute(result, new BenchPlan<PairSession>(
                "generate",
                [
                    .. pair.Settings(result), .. writer.Settings, new("seed", $"{result.GetValue(seed)}"),
                ],
                (_, note) =>
                {
                    if (names.Any(name => Methods[name] == DecodingMethod.Chain) && sizes[^1] > writer.Tokens)
                    {
                        note($"chains longer than the {writer.Tokens} tokens of a text (--tokens) are left out: they would never be used to their end");
                    }

                    return new PairSession(request, note);
                },
                cases));
        });
        return command;
    }

    private static IEnumerable<BenchCase<PairSession>> Cases(TextWriting writer, string[] methods, int[] budgets, SamplingOptions[] samplings, double?[] draftTemperatures)
    {
        foreach (SamplingOptions sampling in samplings)
        {
            foreach (string method in methods)
            {
                if (Methods[method] == DecodingMethod.None)
                {
                    yield return writer.Case(method, Methods[method], 0, sampling, 1);
                    continue;
                }

                foreach (double? heat in Methods[method] == DecodingMethod.SpecExec ? draftTemperatures : [1])
                {
                    foreach (int budget in budgets.Where(k => Methods[method] != DecodingMethod.Chain || k <= writer.Tokens))
                    {
                        yield return writer.Case(method, Methods[method], budget, sampling, heat);
                    }
                }
            }
        }
    }
}

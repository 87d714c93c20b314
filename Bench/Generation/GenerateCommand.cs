using System.CommandLine;
using System.Globalization;
using SpecExecNative.Bench.Machine;
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
            FileInfo? file = result.GetValue(prompts);
            IReadOnlyList<string> set = file is null ? PromptSet.BuiltIn : PromptSet.Read(file);
            string[] texts = [.. set.Take(result.GetValue(count))];
            if (texts.Length < 1 || result.GetValue(tokens) < 2)
            {
                throw new BenchException("There must be a prompt (--count) and two tokens to write (--tokens).");
            }

            int[] sizes = NumberRange.Parse("--budgets", result.GetValue(budgets)!);
            var writer = new TextWriting(texts, result.GetValue(tokens));
            double?[] heats = [.. result.GetValue(draftTemperatures)!.Select(TextWriting.ReadDraftTemperature).Distinct()];
            SamplingOptions[] samplings = [.. result.GetValue(temperatures)!.Select(t => SamplingFor(t, result.GetValue(topP), result.GetValue(seed)))];
            PairRequest request = pair.Read(result, sizes.Max());
            BenchCase<PairSession>[] cases = [.. Cases(writer, [.. result.GetValue(methods)!.Distinct()], sizes, samplings, heats)];
            if (cases.Length == 0)
            {
                throw new BenchException($"No chain of --budgets is within the {writer.Tokens} tokens of a text (--tokens).");
            }

            return run.Execute(result, new BenchPlan<PairSession>(
                "generate",
                [
                    .. pair.Settings(result), new("prompts", $"{texts.Length} of {(file is null ? PromptSet.BuiltInName : InputName.OfFile(file.FullName))}"),
                    new("tokens", $"{writer.Tokens}"), new("seed", $"{result.GetValue(seed)}"),
                ],
                (_, note) => new PairSession(request, note),
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

                // A chain longer than the text is never used to its end.
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

    private static SamplingOptions SamplingFor(double temperature, double topP, int seed)
    {
        var sampling = new SamplingOptions { Temperature = temperature, TopP = temperature == 0 ? 1 : topP, Seed = (ulong)seed };
        try
        {
            sampling.Validate();
            return sampling;
        }
        catch (Engine.OptionException e)
        {
            throw new BenchException(string.Create(CultureInfo.InvariantCulture, $"{e.Option} must be {e.Requirement}; {e.Value} was given."), e);
        }
    }
}

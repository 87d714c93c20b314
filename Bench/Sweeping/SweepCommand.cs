using System.CommandLine;
using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>
/// <c>sweep</c>: tree budget against the rate of the link. On simulated cards, with acceptance as published or as measured in this very run
/// on a real pair; or on a real card, whose link is held back.
/// </summary>
internal static class SweepCommand
{
    private const int GroupSize = 128; // of 4-bit weights
    private const double TopP = 0.9;

    public static Command Create()
    {
        Option<string> budgets = new("--budgets") { Description = "Tree budgets: numbers, or FIRST..LAST with x2 or +N.", DefaultValueFactory = _ => "16..4096x2" };
        Option<string> links = new("--links") { Description = "Rates of the link in GB/s.", DefaultValueFactory = _ => "3,6,12.5,25,50" };
        Option<string[]> gpus = new("--gpu") { Description = $"Simulated cards: {string.Join(", ", SimulatedCards.BuiltIn.Select(c => c.Name))}.", DefaultValueFactory = _ => ["RTX 4090"], AllowMultipleArgumentsPerToken = true };
        Option<string> config = new("--config") { Description = "config.json of the target on simulated cards.", DefaultValueFactory = _ => Path.Combine("Bench", "configs", "llama-2-70b.json") };
        Option<string> draftConfig = new("--draft-config") { Description = "The same of the draft.", DefaultValueFactory = _ => Path.Combine("Bench", "configs", "llama-2-7b.json") };
        Option<int[]> bits = new("--bits") { Description = "Bits of the target's layers: 4, 16 or both.", DefaultValueFactory = _ => [4], AllowMultipleArgumentsPerToken = true };
        Option<int> draftBits = new("--draft-bits") { Description = "The same of the draft.", DefaultValueFactory = _ => 4 };
        Option<string> acceptance = new("--acceptance") { Description = $"Which drafted tokens are accepted, unless a pair is measured: {string.Join(", ", PublishedAcceptance.Names)}.", DefaultValueFactory = _ => "mtbench-7b" };
        acceptance.AcceptOnlyFromAmong([.. PublishedAcceptance.Names]);
        Option<FileInfo?> prompts = new("--prompts") { Description = "Prompts for the pair that is measured (see generate).", HelpName = "FILE" };
        Option<int> count = new("--count") { Description = "Prompts to use at most.", DefaultValueFactory = _ => int.MaxValue };
        Option<int> tokens = new("--tokens", "-n") { Description = "Tokens of each text of the pair that is measured.", DefaultValueFactory = _ => 256 };
        Option<double> temperature = new("--temp") { Description = $"Its temperature (top-p {TopP} where it is not 0).", DefaultValueFactory = _ => 0.6 };
        Option<string> draftTemperature = new("--draft-temp") { Description = "Its draft's temperature. auto: it is learnt.", DefaultValueFactory = _ => "1" };
        Option<int> iterations = new("--iterations") { Description = "Iterations that a forecast is the mean of.", DefaultValueFactory = _ => 32 };
        Command command = new("sweep", "Tree budget against the rate of the link: speed, the best budget for each link, and where computing overtakes the stream.")
        {
            budgets, links, gpus, config, draftConfig, bits, draftBits, acceptance, prompts, count, tokens, temperature, draftTemperature, iterations,
        };
        var pair = new PairOptions(command, isRequired: false);
        var run = new RunOptions(command);
        command.SetAction(result =>
        {
            int[] sizes = NumberRange.Parse("--budgets", result.GetValue(budgets)!);
            double[] rates = NumberRange.ParseFractions("--links", result.GetValue(links)!, "GB/s");
            bool isMeasured = pair.IsGiven(result);
            bool isOnCard = pair.IsCard(result);
            if (!isMeasured && isOnCard)
            {
                throw new BenchException("--device needs a pair to measure there: --model and --model-draft.");
            }

            RefuseIf(!isMeasured, "without a pair that is measured (--model, --model-draft)", [prompts, count, tokens, temperature, draftTemperature, .. pair.Details]);
            RefuseIf(isMeasured, "where acceptance is measured", [acceptance]);
            RefuseIf(isOnCard, "on a card that is here", [gpus, config, draftConfig, bits, draftBits, iterations]);
            TextWriting? writing = isMeasured ? TextWriting.Of(result.GetValue(prompts), result.GetValue(count), result.GetValue(tokens)) : null;
            double? draftHeat = TextWriting.ReadDraftTemperature(result.GetValue(draftTemperature)!);
            SamplingOptions sampling = TextWriting.SamplingFor(result.GetValue(temperature), TopP, seed: 1);
            List<Parameter> settings = [new("budgets", string.Join(' ', sizes)), new("links, GB/s", string.Join(' ', rates.Select(Text)))];
            if (writing is not null)
            {
                settings.AddRange(pair.Settings(result));
                settings.AddRange([
                    .. writing.Settings,
                    new("temperature", TextWriting.SettingOf(sampling)), new("draft temperature", TextWriting.DraftTemperatureText(draftHeat)),
                ]);
            }

            SimulatedCard[] cards = [.. result.GetValue(gpus)!.Distinct().Select(Card)];
            if (isOnCard)
            {
                (string target, string draft) = pair.Titles(result);
                PairRequest request = pair.Read(result, sizes.Max());
                var sweep = new CardSweep(request, writing!, sampling, draftHeat, sizes, target, draft);
                return run.Execute(result, new BenchPlan<CardSweepSession>("sweep", settings, (_, note) => new CardSweepSession(request, note), [.. rates.Select(sweep.Case)]));
            }

            (string targetFile, string draftFile) = (RequireFile("--config", result.GetValue(config)!), RequireFile("--draft-config", result.GetValue(draftConfig)!));
            (WeightCatalog Target, int Bits)[] targets = [.. result.GetValue(bits)!.Distinct().Select(size => (Model(targetFile, size), size))];
            settings.AddRange([
                new("target", InputName.OfFile(targetFile)), new("draft of the forecast", InputName.OfFile(draftFile)),
                new("draft bits", $"{result.GetValue(draftBits)}"), new("iterations", $"{result.GetValue(iterations)}"),
                new("acceptance", isMeasured ? "measured" : result.GetValue(acceptance)!),
            ]);
            PairRequest? measured = isMeasured ? pair.Read(result, sizes.Max()) : null;
            var forecast = new SimulatedSweep(sizes, Model(draftFile, result.GetValue(draftBits)), Title(draftFile, result.GetValue(draftBits)), result.GetValue(iterations));
            return run.Execute(result, new BenchPlan<SweepSession>(
                "sweep",
                settings,
                (cancellation, note) => measured is null
                    ? new SweepSession(new SweptAcceptance(PublishedAcceptance.Find(result.GetValue(acceptance)!)!, Origin.Published))
                    : SweepSession.Measure(new PairSession(measured, note), writing!, sampling, draftHeat, sizes, cancellation),
                [
                    .. measured is null ? [] : sizes[..^1].Select(k => DirectRun.Case(writing!, sampling, draftHeat, k)),
                    .. from card in cards from target in targets from rate in rates select forecast.Case(card, target.Target, Title(targetFile, target.Bits), rate),
                ]));

            // What has no effect is better refused than passed over.
            void RefuseIf(bool isSo, string when, Option[] options)
            {
                if (isSo && options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } given)
                {
                    throw new BenchException($"{given.Name} has no effect {when}.");
                }
            }
        });
        return command;
    }

    /// <summary>A number as tables have it.</summary>
    internal static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string RequireFile(string option, string file) => File.Exists(file)
        ? file
        : throw new BenchException($"{option}: there is no file {file} here. The configurations that come along lie in Bench/configs of the repository.");

    private static SimulatedCard Card(string name) => SimulatedCards.Find(SimulatedCards.BuiltIn, name)
        ?? throw new BenchException($"--gpu must be one of {string.Join(", ", SimulatedCards.BuiltIn.Select(c => c.Name))}; {name} was given.");

    private static string Title(string config, int bits) => $"{Path.GetFileNameWithoutExtension(config)}, {bits} bits";

    private static WeightCatalog Model(string config, int bits) => bits is 4 or 16
        ? WeightCatalog.Generated(ModelConfigReader.Read(config) with { Quantization = null }, config, bits == 4 ? new Int4Groups(GroupSize, HasZeros: false) : null)
        : throw new BenchException($"Bits must be 4 or 16; {bits} was given.");
}

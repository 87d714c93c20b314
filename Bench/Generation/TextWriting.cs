using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Generation;

/// <summary>Writes a text for each prompt, and makes rows of what that took and brought.</summary>
/// <param name="Prompts">Texts to continue.</param>
/// <param name="Tokens">Tokens of each continuation.</param>
internal sealed record TextWriting(IReadOnlyList<string> Prompts, int Tokens)
{
    private static readonly int[] Depths = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

    /// <summary>Continuations of a file's prompts, or of those that come along.</summary>
    /// <param name="file">Null: those that come along.</param>
    /// <param name="count">Prompts at most.</param>
    /// <param name="tokens">Of each text.</param>
    /// <exception cref="BenchException">There is no such file, or nothing to write.</exception>
    public static TextWriting Of(FileInfo? file, int count, int tokens)
    {
        string[] texts = [.. (file is null ? PromptSet.BuiltIn : PromptSet.Read(file)).Take(count)];
        return texts.Length > 0 && tokens >= 2
            ? new TextWriting(texts, tokens) { Source = file is null ? PromptSet.BuiltInName : InputName.OfFile(file.FullName) }
            : throw new BenchException("There must be a prompt (--count) and two tokens to write (--tokens).");
    }

    /// <summary>How the first text is sampled.</summary>
    /// <param name="temperature">Its temperature.</param>
    /// <param name="topP">Where the temperature is not 0.</param>
    /// <param name="seed">Its seed.</param>
    /// <exception cref="BenchException">A value makes no sense.</exception>
    public static SamplingOptions SamplingFor(double temperature, double topP, int seed)
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

    /// <summary>Where the prompts are from, as reports have it.</summary>
    public string Source { get; private init; } = PromptSet.BuiltInName;

    /// <summary>What reports say of the texts.</summary>
    public IEnumerable<Parameter> Settings => [new("prompts", $"{Prompts.Count} of {Source}"), new("tokens", $"{Tokens}")];

    /// <summary>All texts with one method and budget.</summary>
    public BenchCase<PairSession> Case(string name, DecodingMethod method, int budget, SamplingOptions sampling, double? draftTemperature)
    {
        Parameter[] parameters =
        [
            new("temperature", SettingOf(sampling)),
            new("draft temperature", method switch { DecodingMethod.SpecExec => DraftTemperatureText(draftTemperature), DecodingMethod.SpecInfer => "the target's", _ => "1" }),
            new("method", name),
            new("K", $"{budget}"),
        ];
        return new BenchCase<PairSession>(
            string.Join(", ", parameters.Select(p => $"{p.Name} {p.Value}")),
            (session, cancellation) => Rows(session, parameters, method, budget, sampling, draftTemperature, cancellation));
    }

    /// <summary>As tables have it.</summary>
    public static string SettingOf(SamplingOptions sampling)
        => sampling.Temperature == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{sampling.Temperature}, top-p {sampling.TopP}");

    /// <summary>As tables have it.</summary>
    public static string DraftTemperatureText(double? temperature) => temperature?.ToString(CultureInfo.InvariantCulture) ?? "learnt";

    /// <summary>A number, or auto.</summary>
    /// <returns>Null: it is learnt.</returns>
    /// <exception cref="BenchException">It is neither.</exception>
    public static double? ReadDraftTemperature(string text) => text == "auto" ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0 ? value
        : throw new BenchException($"--draft-temp must be a positive number or auto; {text} was given.");

    /// <summary>Writes all texts.</summary>
    /// <param name="session">The pair.</param>
    /// <param name="method">The method.</param>
    /// <param name="budget">K; without effect on plain decoding.</param>
    /// <param name="sampling">Of the first text; each further one has the next seed.</param>
    /// <param name="draftTemperature">Temperature at which drafted tokens are ranked; null: it is learnt.</param>
    /// <param name="onPass">Told of each pass that its text's length does not cut short; null: nobody is.</param>
    /// <param name="cancellation">Between or in passes.</param>
    public Texts Write(PairSession session, DecodingMethod method, int budget, SamplingOptions sampling, double? draftTemperature, Action<GenerationStep>? onPass, CancellationToken cancellation)
    {
        GenerationOptions OptionsFor(int text) => new()
        {
            Method = method,
            MaxTokens = Tokens,
            IgnoreEndOfText = true,
            Sampling = sampling with { Seed = sampling.Seed + (ulong)text },
            Tree = session.TreeFor(Math.Max(1, budget)) with { DraftTemperature = draftTemperature ?? 1, LearnsDraftTemperature = draftTemperature is null },
        };

        WarmUp(session, OptionsFor(0), cancellation);
        var texts = new Texts();
        foreach (string prompt in Prompts)
        {
            GenerationRun run = session.Generator.Start(Encode(session, prompt), OptionsFor(texts.Written));
            IReadOnlyList<GenerationStep> steps = Task.Run(() => run.CompleteAsync(cancellation), cancellation).GetAwaiter().GetResult();
            foreach (GenerationStep step in steps.Take(Math.Max(1, steps.Count - 1)))
            {
                onPass?.Invoke(step);
            }

            texts.Add(run.Statistics);
        }

        return texts;
    }

    private List<Row> Rows(PairSession session, Parameter[] parameters, DecodingMethod method, int budget, SamplingOptions sampling, double? draftTemperature, CancellationToken cancellation)
    {
        Texts plain = session.Plain(SettingOf(sampling), () => Write(session, DecodingMethod.None, 0, sampling, 1, null, cancellation));
        Texts written = method == DecodingMethod.None ? plain : Write(session, method, budget, sampling, draftTemperature, null, cancellation);
        List<Row> rows =
        [
            new Row("acceptance", parameters, [
                new Figure("tokens per pass", written.TokensPerPass, "tokens/pass") { Samples = written.Written },
                new Figure("± 95 %", written.Uncertainty, "tokens/pass") { Samples = written.Written },
                written.Speed.Figure("speed", "tokens/s").Against("none", plain.Speed.Median),
                written.Seconds("draft", i => i.Draft),
                written.Seconds("verify", i => i.Verify),
                written.Seconds("walk", i => i.Walk),
                written.Count("depth", i => i.TreeDepth),
                written.Count("draft steps", i => i.DraftSteps),
                written.Count("drafted", i => i.TreeNodes),
                written.Count("accepted", i => i.Accepted),
                written.PromptSpeed.Figure("prompt", "tokens/s"),
            ]),
        ];
        if (method != DecodingMethod.None)
        {
            rows.Add(new Row("passes that accept at least so many", parameters, [.. Depths.Select(depth => new Figure($"{depth}", written.ShareReaching(depth), ""))]));
        }

        return rows;
    }

    /// <summary>The first passes of a shape compile code and fill caches; they are nobody's figures.</summary>
    private void WarmUp(PairSession session, GenerationOptions options, CancellationToken cancellation)
    {
        const int WarmUpTokens = 16;
        GenerationRun run = session.Generator.Start(Encode(session, Prompts[0]), options with { MaxTokens = Math.Min(WarmUpTokens, Tokens) });
        Task.Run(() => run.CompleteAsync(cancellation), cancellation).GetAwaiter().GetResult();
    }

    /// <summary>A prompt that leaves no room for the text loses its beginning.</summary>
    private List<int> Encode(PairSession session, string prompt)
    {
        IReadOnlyList<int> tokens = session.HasTokenizer ? session.Generator.Encode(prompt) : [.. prompt.Select(letter => letter % session.Generator.Vocabulary)];
        int room = session.Generator.ContextLength - Tokens;
        return room < 1
            ? throw new BenchException($"{Tokens} tokens (--tokens) do not fit into the context of {session.Generator.ContextLength} beside a prompt (--ctx-size).")
            : [.. tokens.Skip(Math.Max(0, tokens.Count - room))];
    }
}

using System.Text;
using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Prompts;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Commands;

/// <summary>A prompt, loaded models and complete options: ready to generate, once or several times.</summary>
internal sealed class GenerationJob : IDisposable
{
    private readonly ModelSession _session;
    private readonly CommandContext _context;

    private GenerationJob(ModelSession session, IReadOnlyList<int> prompt, GenerationOptions options, CommandContext context)
    {
        _session = session;
        _context = context;
        Prompt = prompt;
        Options = options;
    }

    public ModelSession Session => _session;

    /// <summary>Token ids.</summary>
    public IReadOnlyList<int> Prompt { get; }

    public GenerationOptions Options { get; }

    /// <summary>Reads the prompt, loads the models and completes the options with the model's recommendations.</summary>
    public static async Task<GenerationJob> OpenAsync(
        GenerationRequest request, CommandContext context, CancellationToken cancellation)
    {
        string prompt = await PromptReader.ReadAsync(request.Prompt, request.Models.IsDemoPair, context, cancellation).ConfigureAwait(false);
        ModelSession session = await ModelSession.OpenAsync(request.Models, request.Options.EffectiveTree, request.TreeForStreaming, context, cancellation).ConfigureAwait(false);
        try
        {
            if (!request.IsMethodChosen && request.Options.Method is DecodingMethod.None)
            {
                context.Notices.Say("no --model-draft given; decoding one token at a time");
            }

            GenerationOptions options = request.Options with
            {
                Sampling = request.Sampling.Resolve(session.Target.Generation),
                Tree = session.Tree is { ChoosesBudget: true } chosen ? chosen : request.Options.Tree,
                IgnoreEndOfText = request.Options.IgnoreEndOfText || session.Target.Tokenizer is null,
            };
            context.Notices.Detail($"seed: {options.Sampling.Seed}");
            return new GenerationJob(session, session.Encode(prompt), options, context);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Generates a text.</summary>
    /// <param name="options">Usually <see cref="Options"/>, or a variation of it.</param>
    /// <param name="onStep">Told each step; false ends the generation there.</param>
    /// <param name="cancellation">Ends it with what there is so far: a cancelled text is a result, not an exception.</param>
    public async Task<GenerationResult> RunAsync(
        GenerationOptions options, Func<GenerationStep, bool> onStep, CancellationToken cancellation)
    {
        GenerationRun run = _session.Generator.Start(Prompt, options);
        List<int> tokens = [];
        StringBuilder text = new();
        IAsyncEnumerator<GenerationStep> steps = run.GetAsyncEnumerator(cancellation);
        try
        {
            await using (steps.ConfigureAwait(false))
            {
                // The prompt is computed before the first step comes.
                bool goesOn = await PrefillStatus.ShowAsync(_context.Notices, Prompt.Count, steps.MoveNextAsync).ConfigureAwait(false);
                while (goesOn)
                {
                    tokens.AddRange(steps.Current.TokenIds);
                    text.Append(steps.Current.Text);
                    goesOn = onStep(steps.Current) && await steps.MoveNextAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }

        return new GenerationResult(options, tokens, text.ToString(), run.Statistics, run.PlainDecoding, run.Finish) { Timespans = run.Timespans };
    }

    public void Dispose() => _session.Dispose();
}

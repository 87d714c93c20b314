using System.CommandLine;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Cli.Options;

/// <summary>Everything that the commands which generate text have in common.</summary>
internal sealed class GenerationCliOptions
{
    private readonly ModelCliOptions _models = new();
    private readonly PromptCliOptions _prompt = new();
    private readonly TextCliOptions _text = new();
    private readonly SamplingCliOptions _sampling = new();
    private readonly TreeCliOptions _tree = new();

    public void AddTo(Command command)
    {
        _models.AddTo(command);
        _prompt.AddTo(command);
        _text.AddTo(command);
        _sampling.AddTo(command);
        _tree.AddTo(command);
    }

    /// <summary>Reads and checks all of it, before any model is touched.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="host">The world around it.</param>
    /// <param name="needsDraft">The command makes no sense without speculation.</param>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public GenerationRequest Read(ParseResult arguments, CliHost host, bool needsDraft)
    {
        ModelRequest models = _models.Read(arguments, host);
        DecodingMethod? chosen = _text.ReadMethod(arguments);
        bool hasDraft = models.Draft is not null;
        if (needsDraft && chosen is DecodingMethod.None)
        {
            throw new UsageException("--method none has nothing to show here: this command is about speculation.");
        }

        if (!hasDraft && (needsDraft || chosen is not (null or DecodingMethod.None)))
        {
            throw new UsageException("Speculation needs a draft model: give --model-draft.");
        }

        DecodingMethod method = chosen ?? (hasDraft ? DecodingMethod.SpecExec : DecodingMethod.None);
        TreeOptions tree = _tree.Read(arguments);
        if (tree.ChoosesBudget && method is DecodingMethod.Chain)
        {
            throw new UsageException("--tree-budget auto is for trees; with --method chain it must be the chain's length.");
        }

        if (method is DecodingMethod.SpecInfer)
        {
            RequireSampledTree(tree);
        }

        return new GenerationRequest(
            method is DecodingMethod.None ? models with { Draft = null } : models,
            _prompt.Read(arguments),
            _sampling.Read(arguments),
            _text.Read(arguments) with { Method = method, Tree = tree },
            IsMethodChosen: chosen is not null)
        {
            TreeForStreaming = method is DecodingMethod.SpecExec ? _tree.ReadForStreaming(arguments) : null,
        };
    }

    /// <summary>What the engine refuses, too, told before any model is loaded.</summary>
    private static void RequireSampledTree(TreeOptions tree)
    {
        if (tree.ChoosesBudget)
        {
            throw new UsageException("--tree-budget auto is for --method specexec: what more nodes would bring is learnt from its trees. With --method specinfer give a number.");
        }

        if (!double.IsNegativeInfinity(tree.MinLogProbability))
        {
            throw new UsageException("--tree-min-logprob cannot go with --method specinfer: to leave out what was sampled would change the text's distribution.");
        }
    }
}

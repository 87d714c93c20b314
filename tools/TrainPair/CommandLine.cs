using System.CommandLine;
using SpecExecNative.TrainPair.Native;
using SpecExecNative.TrainPair.Pipeline;
using TorchSharp;

namespace SpecExecNative.TrainPair;

/// <summary>
/// The command line: <c>all</c>, and one command per stage, which makes everything up to that stage. With <c>--pair</c>,
/// <c>evaluate</c> and <c>golden</c> measure models that lie elsewhere and train none.
/// </summary>
internal sealed class CommandLine
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Cancelled = 130;

    private readonly RecipeOptions _recipe = new();
    private readonly Option<string> _out = new("--out") { Description = "Folder that the pair is made in", Required = true };
    private readonly Option<string?> _pair = new("--pair") { Description = "Measure the models in this folder instead of training any" };
    private readonly Option<int> _threads = RecipeOptions.MakeCount("--threads", "Threads of libtorch", Environment.ProcessorCount);
    private readonly Option<int> _checkpointEvery =
        RecipeOptions.MakeCount("--checkpoint-every", "Training steps between two checkpoints", 100);

    public static RootCommand Build()
    {
        CommandLine line = new();
        return new RootCommand("Trains the demo pair: from Debian's King James text to a target and a distilled draft.")
        {
            line.Command("all", "Make and measure the pair", [PairStages.Evaluation, PairStages.Golden]),
            line.Command(PairStages.Corpus, "Make the chapters to train on and to hold out", [PairStages.Corpus]),
            line.Command(PairStages.Tokenizer, "... and the byte-level BPE tokenizer", [PairStages.Tokenizer]),
            line.Command(PairStages.Target, "... and the target model", [PairStages.Target]),
            line.Command(PairStages.Teacher, "... and the target's predictions for the draft to learn", [PairStages.Teacher]),
            line.Command(PairStages.Draft, "... and the draft model", [PairStages.Draft]),
            line.Command(PairStages.Evaluation, "Measure the pair into evaluation.md", [PairStages.Evaluation], line._pair),
            line.Command(PairStages.Golden, "Write golden.json, the engine's oracle", [PairStages.Golden], line._pair),
        };
    }

    private Command Command(string name, string description, string[] stages, Option<string?>? pair = null)
    {
        Command command = new(name, description) { _out, _threads, _checkpointEvery };
        foreach (Option option in _recipe.All)
        {
            command.Options.Add(option);
        }

        if (pair is not null)
        {
            command.Options.Add(pair);
        }

        command.SetAction((arguments, cancellation) =>
            Task.FromResult(Guarded(() => Run(arguments, stages, pair is null ? null : arguments.GetValue(pair), cancellation))));
        return command;
    }

    private void Run(ParseResult arguments, string[] names, string? pair, CancellationToken cancellation)
    {
        TorchLibrary.Prepare();
        torch.set_num_threads(arguments.GetValue(_threads));
        Workspace workspace = new(arguments.GetValue(_out)!, pair);
        workspace.RequireGivenPair();
        using IDisposable alone = workspace.Lock();
        PairStages stages = new(_recipe.Read(arguments), workspace, arguments.GetValue(_checkpointEvery));
        new StageRunner(workspace, stages.All()).Make(names, cancellation);
    }

    private static int Guarded(Action run)
    {
        try
        {
            run();
            return Success;
        }
        catch (Exception e) when (e is TrainPairException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return Failure;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped; the same command continues");
            return Cancelled;
        }
    }
}

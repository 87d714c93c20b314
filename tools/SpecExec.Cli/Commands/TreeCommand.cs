using System.CommandLine;
using System.Text;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Cli.TreeDrawing;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Commands;

/// <summary><c>specexec tree</c>: what the draft guessed in one iteration, and what became of it.</summary>
internal static class TreeCommand
{
    public static Command Create(CliHost host)
    {
        var options = new GenerationCliOptions();
        var output = new TreeOutputOptions();
        var command = new Command("tree", "Draw the draft tree of one iteration, with probabilities and the accepted path.");
        options.AddTo(command);
        output.AddTo(command);
        command.SetAction((arguments, cancellation) => RunAsync(
            options.Read(arguments, host, needsDraft: true),
            output.Read(arguments),
            new CommandContext(host, arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        GenerationRequest request, TreeOutput output, CommandContext context, CancellationToken cancellation)
    {
        using GenerationJob job = await GenerationJob.OpenAsync(request, context, cancellation).ConfigureAwait(false);
        int iterations = 0;
        GenerationStep? wanted = null;
        await job.RunAsync(job.Options, Look, cancellation).ConfigureAwait(false);
        if (wanted is null)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new UsageException(
                $"--iteration {output.Iteration}: the text ended after {iterations}. Ask for an earlier one, or raise --n-predict.");
        }

        var labels = new TokenLabels(job.Session.Target.Tokenizer);
        Draw(DrawnTree.Of(iterations, wanted, labels.Of, output.MaxNodes), output, context);
        return (int)ExitCode.Success;

        bool Look(GenerationStep step)
        {
            iterations++;
            wanted = iterations == output.Iteration ? step : null;
            return wanted is null;
        }
    }

    private static void Draw(DrawnTree drawing, TreeOutput output, CommandContext context)
    {
        WriteFile(output.DotFile, file => DotTreeWriter.Write(file, drawing));
        WriteFile(output.SvgFile, file => SvgTreeWriter.Write(file, drawing));
        switch (output.StandardOutput)
        {
            case TreeForm.Dot:
                DotTreeWriter.Write(context.Output, drawing);
                break;
            case TreeForm.Svg:
                SvgTreeWriter.Write(context.Output, drawing);
                break;
            default:
                new TextTreeWriter(context.Output, context.OutputColor).Write(drawing);
                break;
        }

        void WriteFile(string? path, Action<TextWriter> write)
        {
            if (path is null)
            {
                return;
            }

            using (var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                write(file);
            }

            context.Notices.Say($"wrote {path}");
        }
    }
}

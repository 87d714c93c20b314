using System.Diagnostics;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>
/// Runs stages and skips those that are finished. A finished stage leaves a note with the settings that it and
/// all before it had, so that a folder never mixes the results of two recipes.
/// </summary>
internal sealed class StageRunner(Workspace workspace, IReadOnlyList<Stage> stages)
{
    /// <summary>Makes the stages of those names, and first what they build on.</summary>
    /// <exception cref="StageException">A finished stage had other settings.</exception>
    public void Make(IEnumerable<string> names, CancellationToken cancellation)
    {
        foreach (string name in names)
        {
            Make(stages.Single(stage => stage.Name == name), cancellation);
        }
    }

    private void Make(Stage stage, CancellationToken cancellation)
    {
        if (stage.After is not null)
        {
            Make(stage.After, cancellation);
        }

        if (!IsFinished(stage))
        {
            Run(stage, cancellation);
        }

        // Not before the note is there: a process killed in between would train anew what it had just finished.
        File.Delete(workspace.Checkpoint(stage.Name));
    }

    private bool IsFinished(Stage stage)
    {
        string note = workspace.Finished(stage.Name);
        if (!File.Exists(note))
        {
            return false;
        }

        string earlier = File.ReadAllText(note);
        return earlier == stage.Settings ? true : throw new StageException(
            $"'{stage.Name}' in {workspace.Root} was made with other settings; use another --out, or delete {note} to make it anew."
            + $"\nit was made with:\n{earlier}and now is asked for with:\n{stage.Settings}");
    }

    private void Run(Stage stage, CancellationToken cancellation)
    {
        // What builds on this stage, finished or half done, would rest on a result that is about to change.
        foreach (Stage later in stages.Where(other => other.Name != stage.Name && other.RestsOn(stage)))
        {
            File.Delete(workspace.Finished(later.Name));
            File.Delete(workspace.Checkpoint(later.Name));
        }

        Console.Error.WriteLine($"[{stage.Name}]");
        Stopwatch clock = Stopwatch.StartNew();
        stage.Run(cancellation);
        AtomicFile.WriteText(workspace.Finished(stage.Name), stage.Settings);
        Console.Error.WriteLine($"[{stage.Name}] took {clock.Elapsed.TotalSeconds:F1} s");
    }
}

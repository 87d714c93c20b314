using System.Globalization;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// A training run at rest: weights, optimizer, data order and progress in one safetensors file, written atomically.
/// A run that continues from it computes the very same numbers as one that was never interrupted.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="settings">Text that describes everything the run depends on; a checkpoint of another text is refused.</param>
internal sealed class Checkpoint(string path, string settings)
{
    public void Save(AdamW optimizer, BatchOrder order, TrainingProgress progress, double seconds)
    {
        Dictionary<string, string> metadata = new()
        {
            ["settings"] = settings,
            ["step"] = Text(progress.Step),
            ["loss_sum"] = Text(progress.LossSum),
            ["loss_count"] = Text(progress.LossCount),
            ["seconds"] = Text(seconds),
            ["pass_seed"] = Text(order.PassSeed),
            ["dealt"] = Text(order.Dealt),
        };
        SafetensorsFile.Write(path, [.. optimizer.State()], metadata);
    }

    /// <summary>Restores the run if there is a checkpoint.</summary>
    /// <exception cref="StoredTensorsException">The checkpoint is of a run with other settings, or is damaged.</exception>
    public bool TryRestore(AdamW optimizer, BatchOrder order, TrainingProgress progress)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        SafetensorsFile file = SafetensorsFile.Read(path);
        if (file.Metadata("settings") != settings)
        {
            throw new StoredTensorsException(
                path, $"belongs to a run with other settings; delete it or use another --out.\n  it: {file.Metadata("settings")}\n  now: {settings}");
        }

        optimizer.Restore(file);
        order.Restore(Parse<ulong>(file.Metadata("pass_seed")), Parse<int>(file.Metadata("dealt")));
        progress.Step = Parse<int>(file.Metadata("step"));
        progress.LossSum = Parse<double>(file.Metadata("loss_sum"));
        progress.LossCount = Parse<int>(file.Metadata("loss_count"));
        progress.EarlierSeconds = Parse<double>(file.Metadata("seconds"));
        return true;
    }

    /// <summary>Doubles in the form that reads back to the same bits.</summary>
    private static string Text<T>(T value)
        where T : IFormattable
    {
        return value.ToString(null, CultureInfo.InvariantCulture);
    }

    private static T Parse<T>(string text)
        where T : IParsable<T>
    {
        return T.Parse(text, CultureInfo.InvariantCulture);
    }
}

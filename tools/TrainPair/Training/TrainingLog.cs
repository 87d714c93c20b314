namespace SpecExecNative.TrainPair.Training;

/// <summary>The log of a training run: tab-separated rows in a file, echoed to standard error.</summary>
internal sealed class TrainingLog : IDisposable
{
    private const string Header = "step\ttokens\tseconds\tlearning_rate\tmean_loss\tlast_loss\theldout_loss";

    private readonly StreamWriter _file;

    /// <summary>Continues the log of a run that stands at <paramref name="step"/>; rows of steps that will be repeated are dropped.</summary>
    public TrainingLog(string path, int step)
    {
        string[] kept = File.Exists(path)
            ? [.. File.ReadLines(path).Skip(1).Where(row => int.TryParse(row.Split('\t')[0], out int at) && at <= step)]
            : [];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new StreamWriter(path) { AutoFlush = true };
        _file.WriteLine(Header);
        foreach (string row in kept)
        {
            _file.WriteLine(row);
        }
    }

    public void Add(TrainingLogRow row)
    {
        string heldOut = row.HeldOutLoss is double loss ? $"{loss:F4}" : "";
        string line =
            $"{row.Step}\t{row.Tokens}\t{row.Seconds:F1}\t{row.LearningRate:E2}\t{row.MeanLoss:F4}\t{row.LastLoss:R}\t{heldOut}";
        _file.WriteLine(line);
        Console.Error.WriteLine(line);
    }

    public void Dispose()
    {
        _file.Dispose();
    }
}

namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>The folder that a pair is made in: the two models, and under <c>work</c> everything that led to them.</summary>
/// <param name="root">The folder.</param>
/// <param name="givenPair">A folder with models made elsewhere, which are to be measured; null: they are made here.</param>
internal sealed class Workspace(string root, string? givenPair)
{
    public string Root => root;

    /// <summary>Whether the models come from elsewhere and none is to be trained.</summary>
    public bool HasGivenPair => givenPair is not null;

    /// <summary>The folder of the models to measure.</summary>
    public string Pair => givenPair ?? root;

    public string Target => Path.Combine(root, "target");

    public string Draft => Path.Combine(root, "draft");

    public string EvaluationReport => Path.Combine(root, "evaluation.md");

    public string Golden => Path.Combine(root, "golden.json");

    public string MarkedHeldOut => Path.Combine(root, "held-out.txt");

    public string Calibration => Path.Combine(root, "calibration.txt");

    public string TrainingText => Work("train.txt");

    public string HeldOutText => Work("heldout.txt");

    public string TrainingTokens => Work("train.tokens");

    public string HeldOutTokens => Work("heldout.tokens");

    public string Tokenizer => Work("tokenizer");

    public string TeacherCorpus => Work("teacher.corpus.safetensors");

    public string TeacherSampled => Work("teacher.sampled.safetensors");

    /// <summary>Where a stage that trains keeps itself until it is finished.</summary>
    public string Checkpoint(string stage)
    {
        return Work($"{stage}.checkpoint.safetensors");
    }

    public string Log(string model)
    {
        return Work($"{model}.log.tsv");
    }

    /// <summary>The note that a stage is finished, and with which settings.</summary>
    public string Finished(string stage)
    {
        return Work($"{stage}.finished");
    }

    /// <summary>Keeps a second process out of the folder until disposed.</summary>
    /// <exception cref="StageException">Another process is at work there.</exception>
    public IDisposable Lock()
    {
        string path = Work("lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StageException($"another process works in {root} ({e.Message})");
        }
    }

    /// <exception cref="StageException">The pair that was given is not one.</exception>
    public void RequireGivenPair()
    {
        foreach (string model in (string[])["target", "draft"])
        {
            string config = Path.Combine(Pair, model, "config.json");
            if (HasGivenPair && !File.Exists(config))
            {
                throw new StageException($"--pair {Pair} holds no pair: {config} is missing");
            }
        }
    }

    private string Work(string name)
    {
        return Path.Combine(root, "work", name);
    }
}

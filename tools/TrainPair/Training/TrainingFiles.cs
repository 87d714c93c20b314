namespace SpecExecNative.TrainPair.Training;

/// <summary>Where a training run keeps itself, and how often.</summary>
/// <param name="Checkpoint">What a later process continues from.</param>
/// <param name="CheckpointEvery">Steps between two checkpoints.</param>
/// <param name="LogPath">The tab-separated log.</param>
internal sealed record TrainingFiles(Checkpoint Checkpoint, int CheckpointEvery, string LogPath);

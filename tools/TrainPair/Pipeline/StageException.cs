namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>A stage cannot run in this folder.</summary>
internal sealed class StageException(string message) : TrainPairException(message);

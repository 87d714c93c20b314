namespace SpecExecNative.TrainPair.Storage;

/// <summary>A tensor file is damaged, or does not hold what was asked of it.</summary>
internal sealed class StoredTensorsException(string path, string problem) : TrainPairException($"{path}: {problem}");

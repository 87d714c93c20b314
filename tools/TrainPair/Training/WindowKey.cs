namespace SpecExecNative.TrainPair.Training;

/// <summary>Names one training window.</summary>
/// <param name="Set">Which of an objective's data sets.</param>
/// <param name="Index">Offset into a token stream, or number of a window, as the objective defines.</param>
internal readonly record struct WindowKey(int Set, int Index);

namespace SpecExecNative.TrainPair.Training;

/// <summary>Token ids that are not trained on, and the context at which they are measured.</summary>
internal sealed record HeldOutText(int[] Stream, int Context);

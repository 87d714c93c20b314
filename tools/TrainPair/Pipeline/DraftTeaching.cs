namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>What the draft learns from.</summary>
internal enum DraftTeaching
{
    /// <summary>The target's probabilities, on the corpus and on text that the target wrote.</summary>
    Distillation,

    /// <summary>The corpus alone: what distillation is to be compared with.</summary>
    Text,
}

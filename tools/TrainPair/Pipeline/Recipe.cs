using SpecExecNative.TrainPair.Distillation;
using SpecExecNative.TrainPair.Evaluation;
using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;

namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>Every number that the pair depends on. The defaults are those of the shipped pair.</summary>
internal sealed record Recipe
{
    public int VocabularySize { get; init; } = 2048;

    /// <summary>
    /// Tokens a training window, and what config.json states as max_position_embeddings: beyond it the loss rises
    /// by a nat and more, so to promise more would be untrue.
    /// </summary>
    public int Context { get; init; } = 256;

    public Precision Precision { get; init; } = Precision.BFloat16;

    public TrainingSettings TargetTraining { get; init; } = new() { Steps = 3600, LearningRate = 2e-3 };

    public TrainingSettings DraftTraining { get; init; } = new() { Steps = 2200, LearningRate = 3e-3 };

    public DraftTeaching DraftTeaching { get; init; } = DraftTeaching.Distillation;

    public TeacherSettings Teacher { get; init; } = new();

    public EvaluationSettings Evaluation { get; init; } = new();

    public LlamaShape TargetShape => new(
        VocabularySize,
        HiddenSize: 256,
        IntermediateSize: 688,
        Layers: 6,
        QueryHeads: 4,
        KvHeads: 2,
        HeadDim: 64,
        MaxPositions: Context);

    public LlamaShape DraftShape => new(
        VocabularySize,
        HiddenSize: 128,
        IntermediateSize: 344,
        Layers: 2,
        QueryHeads: 4,
        KvHeads: 2,
        HeadDim: 32,
        MaxPositions: Context);
}

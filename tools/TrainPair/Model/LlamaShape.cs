namespace SpecExecNative.TrainPair.Model;

/// <summary>The dimensions of a Llama with tied embeddings: all that tells the target from the draft.</summary>
/// <param name="VocabularySize">Rows of the embedding.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="IntermediateSize">Width of the gated MLP.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="QueryHeads">Attention heads.</param>
/// <param name="KvHeads">Heads of keys and values; each serves <c>QueryHeads / KvHeads</c> query heads.</param>
/// <param name="HeadDim">Width of one head.</param>
/// <param name="MaxPositions">Positions that the config promises.</param>
internal sealed record LlamaShape(
    int VocabularySize,
    int HiddenSize,
    int IntermediateSize,
    int Layers,
    int QueryHeads,
    int KvHeads,
    int HeadDim,
    int MaxPositions)
{
    public const double RopeTheta = 10000;
    public const double RmsNormEpsilon = 1e-5;
}

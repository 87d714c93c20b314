using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Offload;

/// <summary>What a model's passes take of the device's memory beside its weights.</summary>
/// <param name="CacheBytes">Keys and values.</param>
/// <param name="WorkBytes">Activations, logits, tables.</param>
public readonly record struct PassMemory(long CacheBytes, long WorkBytes)
{
    /// <summary>What a target's passes need, and a draft's beside what it took when it was loaded.</summary>
    /// <param name="target">Loaded with these options.</param>
    /// <param name="draft">Null: none.</param>
    /// <param name="device">Where both run.</param>
    /// <param name="options">The target's.</param>
    /// <param name="tree">The largest; null: none.</param>
    /// <exception cref="OptionException">The context is longer than the target's.</exception>
    public static PassMemory OfPair(ModelConfig target, Transformer? draft, ComputeDevice device, TransformerOptions options, TreeOptions? tree)
    {
        PassMemory needs = Of(target, device, options.ResolveContextLength(target), tree?.Budget ?? 0, options.ChunkRows);
        if (draft is null || tree is null)
        {
            return needs;
        }

        PassMemory ofDraft = Of(draft.Config, device, draft.ContextLength, DraftModel.MaxNodesFor(tree), options.ChunkRows);
        long logits = (long)tree.LargestBatch * draft.Config.VocabularySize * sizeof(float);
        return new PassMemory(needs.CacheBytes + ofDraft.CacheBytes, needs.WorkBytes + logits);
    }

    /// <param name="config">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="contextLength">Tokens of the longest text.</param>
    /// <param name="treeNodes">Of the largest tree, and slots for them.</param>
    /// <param name="chunkRows">Rows computed together.</param>
    public static PassMemory Of(ModelConfig config, ComputeDevice device, int contextLength, int treeNodes, int chunkRows)
    {
        long slots = (long)contextLength + treeNodes;
        long layer = DeviceBuffer.Align(2L * config.KvHeads * slots * config.HeadDim * device.KvType.Bytes());
        long queries = (long)config.QueryHeads * config.HeadDim;
        long keys = (long)config.KvHeads * config.HeadDim;
        int element = device.ActivationType.Bytes();
        long row = (element * (config.HiddenSize + (2 * queries) + config.IntermediateSize)) + (sizeof(float) * (queries + (2 * keys)));
        long residual = Math.Max(Math.Max(contextLength, treeNodes + 1), chunkRows) * (long)config.HiddenSize * sizeof(float);
        long logits = (long)config.VocabularySize * sizeof(float);
        long rope = (long)contextLength * config.HeadDim * sizeof(float);
        return new PassMemory(layer * config.Layers, (chunkRows * row) + residual + logits + rope);
    }
}

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>A tensor that a config requires, with its shape.</summary>
internal readonly record struct ExpectedTensor(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>The weight of a module that quantization may replace: a matrix that is multiplied with, not looked up.</summary>
    public bool IsLinear => Shape.Count == 2 && Name != TensorNames.Embedding;

    /// <summary>Every tensor of a model. A tied head is not among them.</summary>
    public static IEnumerable<ExpectedTensor> Of(ModelConfig config)
    {
        long hidden = config.HiddenSize;
        yield return new(TensorNames.Embedding, [config.VocabularySize, hidden]);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach (ExpectedTensor tensor in Attention(config, layer).Concat(Mlp(config, layer)))
            {
                yield return tensor;
            }
        }

        yield return new(TensorNames.FinalNorm, [hidden]);
        if (!config.TieWordEmbeddings)
        {
            yield return new(TensorNames.Head, [config.VocabularySize, hidden]);
        }
    }

    private static IEnumerable<ExpectedTensor> Attention(ModelConfig config, int layer)
    {
        long hidden = config.HiddenSize;
        long queries = (long)config.QueryHeads * config.HeadDim;
        long keys = (long)config.KvHeads * config.HeadDim;
        yield return new(TensorNames.InputNorm(layer), [hidden]);
        yield return new(TensorNames.QueryWeight(layer), [queries, hidden]);
        yield return new(TensorNames.KeyWeight(layer), [keys, hidden]);
        yield return new(TensorNames.ValueWeight(layer), [keys, hidden]);
        if (config.QkvBias)
        {
            yield return new(TensorNames.QueryBias(layer), [queries]);
            yield return new(TensorNames.KeyBias(layer), [keys]);
            yield return new(TensorNames.ValueBias(layer), [keys]);
        }

        if (config.QueryKeyNorm)
        {
            yield return new(TensorNames.QueryNorm(layer), [config.HeadDim]);
            yield return new(TensorNames.KeyNorm(layer), [config.HeadDim]);
        }

        yield return new(TensorNames.OutputWeight(layer), [hidden, queries]);
        if (config.OutputBias)
        {
            yield return new(TensorNames.OutputBias(layer), [hidden]);
        }
    }

    private static IEnumerable<ExpectedTensor> Mlp(ModelConfig config, int layer)
    {
        long hidden = config.HiddenSize;
        long intermediate = config.IntermediateSize;
        yield return new(TensorNames.PostAttentionNorm(layer), [hidden]);
        yield return new(TensorNames.GateWeight(layer), [intermediate, hidden]);
        yield return new(TensorNames.UpWeight(layer), [intermediate, hidden]);
        yield return new(TensorNames.DownWeight(layer), [hidden, intermediate]);
    }
}

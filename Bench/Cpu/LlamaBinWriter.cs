using System.Text;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Cpu;

/// <summary>
/// Writes a Llama checkpoint in the legacy float32 format of karpathy's llama2.c, so that its <c>run</c> can be timed on
/// the very same weights. That program pairs neighbouring elements for RoPE where Hugging Face pairs element i with
/// i + h/2, so rows of q and k are put back in its order.
/// </summary>
internal static class LlamaBinWriter
{
    /// <summary>Writes the weights.</summary>
    public static void WriteModel(Checkpoint checkpoint, int sequenceLength, string path)
    {
        ModelConfig config = checkpoint.Config;
        if (config.Architecture != ModelArchitecture.Llama || config.RopeScaling is not null || config.QkvBias
            || config.QueryHeads * config.HeadDim != config.HiddenSize)
        {
            throw new NotSupportedException("llama2.c knows plain Llama 2 models only.");
        }

        using var writer = new BinaryWriter(File.Create(path));
        int vocabulary = config.TieWordEmbeddings ? config.VocabularySize : -config.VocabularySize;
        foreach (int value in new[]
        {
            config.HiddenSize, config.IntermediateSize, config.Layers, config.QueryHeads, config.KvHeads, vocabulary, sequenceLength,
        })
        {
            writer.Write(value);
        }

        void Tensor(string name) => Write(writer, Floats(checkpoint.Tensors.Get(name)));
        void Layers(Func<int, string> name)
        {
            for (int layer = 0; layer < config.Layers; layer++)
            {
                Tensor(name(layer));
            }
        }

        void RotatedLayers(Func<int, string> name)
        {
            for (int layer = 0; layer < config.Layers; layer++)
            {
                Write(writer, Interleaved(Floats(checkpoint.Tensors.Get(name(layer))), config.HeadDim, config.HiddenSize));
            }
        }

        Tensor(TensorNames.Embedding);
        Layers(TensorNames.InputNorm);
        RotatedLayers(TensorNames.QueryWeight);
        RotatedLayers(TensorNames.KeyWeight);
        Layers(TensorNames.ValueWeight);
        Layers(TensorNames.OutputWeight);
        Layers(TensorNames.PostAttentionNorm);
        Layers(TensorNames.GateWeight);
        Layers(TensorNames.DownWeight);
        Layers(TensorNames.UpWeight);
        Tensor(TensorNames.FinalNorm);
        Write(writer, new float[sequenceLength * config.HeadDim]); // the format's RoPE tables; run.c skips them
        if (!config.TieWordEmbeddings)
        {
            Tensor(TensorNames.Head);
        }
    }

    /// <summary>Writes a tokenizer file with a name for each id: enough to generate from an empty prompt.</summary>
    public static void WriteTokenizer(int vocabulary, string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(16);
        for (int id = 0; id < vocabulary; id++)
        {
            byte[] text = Encoding.ASCII.GetBytes($"[{id}]");
            writer.Write(0f);
            writer.Write(text.Length);
            writer.Write(text);
        }
    }

    private static float[] Floats(CheckpointTensor tensor)
    {
        float[] values = new float[checked((int)tensor.Shape.Aggregate(1L, (a, b) => a * b))];
        tensor.Widen(values);
        return values;
    }

    private static float[] Interleaved(float[] matrix, int headDim, int columns)
    {
        float[] result = new float[matrix.Length];
        for (int row = 0; row < matrix.Length / columns; row++)
        {
            (int head, int i) = Math.DivRem(row, headDim);
            int pair = i % (headDim / 2);
            int place = (head * headDim) + (2 * pair) + (i / (headDim / 2));
            matrix.AsSpan(row * columns, columns).CopyTo(result.AsSpan(place * columns));
        }

        return result;
    }

    private static void Write(BinaryWriter writer, float[] values)
        => writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
}

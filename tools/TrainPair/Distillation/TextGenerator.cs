using SpecExecNative.TrainPair.Model;
using SpecExecNative.TrainPair.Training;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Distillation;

/// <summary>Continues several prompts of one length at once. An end-of-text token does not stop it.</summary>
internal static class TextGenerator
{
    /// <returns>Each prompt with <paramref name="count"/> tokens behind it.</returns>
    public static int[][] Continue(Llama model, int[][] prompts, int count, NextTokenSampler sampler, SplitMix64 random)
    {
        using var noGradient = no_grad();
        int promptLength = prompts[0].Length;
        int vocabulary = model.Shape.VocabularySize;
        int[][] texts = [.. prompts.Select(prompt => (int[])[.. prompt, .. new int[count]])];
        using KvCache cache = new(model.Shape, prompts.Length, promptLength + count);
        for (int length = promptLength; length < promptLength + count; length++)
        {
            using var scope = NewDisposeScope();
            int first = cache.Length;
            Tensor ids = TokenWindow.Ids(texts.SelectMany(text => text[first..length]), texts.Length);
            Tensor positions = arange(first, length, dtype: ScalarType.Int64);
            float[] logits = TensorBytes.ToArray(model.Forward(ids, positions, cache, mask: null, lastOnly: true));
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i][length] = sampler.Sample(logits.AsSpan(i * vocabulary, vocabulary), random);
            }
        }

        return texts;
    }
}

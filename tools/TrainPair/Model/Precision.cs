namespace SpecExecNative.TrainPair.Model;

/// <summary>The dtype in which matrix products are computed. Weights, norms and the optimizer are float32 either way.</summary>
internal enum Precision
{
    Float32,

    /// <summary>About 1.4 to 2 times as fast where the processor has bfloat16 products (AVX512_BF16); slow where it has not.</summary>
    BFloat16,
}

using TorchSharp;
using static TorchSharp.torch;

namespace SpecExecNative.TrainPair.Model;

/// <summary>
/// Rotary position embedding (Su et al. 2021) in Hugging Face's convention: element i is paired with i + headDim / 2,
/// and pair i turns by <c>position * theta^(-2i / headDim)</c>.
/// </summary>
internal sealed class RotaryTables
{
    private static readonly Scalar One = 1.0;
    private static readonly Scalar MinusOne = -1.0;

    private readonly Tensor _cosines;
    private readonly Tensor _sines;

    public RotaryTables(int positions, int headDim)
    {
        int pairs = headDim / 2;
        float[] cosines = new float[positions * pairs];
        float[] sines = new float[positions * pairs];
        for (int position = 0; position < positions; position++)
        {
            for (int pair = 0; pair < pairs; pair++)
            {
                float frequency = (float)(1.0 / Math.Pow(LlamaShape.RopeTheta, 2.0 * pair / headDim));
                float angle = position * frequency;
                cosines[(position * pairs) + pair] = MathF.Cos(angle);
                sines[(position * pairs) + pair] = MathF.Sin(angle);
            }
        }

        using var scope = NewDisposeScope();
        _cosines = tensor(cosines).reshape(positions, pairs).DetachFromDisposeScope();
        _sines = tensor(sines).reshape(positions, pairs).DetachFromDisposeScope();
    }

    /// <summary>Cosines and sines, each [tokens, headDim / 2], of the given positions [tokens].</summary>
    public (Tensor Cosines, Tensor Sines) At(Tensor positions)
    {
        return (_cosines.index_select(0, positions), _sines.index_select(0, positions));
    }

    /// <summary>Turns heads [batch, heads, tokens, headDim].</summary>
    public static Tensor Rotate(Tensor heads, (Tensor Cosines, Tensor Sines) at)
    {
        Tensor[] halves = heads.chunk(2, -1);
        return cat(
            [
                (halves[0] * at.Cosines).add(halves[1] * at.Sines, MinusOne),
                (halves[1] * at.Cosines).add(halves[0] * at.Sines, One),
            ],
            -1);
    }
}

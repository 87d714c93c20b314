using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Cli.Models;

/// <summary>Word of 4-bit weights that two programs may read as different numbers.</summary>
internal static class AmbiguousZeros
{
    public static void Mention(Notices notices, string model, Transformer transformer)
    {
        if (transformer.AmbiguousZeros is [string first, ..] names)
        {
            string others = names.Count == 1 ? "" : $" and {names.Count - 1} other matrices";
            notices.Say($"{model}: '{first}'{others} have zeros stored as 15 in GPTQ's first format, read here as 0, as by most kernels; some programs read 16. If the text makes no sense, quantize anew or take a gptq_v2 checkpoint");
        }
    }
}

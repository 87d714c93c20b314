using SpecExecNative.Cli.Inspection;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Cli.Reports;

/// <summary>A model in a few words.</summary>
internal static class ModelSummary
{
    /// <summary>E.g. <c>Llama, 6 layers, 4.88 M parameters</c>.</summary>
    public static string Of(Checkpoint checkpoint)
    {
        long parameters = checkpoint.Tensors.Names.Sum(name => TensorSummary.Of(checkpoint.Tensors.Get(name)).Parameters);
        return $"{checkpoint.Config.Architecture}, {checkpoint.Config.Layers} layers, {Quantity.Count(parameters)} parameters";
    }
}

using SpecExecNative.Cli.Requests;
using SpecExecNative.Engine.Quantization;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Cli.Reports;

/// <summary>What <c>quantize</c> has made.</summary>
/// <param name="Directory">Full path.</param>
/// <param name="Options">How.</param>
/// <param name="Matrices">Those with 4 bits.</param>
/// <param name="DenseModules">Modules, by their names in a layer, that could not be packed.</param>
/// <param name="Bytes">Of all tensors.</param>
/// <param name="SourceBytes">Of the source's, as far as the model needs them.</param>
internal sealed record QuantizedModel(
    string Directory, QuantizeOptions Options, int Matrices, IReadOnlyList<string> DenseModules, long Bytes, long SourceBytes)
{
    /// <summary>Opens what was written, which is also its test.</summary>
    /// <exception cref="Loaders.ModelFormatException">It is not whole.</exception>
    public static QuantizedModel Of(Checkpoint source, QuantizeRequest request)
    {
        using Checkpoint written = Checkpoint.Open(Path.GetFullPath(request.Output));
        IReadOnlyList<LinearGroup> groups = LinearGroup.Of(source.Config);
        return new QuantizedModel(
            written.Directory,
            request.Options,
            source.Config.Layers * groups.Where(g => g.CanBePacked).Sum(g => g.Modules.Count),
            [.. groups.Where(g => !g.CanBePacked).SelectMany(g => g.Modules)],
            BytesOf(written),
            BytesOf(source));
    }

    private static long BytesOf(Checkpoint model) => model.Tensors.Names.Except(model.UnusedTensors).Sum(name => model.Tensors.Get(name).Bytes);
}

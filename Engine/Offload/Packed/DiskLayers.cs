namespace SpecExecNative.Engine.Offload;

/// <summary>Streamed layers that wait on disk.</summary>
/// <param name="file">Of all layers; owned from here on.</param>
/// <param name="layers">Which of them are streamed.</param>
internal sealed class DiskLayers(PackedLayersFile file, IReadOnlyList<int> layers) : LayerSource
{
    /// <inheritdoc/>
    public override int Count => layers.Count;

    /// <inheritdoc/>
    public override int Alignment => file.Alignment;

    /// <inheritdoc/>
    public override void BeginPass() => file.RequireUnchanged();

    /// <inheritdoc/>
    public override void Read(int layer, long offset, Span<byte> destination) => file.Read(layers[layer], offset, destination);

    protected override void Dispose(bool disposing) => file.Dispose();
}

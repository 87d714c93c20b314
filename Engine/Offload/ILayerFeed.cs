using SpecExecNative.Engine.Tracing;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Brings parts of streamed layers from where they wait to the device, in the order in which they are asked for.</summary>
internal interface ILayerFeed : IDisposable
{
    /// <summary>Layers that wait.</summary>
    int Count { get; }

    /// <summary>Is told of copies; null: nobody is.</summary>
    Timeline? Timeline { get; set; }

    /// <summary>Before a pass: what the layers lie in must still be what it was.</summary>
    /// <exception cref="PackedFileException">It is not.</exception>
    void BeginPass();

    /// <summary>Asks for a copy.</summary>
    /// <param name="layer">Which, counted among the streamed.</param>
    /// <param name="range">Of its blob, and of <paramref name="destination"/>.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="free">Its place there may be overwritten from here on.</param>
    /// <param name="copied">Is recorded behind the copy.</param>
    /// <returns>The request's number.</returns>
    long Request(int layer, ByteRange range, DeviceBuffer destination, DeviceEvent free, DeviceEvent copied);

    /// <summary>Blocks the host until that request's copy has been queued: from then on its event can be waited for.</summary>
    /// <exception cref="PackedFileException">The layer could not be read.</exception>
    void AwaitQueued(long request);

    /// <summary>After a failure: forgets what was asked for, and works again.</summary>
    /// <returns>There was one: nothing that was asked for can be relied on.</returns>
    bool Restart();

    /// <summary>Blocks the host until everything asked for has been queued.</summary>
    void Drain();
}

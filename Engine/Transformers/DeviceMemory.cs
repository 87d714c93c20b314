using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Buffers that live and die together. An allocation that fails frees the ones before it, so a constructor that runs out
/// of memory leaves nothing behind.
/// </summary>
internal sealed class DeviceMemory(ComputeDevice device) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <inheritdoc cref="ComputeDevice.Allocate"/>
    public DeviceBuffer Allocate(long bytes, string purpose) => Own(() => device.Allocate(bytes, purpose));

    /// <inheritdoc cref="ComputeDevice.AllocatePinned"/>
    public PinnedBuffer AllocatePinned(long bytes, string purpose) => Own(() => device.AllocatePinned(bytes, purpose));

    /// <summary>Makes something else share the fate of the buffers.</summary>
    public T Own<T>(Func<T> create)
        where T : IDisposable
    {
        try
        {
            T created = create();
            _owned.Add(created);
            return created;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Does what may fail while the buffers are still nobody's: then they are freed.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The last first; one that fails, as waiting does on a card that is lost, keeps none of the others.</summary>
    public void Dispose()
    {
        if (_owned.Count == 0)
        {
            return;
        }

        IDisposable last = _owned[^1];
        _owned.RemoveAt(_owned.Count - 1);
        try
        {
            last.Dispose();
        }
        finally
        {
            Dispose();
        }
    }
}

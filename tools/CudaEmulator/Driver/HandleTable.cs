using System.Collections.Concurrent;

namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>
/// Opaque handles of live objects. A number is given once in a process's life, so a stale handle (destroyed, or from
/// before a reset) finds nothing instead of a stranger, and a foreign one cannot be mistaken for a pointer.
/// </summary>
internal sealed class HandleTable
{
    // Above the user address range of every platform we run on: never equal to a real pointer.
    private const long Tag = 0x5E00_0000_0000_0000;
    private const int Step = 16;

    private static long _next;

    private readonly ConcurrentDictionary<nint, DriverObject> _live = new();

    internal nint Add(DriverObject item)
    {
        item.Handle = (nint)(Tag + (Interlocked.Increment(ref _next) * Step));
        _live[item.Handle] = item;
        return item.Handle;
    }

    /// <exception cref="CudaFailure">INVALID_HANDLE: null, stale, foreign, or a handle of another kind.</exception>
    internal T Get<T>(nint handle) where T : DriverObject =>
        Find<T>(handle) ?? throw new CudaFailure(CudaResult.InvalidHandle);

    internal T? Find<T>(nint handle) where T : DriverObject =>
        _live.TryGetValue(handle, out DriverObject? item) ? item as T : null;

    internal void Remove(DriverObject item) => _live.TryRemove(item.Handle, out _);

    /// <returns>How many objects were still alive.</returns>
    internal int RemoveAllOf(Context owner)
    {
        DriverObject[] owned = [.. _live.Values.Where(item => item.Owner == owner)];
        foreach (DriverObject item in owned)
        {
            Remove(item);
        }

        return owned.Length;
    }

    internal int Count<T>() where T : DriverObject => _live.Values.Count(item => item is T);
}

using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>A device's primary context: its memory, its queues, and whether it is still usable. Guarded by the gate.</summary>
internal sealed class Context : DriverObject, IDisposable
{
    private readonly WorkSite _site;
    private readonly DeviceMemory _memory = new();
    private readonly Stack<Chain> _freeChains = [];
    private readonly List<CudaStream> _streams = [];
    private readonly List<Capture> _captures = [];
    private int _chains;

    internal Context(DriverState driver, Device device)
        : base(null)
    {
        Driver = driver;
        Device = device;
        Heap = new DeviceHeap(_memory, driver.Settings.VramBytes);
        Pinned = new PinnedMemory(_memory, driver.Settings.PinnedLimitBytes);
        _site = new WorkSite(driver.Settings, driver.Record, _memory, Pinned);
        Scheduler = new Scheduler(driver.Gate, _site, Fail);
        Legacy = new CudaStream(this, NewChain(), isBlocking: true);
        _streams.Add(Legacy);
    }

    internal DriverState Driver { get; }

    internal Device Device { get; }

    internal DeviceHeap Heap { get; }

    internal PinnedMemory Pinned { get; }

    internal Scheduler Scheduler { get; }

    /// <summary>The default stream, handle 0.</summary>
    internal CudaStream Legacy { get; }

    /// <summary>Why the context is lost; null while it is whole.</summary>
    internal Finding? Failure { get; private set; }

    internal IReadOnlyList<Capture> Captures => _captures;

    internal Chain NewChain() => _freeChains.TryPop(out Chain? chain) ? chain : new Chain(_chains++);

    /// <summary>Lets a chain be continued by somebody else.</summary>
    internal void ReturnChain(Chain chain) => _freeChains.Push(chain);

    /// <exception cref="CudaFailure">The context is lost: the status is that of the fault, as on a card.</exception>
    internal void ThrowIfLost()
    {
        if (Failure is not null)
        {
            throw new CudaFailure(Failure.Result, Failure.Text);
        }
    }

    /// <summary>What device code finds at an address: device memory, mapped host memory or a variable.</summary>
    internal DeviceBlock? FindMemory(ulong address) => _memory.Find(address);

    internal void AddStream(CudaStream stream) => _streams.Add(stream);

    internal void RemoveStream(CudaStream stream)
    {
        _streams.Remove(stream);
        ReturnChain(stream.Chain);
    }

    internal void AddCapture(Capture capture) => _captures.Add(capture);

    internal void RemoveCapture(Capture capture)
    {
        capture.End();
        _captures.Remove(capture);
    }

    /// <summary>Queues work: executed in the stream's order, or noted down where the stream is being captured.</summary>
    /// <returns>The operation; null in a capture.</returns>
    internal Operation? Enqueue(CudaStream stream, DeviceWork work)
    {
        if (stream.Capture is { } capture)
        {
            CudaFailure.ThrowIf(capture.IsInvalid, CudaResult.StreamCaptureInvalidated);
            capture.Add(stream, work);
            return null;
        }

        return Append(stream, work);
    }

    /// <summary>Queues an operation after all the stream's own, after what the legacy stream's rule adds, and after
    /// <paramref name="also"/>.</summary>
    internal Operation Append(CudaStream stream, DeviceWork? work, Operation? also = null)
    {
        if (stream == Legacy)
        {
            CaptureRules.RefuseImplicitDependency(this);
            Operation?[] before = [also, .. _streams.Where(other => other.IsBlocking).Select(other => other.Last)];
            return stream.Last = Scheduler.Submit(stream.Chain, work, before);
        }

        Operation? legacy = stream.IsBlocking ? Legacy.Last : null;
        return stream.Last = Scheduler.Submit(stream.Chain, work, stream.Last, legacy, also);
    }

    /// <summary>Memory or a variable is to be freed: a finding where queued work still uses it, which then ends first.</summary>
    internal void ReleaseFromUse(ulong address, long bytes, string what)
    {
        Scheduler.WaitForVisible();
        if (Scheduler.FindUser(address, bytes) is not { } user)
        {
            return;
        }

        if (_site.Checks(DriverChecks.FreeInUse))
        {
            var finding = new Finding("free-in-use", $"{what} at 0x{address:x} is freed while {user.Description} still uses it", CudaResult.LaunchFailed);
            if (_site.Misuse(finding) is not null)
            {
                Fail(finding);
            }
        }

        Scheduler.WaitForAll();
    }

    /// <summary>The context is lost.</summary>
    internal void Fail(Finding finding)
    {
        if (Failure is null)
        {
            Failure = finding;
            Driver.Record.Add(finding);
            Scheduler.Fail();
        }
    }

    internal void Unload(Module module)
    {
        foreach (DeviceBlock block in module.Variables.Values)
        {
            ReleaseFromUse(block.Address, block.Bytes, "a module's variable");
            Scheduler.Forget(block.Address);
            Heap.Free(block);
        }
    }

    /// <summary>Ends its threads and frees its memory. The gate must not be held.</summary>
    public void Dispose()
    {
        Scheduler.Dispose();
        lock (Driver.Gate)
        {
            Heap.Blocks.ToList().ForEach(Heap.Free);
            Pinned.Ranges.ToList().ForEach(Pinned.Release);
        }

        _site.Dispose();
    }
}

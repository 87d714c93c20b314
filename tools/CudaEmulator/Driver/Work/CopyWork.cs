using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>
/// A copy of bytes. Pinned host memory is read and written when the copy runs, not when it is queued; pageable host
/// memory is read when it is queued, as the real driver stages it.
/// </summary>
internal sealed unsafe class CopyWork(CopyDirection direction, ulong destination, ulong source, long bytes) : DeviceWork
{
    private const byte Noise = 0xA5;

    private readonly MemoryAccess[] _footprint =
    [
        new(source, bytes, AccessKind.Read), new(destination, bytes, AccessKind.Write),
    ];

    private byte[]? _staged;
    private ulong? _checksum;

    internal override Engine Engine => direction switch
    {
        CopyDirection.HostToDevice => Engine.Upload,
        CopyDirection.DeviceToHost => Engine.Download,
        _ => Engine.Compute,
    };

    internal override string Description => $"{ShortName} copy of {bytes} bytes from 0x{source:x} to 0x{destination:x}";

    internal override IReadOnlyList<MemoryAccess> Footprint => _footprint;

    private string ShortName => direction switch
    {
        CopyDirection.HostToDevice => "H2D",
        CopyDirection.DeviceToHost => "D2H",
        _ => "D2D",
    };

    internal override void Queued(WorkSite site)
    {
        if (direction == CopyDirection.HostToDevice)
        {
            ReadSource(site);
        }
        else if (direction == CopyDirection.DeviceToHost && site.Checks(DriverChecks.PoisonDownloads)
            && site.Pinned.Find(destination, bytes) is not null && site.FindUser(destination, bytes, null) is null)
        {
            new Span<byte>((void*)destination, checked((int)Math.Min(bytes, int.MaxValue))).Fill(Noise);
        }
    }

    internal override void Execute(WorkSite site)
    {
        Travel(site);
        switch (direction)
        {
            case CopyDirection.HostToDevice:
                Upload(site);
                break;
            case CopyDirection.DeviceToHost:
                Download(site);
                break;
            default:
                CopyOnDevice(site);
                break;
        }

        site.Record.CountWork($"{ShortName} copy", bytes);
    }

    private void ReadSource(WorkSite site)
    {
        if (site.Pinned.Find(source, bytes) is null)
        {
            _staged = GC.AllocateUninitializedArray<byte>(checked((int)bytes));
            new ReadOnlySpan<byte>((void*)source, _staged.Length).CopyTo(_staged);
        }
        else if (site.Checks(DriverChecks.SourceChanged)
            && site.FindUser(source, bytes, static access => access.Kind != AccessKind.Read) is null)
        {
            // Where queued work writes the source, the change is the program's own intent.
            _checksum = SourceChecksum();
        }
    }

    private ulong SourceChecksum()
    {
        ulong sum = 0;
        for (long at = 0; at < bytes; at += int.MaxValue)
        {
            sum = (sum * 31) + Checksum.Of(new ReadOnlySpan<byte>((byte*)source + at, (int)Math.Min(int.MaxValue, bytes - at)));
        }

        return sum;
    }

    private void Upload(WorkSite site)
    {
        DeviceBlock block = site.Require(destination, bytes, Description);
        if (_checksum is { } expected && SourceChecksum() != expected)
        {
            var finding = new Finding("source-changed", $"{Description}: the host has changed the pinned source after the copy was queued and before it ran", CudaResult.LaunchFailed);
            if (site.Misuse(finding) is not null)
            {
                throw new DeviceFault(finding);
            }
        }

        fixed (byte* staged = _staged)
        {
            byte* from = staged is null ? (byte*)source : staged;
            Buffer.MemoryCopy(from, (void*)destination, bytes, bytes);
        }

        block.MarkInitialised((long)(destination - block.Address), bytes);
    }

    private void Download(WorkSite site)
    {
        DeviceBlock block = site.Require(source, bytes, Description);
        if (!block.IsInitialised((long)(source - block.Address), bytes))
        {
            site.Record.Note("downloads that include bytes never written");
        }

        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);
    }

    private void CopyOnDevice(WorkSite site)
    {
        DeviceBlock from = site.Require(source, bytes, Description);
        DeviceBlock to = site.Require(destination, bytes, Description);
        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);
        to.CopyInitialised((long)(destination - to.Address), from, (long)(source - from.Address), bytes);
    }

    private void Travel(WorkSite site)
    {
        long rate = direction switch
        {
            CopyDirection.HostToDevice => site.Settings.HostToDeviceBytesPerSecond,
            CopyDirection.DeviceToHost => site.Settings.DeviceToHostBytesPerSecond,
            _ => 0,
        };
        if (rate > 0)
        {
            site.Cancelled.WaitHandle.WaitOne(TimeSpan.FromSeconds((double)bytes / rate));
            site.Cancelled.ThrowIfCancellationRequested();
        }
    }
}

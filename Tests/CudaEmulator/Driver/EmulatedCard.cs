using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>A driver with the first device's context current on the test's thread, and short words for what tests do.</summary>
internal sealed unsafe class EmulatedCard : IDisposable
{
    /// <summary>Unforced work never starts in a test's lifetime: only what CUDA promises happens.</summary>
    internal const string Late = "schedule=late;patienceMilliseconds=60000";

    internal EmulatedCard(string settings = Late)
    {
        Driver = new DriverState(EmulatorSettings.Parse(settings), isInitialised: true);
        Driver.SetCurrent(ContextCalls.Retain(Driver, 0));
    }

    internal DriverState Driver { get; }

    internal Finding? Finding => Driver.Record.Snapshot().Findings.SingleOrDefault();

    internal static CudaResult Status(Action call) => Assert.Throws<CudaFailure>(() => call())!.Result;

    internal ulong Allocate(int bytes) => MemoryCalls.Allocate(Driver, (nuint)bytes);

    internal nint Pin(int bytes, HostAllocationFlags flags = HostAllocationFlags.None)
    {
        nint address = MemoryCalls.AllocateHost(Driver, (nuint)bytes, flags);
        Host(address, bytes).Clear();
        return address;
    }

    internal nint Stream(uint flags = StreamCalls.NonBlocking) => StreamCalls.Create(Driver, flags);

    internal nint Event(EventFlags flags = EventFlags.DisableTiming) => EventCalls.Create(Driver, flags);

    internal static Span<byte> Host(nint address, int bytes) => new((void*)address, bytes);

    internal void Upload(ulong to, nint from, int bytes, nint stream) =>
        TransferCalls.CopyAsync(Driver, CopyDirection.HostToDevice, to, (ulong)from, (nuint)bytes, stream);

    internal void Download(nint to, ulong from, int bytes, nint stream) =>
        TransferCalls.CopyAsync(Driver, CopyDirection.DeviceToHost, (ulong)to, from, (nuint)bytes, stream);

    internal void Move(ulong to, ulong from, int bytes, nint stream) =>
        TransferCalls.CopyAsync(Driver, CopyDirection.DeviceToDevice, to, from, (nuint)bytes, stream);

    internal void Fill(ulong at, byte value, int bytes, nint stream) =>
        TransferCalls.FillAsync(Driver, at, value, 1, (nuint)bytes, stream);

    internal void Record(nint point, nint stream) => EventCalls.Record(Driver, point, stream);

    internal void Wait(nint stream, nint point) => StreamCalls.WaitEvent(Driver, stream, point, 0);

    internal void Synchronize(nint stream) => StreamCalls.Synchronize(Driver, stream);

    /// <summary>What lies in device memory when all work is done.</summary>
    internal byte[] Read(ulong from, int bytes)
    {
        ContextCalls.Synchronize(Driver);
        byte[] content = new byte[bytes];
        fixed (byte* at = content)
        {
            TransferCalls.Download(Driver, (nint)at, from, (nuint)bytes);
        }

        return content;
    }

    internal long Note(string habit) =>
        Driver.Record.Snapshot().Notes.FirstOrDefault(note => note.Key == habit).Value;

    internal JsonElement Report() => JsonDocument.Parse(DriverReport.Write(Driver)).RootElement;

    internal long Live(string kind) => Report().GetProperty("live").GetProperty(kind).GetInt64();

    public void Dispose() => Driver.Dispose();
}

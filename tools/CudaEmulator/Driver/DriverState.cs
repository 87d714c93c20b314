using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>One driver, from its load (or a reset) to the next reset.</summary>
internal sealed class DriverState : IDisposable
{
    private readonly ThreadLocal<Context?> _current = new();
    private readonly Device[] _devices;

    internal DriverState(EmulatorSettings settings, bool isInitialised = false)
    {
        Settings = settings;
        Record = new DriverRecord(settings);
        _devices = [.. Enumerable.Range(0, settings.DeviceCount).Select(ordinal => new Device(settings, ordinal))];
        IsInitialised = isInitialised;
    }

    /// <summary>Guards everything that is not said to be safe without it.</summary>
    internal object Gate { get; } = new();

    internal EmulatorSettings Settings { get; }

    internal bool IsInitialised { get; private set; }

    internal DriverRecord Record { get; }

    internal HandleTable Handles { get; } = new();

    /// <summary>The contexts that are alive. Needs the gate.</summary>
    internal IEnumerable<Context> Contexts => _devices.Where(device => device.Primary is not null).Select(device => device.Primary!);

    internal int DeviceCount => _devices.Length;

    internal void Initialise(uint flags)
    {
        CudaFailure.ThrowIf(flags != 0, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(Settings.InitResult != CudaResult.Success, Settings.InitResult);
        CudaFailure.ThrowIf(_devices.Length == 0, CudaResult.NoDevice);
        IsInitialised = true;
    }

    /// <exception cref="CudaFailure">NOT_INITIALIZED.</exception>
    internal void RequireInitialised() => CudaFailure.ThrowIf(!IsInitialised, CudaResult.NotInitialized);

    /// <exception cref="CudaFailure">NOT_INITIALIZED or INVALID_DEVICE.</exception>
    internal Device GetDevice(int ordinal)
    {
        RequireInitialised();
        CudaFailure.ThrowIf(ordinal < 0 || ordinal >= _devices.Length, CudaResult.InvalidDevice);
        return _devices[ordinal];
    }

    /// <summary>The calling thread's context, whole or lost.</summary>
    /// <exception cref="CudaFailure">NOT_INITIALIZED, INVALID_CONTEXT, CONTEXT_IS_DESTROYED.</exception>
    internal Context CurrentEvenIfLost()
    {
        RequireInitialised();
        Context context = _current.Value ?? throw new CudaFailure(CudaResult.InvalidContext);
        CudaFailure.ThrowIf(context.Device.Primary != context, CudaResult.ContextIsDestroyed);
        return context;
    }

    /// <summary>The calling thread's context.</summary>
    /// <exception cref="CudaFailure">As <see cref="CurrentEvenIfLost"/>, or the status with which it was lost.</exception>
    internal Context Current()
    {
        Context context = CurrentEvenIfLost();
        context.ThrowIfLost();
        return context;
    }

    internal nint CurrentHandle
    {
        get
        {
            RequireInitialised();
            return _current.Value?.Handle ?? 0;
        }
    }

    /// <param name="handle">0 for none.</param>
    /// <exception cref="CudaFailure">INVALID_CONTEXT.</exception>
    internal void SetCurrent(nint handle)
    {
        RequireInitialised();
        _current.Value = handle == 0 ? null : Handles.Find<Context>(handle) ?? throw new CudaFailure(CudaResult.InvalidContext);
    }

    /// <summary>The newest finding that a status stands for; null where it is an ordinary error.</summary>
    internal string? FindingOf(CudaResult result) =>
        Record.Snapshot().Findings.LastOrDefault(finding => finding.Result == result)?.Text;

    public void Dispose()
    {
        Context[] contexts;
        lock (Gate)
        {
            contexts = [.. Contexts];
            foreach (Context context in contexts)
            {
                context.Device.Primary = null;
                context.Device.Retained = 0;
            }
        }

        foreach (Context context in contexts)
        {
            context.Dispose();
        }

        _current.Dispose();
    }
}

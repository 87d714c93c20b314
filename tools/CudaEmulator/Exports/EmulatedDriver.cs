using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>The one driver that the exported functions speak to.</summary>
internal static class EmulatedDriver
{
    /// <summary>Settings of a driver that nobody has reset: JSON or key=value;key=value.</summary>
    internal const string SettingsVariable = "SPECEXEC_EMULATOR";

    private static readonly Lock Swap = new();
    private static volatile DriverState? _current;

    internal static DriverState Current
    {
        get
        {
            if (_current is { } driver)
            {
                return driver;
            }

            lock (Swap)
            {
                return _current ??= Create(Environment.GetEnvironmentVariable(SettingsVariable), isInitialised: false);
            }
        }
    }

    /// <summary>
    /// Begins anew: everything alive is gone, every count is zero. A driver that was initialised stays so, since programs
    /// call cuInit once in their life.
    /// </summary>
    /// <param name="settings">Null or empty: those of the environment.</param>
    /// <exception cref="SettingsException">The old driver goes on.</exception>
    internal static void Reset(string? settings)
    {
        string? text = string.IsNullOrWhiteSpace(settings) ? Environment.GetEnvironmentVariable(SettingsVariable) : settings;
        EmulatorSettings parsed = EmulatorSettings.Parse(text);
        lock (Swap)
        {
            DriverState? old = _current;
            bool mayStay = parsed is { InitResult: CudaResult.Success, DeviceCount: > 0 };
            _current = new DriverState(parsed, isInitialised: mayStay && old is { IsInitialised: true });
            old?.Dispose();
        }
    }

    // cuInit has no way to explain: the reason is what cuGetErrorString then says.
    private static DriverState Create(string? text, bool isInitialised)
    {
        try
        {
            return new DriverState(EmulatorSettings.Parse(text), isInitialised);
        }
        catch (SettingsException exception)
        {
            var broken = new DriverState(EmulatorSettings.Default with { InitResult = CudaResult.Unknown });
            broken.Record.Add(new Finding("settings", exception.Message, CudaResult.Unknown));
            return broken;
        }
    }
}

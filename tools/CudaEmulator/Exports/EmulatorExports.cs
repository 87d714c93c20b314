using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver.Reporting;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>What only the emulator has: tests set it up and ask it what happened.</summary>
internal static unsafe class EmulatorExports
{
    /// <summary>Begins anew with these settings.</summary>
    /// <param name="settings">JSON or key=value;key=value; null or empty for those of the environment.</param>
    /// <returns>0, or 1 where the settings cannot be: nothing has changed then.</returns>
    [UnmanagedCallersOnly(EntryPoint = "specexecEmulatorReset")]
    internal static int Reset(byte* settings)
    {
        try
        {
            EmulatedDriver.Reset(NativeText.Read(settings));
            return 0;
        }
        catch (SettingsException)
        {
            return 1;
        }
        catch (Exception)
        {
            return 2;
        }
    }

    /// <summary>Writes a JSON report of what has happened and what is alive, as much as fits, with a closing NUL.</summary>
    /// <returns>Bytes that all of it needs, the NUL included; -1 where the report failed.</returns>
    [UnmanagedCallersOnly(EntryPoint = "specexecEmulatorReport")]
    internal static int Report(byte* buffer, nuint capacity)
    {
        try
        {
            return NativeText.Write(DriverReport.Write(EmulatedDriver.Current), buffer, capacity);
        }
        catch (Exception)
        {
            return -1;
        }
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Devices;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Initialisation, errors and what is to be known about the cards.</summary>
internal static unsafe class DeviceExports
{
    private const int UuidBytes = 16;

    [UnmanagedCallersOnly(EntryPoint = "cuInit")]
    internal static int Init(uint flags) => Entry.Call("cuInit", driver => driver.Initialise(flags));

    [UnmanagedCallersOnly(EntryPoint = "cuDriverGetVersion")]
    internal static int DriverGetVersion(int* version) => Entry.Call("cuDriverGetVersion", driver =>
    {
        CudaFailure.ThrowIf(version is null, CudaResult.InvalidValue);
        *version = driver.Settings.DriverVersion;
    });

    /// <remarks>Not counted: asking for the name of an error is no part of a program's work.</remarks>
    [UnmanagedCallersOnly(EntryPoint = "cuGetErrorName")]
    internal static int GetErrorName(int error, byte** text) => Describe(error, text, isName: true);

    /// <summary>Where a finding stands behind the status, the finding's text.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cuGetErrorString")]
    internal static int GetErrorString(int error, byte** text) => Describe(error, text, isName: false);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetCount")]
    internal static int DeviceGetCount(int* count) => Entry.Call("cuDeviceGetCount", driver =>
    {
        driver.RequireInitialised();
        CudaFailure.ThrowIf(count is null, CudaResult.InvalidValue);
        *count = driver.DeviceCount;
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGet")]
    internal static int DeviceGet(int* device, int ordinal) => Entry.Call("cuDeviceGet", driver =>
    {
        CudaFailure.ThrowIf(device is null, CudaResult.InvalidValue);
        *device = driver.GetDevice(ordinal).Ordinal;
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetName")]
    internal static int DeviceGetName(byte* name, int capacity, int device) => Entry.Call("cuDeviceGetName", driver =>
    {
        driver.GetDevice(device);
        CudaFailure.ThrowIf(name is null || capacity <= 0, CudaResult.InvalidValue);
        NativeText.Write(driver.Settings.Name, name, (nuint)capacity);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceTotalMem_v2")]
    internal static int DeviceTotalMem(nuint* bytes, int device) => Entry.Call("cuDeviceTotalMem_v2", driver =>
    {
        CudaFailure.ThrowIf(bytes is null, CudaResult.InvalidValue);
        *bytes = (nuint)driver.GetDevice(device).Settings.VramBytes;
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetAttribute")]
    internal static int DeviceGetAttribute(int* value, int attribute, int device) => Entry.Call("cuDeviceGetAttribute", driver =>
    {
        CudaFailure.ThrowIf(value is null, CudaResult.InvalidValue);
        *value = driver.GetDevice(device).Attribute((DeviceAttribute)attribute);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetUuid_v2")]
    internal static int DeviceGetUuid(byte* uuid, int device) => Entry.Call("cuDeviceGetUuid_v2", driver =>
    {
        CudaFailure.ThrowIf(uuid is null, CudaResult.InvalidValue);
        string identity = $"{driver.Settings.Name} {driver.GetDevice(device).PciBusId}";
        SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, UuidBytes).CopyTo(new Span<byte>(uuid, UuidBytes));
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetPCIBusId")]
    internal static int DeviceGetPciBusId(byte* text, int capacity, int device) => Entry.Call("cuDeviceGetPCIBusId", driver =>
    {
        CudaFailure.ThrowIf(text is null || capacity <= 0, CudaResult.InvalidValue);
        NativeText.Write(driver.GetDevice(device).PciBusId, text, (nuint)capacity);
    });

    private static int Describe(int error, byte** text, bool isName)
    {
        try
        {
            if (text is null)
            {
                return (int)CudaResult.InvalidValue;
            }

            bool known = CudaResultText.TryGet((CudaResult)error, out string name, out string meaning);
            string? finding = isName ? null : EmulatedDriver.Current.FindingOf((CudaResult)error);
            *text = known ? NativeText.Keep(finding ?? (isName ? name : meaning)) : null;
            return (int)(known ? CudaResult.Success : CudaResult.InvalidValue);
        }
        catch (Exception)
        {
            return (int)CudaResult.Unknown;
        }
    }
}

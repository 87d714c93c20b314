using System.Text;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuModule*, cuFunc*, and the occupancy of a function.</summary>
internal static unsafe class ModuleCalls
{
    /// <param name="driver">The driver.</param>
    /// <param name="image">PTX text that ends with NUL.</param>
    /// <param name="log">Receives why it was refused.</param>
    internal static nint Load(DriverState driver, byte* image, StringBuilder log)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CaptureRules.RefuseUnsafeCall(context);
            return driver.Handles.Add(ModuleLoader.Load(context, image, log));
        }
    }

    internal static void Unload(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            Module module = driver.Handles.Get<Module>(handle);
            context.Unload(module);
            foreach (Function function in module.Functions)
            {
                driver.Handles.Remove(function);
            }

            driver.Handles.Remove(module);
            context.ThrowIfLost();
        }
    }

    internal static nint GetFunction(DriverState driver, nint module, string name)
    {
        lock (driver.Gate)
        {
            driver.Current();
            return driver.Handles.Get<Module>(module).GetFunction(name, driver.Handles).Handle;
        }
    }

    internal static (ulong Address, long Bytes) GetGlobal(DriverState driver, nint module, string name)
    {
        lock (driver.Gate)
        {
            driver.Current();
            DeviceBlock block = driver.Handles.Get<Module>(module).GetVariable(name);
            return (block.Address, block.Bytes);
        }
    }

    internal static int GetAttribute(DriverState driver, nint function, FunctionAttribute attribute)
    {
        lock (driver.Gate)
        {
            driver.Current();
            return driver.Handles.Get<Function>(function).Get(attribute);
        }
    }

    internal static void SetAttribute(DriverState driver, nint function, FunctionAttribute attribute, int value)
    {
        lock (driver.Gate)
        {
            driver.Current();
            driver.Handles.Get<Function>(function).Set(attribute, value);
        }
    }

    internal static int MaxActiveBlocks(DriverState driver, nint function, int blockSize, nuint dynamicSharedBytes)
    {
        lock (driver.Gate)
        {
            driver.Current();
            return driver.Handles.Get<Function>(function).MaxActiveBlocks(blockSize, checked((long)dynamicSharedBytes));
        }
    }
}

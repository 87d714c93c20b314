using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Reporting;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>The way into the driver for every export: counts the call, injects failures, lets no exception out.</summary>
internal static class Entry
{
    internal static int Call(string name, Action<DriverState> body) => Call(name, driver =>
    {
        body(driver);
        return CudaResult.Success;
    });

    internal static int Call(string name, Func<DriverState, CudaResult> body) => Call(name, body, isRelease: false);

    /// <summary>A call that gives something back: posed to fail, it still does so, since what it returns is by its
    /// documentation the error of earlier work.</summary>
    internal static int Release(string name, Action<DriverState> body) => Call(
        name,
        driver =>
        {
            body(driver);
            return CudaResult.Success;
        },
        isRelease: true);

    private static int Call(string name, Func<DriverState, CudaResult> body, bool isRelease)
    {
        try
        {
            DriverState driver = EmulatedDriver.Current;
            CudaResult posed = driver.Record.CountCall(name);
            bool isPosed = posed != CudaResult.Success;
            CudaResult result = isPosed && !isRelease ? posed : Run(driver, name, body);
            return (int)(isPosed ? posed : result);
        }
        catch (Exception)
        {
            return (int)CudaResult.Unknown;
        }
    }

    private static CudaResult Run(DriverState driver, string name, Func<DriverState, CudaResult> body)
    {
        try
        {
            return body(driver);
        }
        catch (CudaFailure failure)
        {
            return failure.Result;
        }
        catch (OutOfMemoryException)
        {
            return CudaResult.OutOfMemory;
        }
        catch (OverflowException)
        {
            return CudaResult.InvalidValue;
        }
        catch (Exception exception)
        {
            driver.Record.Add(new Finding("emulator-defect", $"{name}: {exception}", CudaResult.Unknown));
            return CudaResult.Unknown;
        }
    }
}

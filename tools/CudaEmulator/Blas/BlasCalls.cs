using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>The few functions of cuBLAS that are bound.</summary>
internal static class BlasCalls
{
    /// <summary>10000 × major + 100 × minor + patch, of the library that CUDA 12.4 ships.</summary>
    internal const int Version = 120402;

    internal static nint Create(DriverState driver)
    {
        lock (driver.Gate)
        {
            return driver.Handles.Add(new BlasHandle(driver.Current()));
        }
    }

    internal static void Destroy(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            driver.Handles.Remove(driver.Handles.Get<BlasHandle>(handle));
        }
    }

    internal static void SetStream(DriverState driver, nint handle, nint stream)
    {
        lock (driver.Gate)
        {
            BlasHandle blas = driver.Handles.Get<BlasHandle>(handle);
            StreamCalls.Find(driver, driver.Current(), stream);
            blas.Stream = stream;
        }
    }

    internal static void RequireHandle(DriverState driver, nint handle) => driver.Handles.Get<BlasHandle>(handle);

    /// <summary>Queues a product.</summary>
    internal static void Gemm(DriverState driver, nint handle, GemmWork work)
    {
        lock (driver.Gate)
        {
            BlasHandle blas = driver.Handles.Get<BlasHandle>(handle);
            Context context = driver.Current();
            context.Enqueue(StreamCalls.Find(driver, context, blas.Stream), work);
        }
    }

    /// <summary>Whether cublasGemmEx takes these types with 32-bit float computation (cuBLAS, table of GemmEx).</summary>
    internal static bool Supports(ElementType a, ElementType b, ElementType c) =>
        a == b && Enum.IsDefined(a) && (c == a || c == ElementType.Float32);
}

namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>Carries a status code from wherever a call fails to the export that returns it.</summary>
internal sealed class CudaFailure(CudaResult result, string? reason = null)
    : Exception(reason ?? result.ToString())
{
    internal CudaResult Result { get; } = result;

    internal static void ThrowIf(bool wrong, CudaResult result)
    {
        if (wrong)
        {
            throw new CudaFailure(result);
        }
    }
}

using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Driver.Modules;

/// <summary>A loaded module: its kernels, and its variables in device memory.</summary>
internal sealed class Module(Context owner, PtxModule ptx, IReadOnlyDictionary<string, DeviceBlock> variables) : DriverObject(owner)
{
    private readonly Dictionary<string, Function> _functions = new(StringComparer.Ordinal);

    internal PtxModule Ptx { get; } = ptx;

    internal IReadOnlyDictionary<string, DeviceBlock> Variables { get; } = variables;

    /// <summary>Handles handed out so far.</summary>
    internal IEnumerable<Function> Functions => _functions.Values;

    /// <exception cref="CudaFailure">NOT_FOUND.</exception>
    internal Function GetFunction(string name, HandleTable handles)
    {
        if (!_functions.TryGetValue(name, out Function? function))
        {
            PtxKernel kernel = Ptx.Kernels.GetValueOrDefault(name) ?? throw new CudaFailure(CudaResult.NotFound);
            _functions[name] = function = new Function(Owner!, this, kernel);
            handles.Add(function);
        }

        return function;
    }

    /// <exception cref="CudaFailure">NOT_FOUND.</exception>
    internal DeviceBlock GetVariable(string name) =>
        Variables.GetValueOrDefault(name) ?? throw new CudaFailure(CudaResult.NotFound);
}

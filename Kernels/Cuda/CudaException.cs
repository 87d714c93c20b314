namespace SpecExecNative.Kernels.Cuda;

/// <summary>A call of the CUDA driver or of cuBLAS failed. The message names the call, the code, its meaning and, where one is known, the cure.</summary>
public class CudaException : Exception
{
    internal CudaException(string call, int code, string name, string meaning)
        : base(Compose(call, code, name, meaning))
    {
        Call = call;
        Code = code;
        Name = name;
    }

    /// <summary>The entry point, e.g. <c>cuMemAlloc_v2</c>.</summary>
    public string Call { get; }

    /// <summary>The number, e.g. 2.</summary>
    public int Code { get; }

    /// <summary>The driver's name for it, e.g. <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</summary>
    public string Name { get; }

    private static string Compose(string call, int code, string name, string meaning)
    {
        string? cure = code switch
        {
            2 => "Free memory on the card, or use a smaller model or context.",
            34 => "The library found is the toolkit's stub; install NVIDIA's driver.",
            46 => "Another process holds the card exclusively (nvidia-smi shows the compute mode).",
            100 => "The driver sees no card: check nvidia-smi and CUDA_VISIBLE_DEVICES; in a container, pass the card in.",
            214 => "The card's memory is damaged or must be reset; see nvidia-smi -q.",
            221 => "The driver's PTX compiler is missing: give a container NVIDIA_DRIVER_CAPABILITIES=compute,utility, or install NVRTC.",
            702 => "The system's watchdog ends kernels that run too long on a card that also drives a display; use fewer tokens at once, or another card.",
            803 => "The driver's kernel module and library are of different versions: restart the machine.",
            804 => "A forward-compatibility package (cuda-compat) is in the way, which this card does not support: remove it.",
            999 when call == "cuInit" => "Often the kernel module nvidia-uvm is missing or stuck, e.g. after suspend: reload it (modprobe -r nvidia_uvm; modprobe nvidia_uvm) or restart.",
            _ => null,
        };
        return $"{call} failed with {name} ({code}): {meaning.TrimEnd('.')}.{(cure is null ? "" : " " + cure)}";
    }
}

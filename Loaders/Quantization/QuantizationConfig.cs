using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization.Config;

namespace SpecExecNative.Loaders.Quantization;

/// <summary>Which of a checkpoint's linear modules are 4-bit, and how.</summary>
public sealed record QuantizationConfig
{
    internal QuantizationConfig(QuantizationMethod method, ModuleRules modules) => (Method, Modules) = (method, modules);

    public QuantizationMethod Method { get; }

    /// <summary>Bits of a weight: 4, the only width that is read.</summary>
    public int Bits { get; } = 4;

    /// <summary>Inputs that share a scale; null: all of a row.</summary>
    public required int? GroupSize { get; init; }

    /// <summary>Zeros that are left out are 8.</summary>
    public required bool IsSymmetric { get; init; }

    /// <summary>Groups may be of inputs that are no neighbours: each module says which.</summary>
    public bool HasActOrder { get; init; }

    /// <summary>Version 1 of GPTQ stores each zero less one.</summary>
    internal bool StoresZerosLessOne { get; init; }

    internal ModuleRules Modules { get; }

    /// <summary>Whether a linear module is 4-bit; a dense one has a plain <c>.weight</c>.</summary>
    /// <param name="module">Its name, e.g. <c>model.layers.0.mlp.down_proj</c>.</param>
    /// <exception cref="ModelConfigException">A pattern of the config takes too long to match.</exception>
    public bool IsQuantized(string module) => Modules.Includes(module);
}

namespace SpecExecNative.Loaders.Safetensors;

/// <summary>A tensor as the header declares it, before anything but its JSON has been checked.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its dtype.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">First byte, from the start of the data buffer.</param>
/// <param name="End">One past its last byte.</param>
internal sealed record DeclaredTensor(string Name, TensorType Type, ulong[] Shape, ulong Begin, ulong End);

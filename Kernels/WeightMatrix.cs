namespace SpecExecNative.Kernels;

/// <summary>
/// A weight matrix in device memory, in the device's own packed layout
/// (see <see cref="ComputeDevice.PackedBytes"/> and <see cref="ComputeDevice.PackRows"/>).
/// </summary>
/// <param name="Buffer">The memory that holds it: a model's own, or a slot that layers are streamed into.</param>
/// <param name="ByteOffset">Where it starts, a multiple of <see cref="DeviceBuffer.Alignment"/>.</param>
/// <param name="Shape">Logical shape.</param>
public readonly record struct WeightMatrix(DeviceBuffer Buffer, long ByteOffset, WeightShape Shape);

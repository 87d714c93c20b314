using SpecExecNative.Loaders;

namespace SpecExecNative.Engine.Quantization;

/// <summary>A model computes something on the calibration text with which its weights cannot be rounded.</summary>
public sealed class CalibrationException : ModelFormatException
{
    internal CalibrationException(string model, int layer, string module, string problem)
        : base($"{model}: on the calibration text the inputs of layer {layer}'s {module} {problem}. Check that the model writes sense as it is; if it does, use another text.")
    {
    }
}

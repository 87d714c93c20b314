using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Cli.Requests;

/// <summary>A checked command line of <c>quantize</c>.</summary>
/// <param name="Model">Directory or <c>org/name</c>.</param>
/// <param name="Output">The directory to write.</param>
/// <param name="Options">How to round.</param>
/// <param name="Calibration">Null: none is needed.</param>
/// <param name="Device">Where the calibration text is computed.</param>
internal sealed record QuantizeRequest(
    string Model, string Output, QuantizeOptions Options, CalibrationRequest? Calibration, DeviceRequest Device);

/// <summary>What to calibrate on.</summary>
/// <param name="File">A UTF-8 text.</param>
/// <param name="Windows">Windows at most.</param>
/// <param name="WindowLength">Tokens of each; null: 512, or the model's context if that is shorter.</param>
internal sealed record CalibrationRequest(string File, int Windows, int? WindowLength);

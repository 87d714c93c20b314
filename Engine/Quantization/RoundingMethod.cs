namespace SpecExecNative.Engine.Quantization;

/// <summary>How weights are rounded to 4 bits.</summary>
public enum RoundingMethod
{
    /// <summary>Each to the nearest value of its group (RTN). Needs no text and no device.</summary>
    Nearest,

    /// <summary>
    /// One input after the other, the error of each made good by those that are still to be rounded, as far as they go together in a
    /// calibration text (Frantar et al. 2023).
    /// </summary>
    Gptq,
}

namespace SpecExecNative.Cli.Models;

/// <summary>The small target and draft that are copied beside the executable.</summary>
internal static class DemoPair
{
    /// <summary>Both were trained on the King James text, which opens with these words.</summary>
    public const string SamplePrompt = "In the beginning";

    public static string Target { get; } = Path.Combine("demo-pair", "target");

    /// <summary>Training text, for quantizing the pair.</summary>
    public static string CalibrationText { get; } = Path.Combine("demo-pair", "calibration.txt");

    public static string Draft { get; } = Path.Combine("demo-pair", "draft");

    /// <summary>Chapters that neither model was trained on.</summary>
    public static string HeldOutText { get; } = Path.Combine("demo-pair", "held-out.txt");
}

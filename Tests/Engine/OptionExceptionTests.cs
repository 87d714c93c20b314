using NUnit.Framework;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Tests.Engine;

public sealed class OptionExceptionTests
{
    private static readonly TestCaseData[] Refused =
    [
        Case(new SamplingOptions { MinP = 1.5 }.Validate, "MinP", 1.5, "MinP must be from 0 (off) to 1, not 1.5."),
        Case(
            new SamplingOptions { LogitBias = new Dictionary<int, double> { [-3] = 1 } }.Validate,
            "LogitBias",
            -3,
            "LogitBias must be for token ids of 0 or more, not -3."),
        Case(new TreeOptions { Budget = 0 }.Validate, "Budget", 0, "Budget must be from 1 to 1,048,576, not 0."),
        Case(new GenerationOptions { MaxTokens = -1 }.Validate, "MaxTokens", -1, "MaxTokens must be 0 or more, not -1."),
        Case(
            new GenerationOptions { StopStrings = ["a", ""] }.Validate,
            "StopStrings",
            "",
            "StopStrings must be a character or longer each (an empty stop string ends every text at once), not \"\"."),
        Case(new TransformerOptions { ContextLength = 1 }.Validate, "ContextLength", 1, "ContextLength must be 2 or more, not 1."),
        Case(new TransformerOptions { ChunkRows = 0 }.Validate, "ChunkRows", 0, "ChunkRows must be 1 or more, not 0."),
    ];

    [TestCaseSource(nameof(Refused))]
    public void ARefusedOptionIsTheSameInMessageAndProperties(Action validate, string option, object value, string message)
    {
        OptionException refusal = Assert.Throws<OptionException>(() => validate())!;
        Assert.That(refusal.Option, Is.EqualTo(option));
        Assert.That(refusal.Value, Is.EqualTo(value));
        Assert.That(refusal.Message, Is.EqualTo(message));
        Assert.That(refusal.Message, Does.Contain($"must be {refusal.Requirement}, not"));
    }

    private static TestCaseData Case(Action validate, string option, object value, string message)
        => new TestCaseData(validate, option, value, message).SetArgDisplayNames(option);
}

namespace SpecExecNative.Engine.Quantization;

/// <summary>How a model is quantized to 4 bits.</summary>
public sealed record QuantizeOptions
{
    public RoundingMethod Method { get; init; } = RoundingMethod.Gptq;

    /// <summary>Inputs that share a scale; null: all of a row. The last group of a row may be shorter.</summary>
    public int? GroupSize { get; init; } = 128;

    /// <summary>Every zero is 8: half a bit less per group, and a coarser grid where weights lean to one side.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>Inputs are rounded, and grouped, by falling importance (GPTQ's <c>desc_act</c>). Only with <see cref="RoundingMethod.Gptq"/>.</summary>
    public bool HasActOrder { get; init; }

    /// <summary>Share of the mean importance that is added to each input's, so that inputs which the text hardly used do not run away.</summary>
    public double Damping { get; init; } = 0.01;

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(GroupSize is null or >= 8, nameof(GroupSize), GroupSize ?? -1, "8 or more, or -1 for one group a row");
        OptionException.ThrowUnless(Damping is > 0 and <= 1, nameof(Damping), Damping, "above 0 and at most 1");
        OptionException.ThrowUnless(!HasActOrder || Method == RoundingMethod.Gptq, nameof(HasActOrder), HasActOrder, "left out without the method gptq, which alone knows an input's importance");
    }

    /// <summary>The group size for rows of so many inputs.</summary>
    internal int GroupSizeFor(int inputs) => Math.Min(GroupSize ?? inputs, inputs);
}

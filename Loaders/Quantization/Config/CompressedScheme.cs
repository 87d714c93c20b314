using System.Text.Json;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>How compressed-tensors quantizes the weights of one of its <c>config_groups</c>.</summary>
internal sealed record CompressedScheme(int? GroupSize, bool IsSymmetric, bool HasActOrder)
{
    private const string Activations = "quantized activations are not supported. Use a checkpoint with quantized weights alone (W4A16).";

    /// <exception cref="ModelConfigException">It is invalid, or not supported.</exception>
    public static CompressedScheme Read(ConfigFields group)
    {
        QuantizationConfigReader.RequireNothing(group, "input_activations", Activations);
        QuantizationConfigReader.RequireNothing(group, "output_activations", Activations);
        ConfigFields weights = group.Object("weights") ?? throw group.Refuse("weights", "is missing.");
        QuantizationConfigReader.RequireFourBits(weights, "num_bits");
        if (weights.OptionalText("type") is not (null or "int"))
        {
            throw weights.Refuse("type", "only int is supported. Use a checkpoint of 4-bit integers or the unquantized one.");
        }

        QuantizationConfigReader.RequireNothing(weights, "dynamic", "weights that are quantized while running are not supported.");
        return new CompressedScheme(ReadGroupSize(weights), weights.OptionalFlag("symmetric") ?? true, ReadActOrder(weights));
    }

    private static int? ReadGroupSize(ConfigFields weights)
    {
        bool hasSize = weights.Value("group_size") is not null;
        int? size = hasSize ? QuantizationConfigReader.GroupSize(weights, "group_size") : null;
        return (weights.OptionalText("strategy"), size) switch
        {
            ("group" or null, { } groupSize) => groupSize,
            ("channel", null) => null,
            (null, null) when hasSize => null,
            ("group" or "channel", _) => throw weights.Refuse("group_size", "does not fit the strategy: group needs a size, channel has none."),
            _ => throw weights.Refuse("strategy", "only group and channel are supported. Use a checkpoint with one of these."),
        };
    }

    /// <summary>
    /// <c>group</c> (true, dynamic) leaves groups of inputs that are no neighbours; <c>weight</c> (static) does not show in the file.
    /// </summary>
    private static bool ReadActOrder(ConfigFields weights)
    {
        const string Field = "actorder";
        return weights.Value(Field)?.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? weights.OptionalFlag(Field)!.Value
            : weights.OptionalText(Field)?.ToLowerInvariant() switch
            {
                null or "weight" or "static" => false,
                "group" or "dynamic" => true,
                _ => throw weights.Refuse(Field, "must be group or weight."),
            };
    }
}

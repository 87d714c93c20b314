using System.Text.Json;

namespace SpecExecNative.Tests.Oracles;

/// <summary>Rotary position embedding (Su et al. 2021, section 3.4.2) in the rotate-half form of the Hugging Face checkpoints.</summary>
public static class OracleRope
{
    /// <summary>
    /// f_i = θ^(−2i/h), i = 0 … h/2 − 1, stretched if the config asks for <c>llama3</c>. θ and the scaling stand in
    /// <c>rope_theta</c> and <c>rope_scaling</c> or, since transformers 5, together in <c>rope_parameters</c>.
    /// </summary>
    public static double[] Frequencies(JsonElement config, int headDim)
    {
        JsonElement parameters = Object(config, "rope_parameters") ?? Object(config, "rope_scaling") ?? default;
        JsonElement thetaHome = Object(config, "rope_parameters") ?? config;
        double theta = thetaHome.TryGetProperty("rope_theta", out JsonElement value) ? value.GetDouble() : 10_000;
        double[] frequencies = [.. Enumerable.Range(0, headDim / 2).Select(i => Math.Pow(theta, -2.0 * i / headDim))];
        return RopeType(parameters) switch
        {
            "default" => frequencies,
            "llama3" => [.. frequencies.Select(f => Llama3(
                f,
                parameters.GetProperty("factor").GetDouble(),
                parameters.GetProperty("low_freq_factor").GetDouble(),
                parameters.GetProperty("high_freq_factor").GetDouble(),
                parameters.GetProperty("original_max_position_embeddings").GetDouble()))],
            string other => throw new NotSupportedException($"the oracle has no RoPE of type {other}"),
        };
    }

    /// <summary>
    /// Llama 3.1's rule (Meta's <c>apply_scaling</c>): frequencies whose wave fits <paramref name="high"/> times into the
    /// original context stay; those that fit less than <paramref name="low"/> times are divided; between, a linear blend.
    /// </summary>
    public static double Llama3(double frequency, double factor, double low, double high, double originalContext)
    {
        double wavesInContext = originalContext * frequency / (2 * Math.PI);
        if (wavesInContext > high)
        {
            return frequency;
        }

        if (wavesInContext < low)
        {
            return frequency / factor;
        }

        double kept = (wavesInContext - low) / (high - low);
        return ((1 - kept) * frequency / factor) + (kept * frequency);
    }

    /// <summary>Turns each pair (x_i, x_{i+h/2}) by position · f_i, in place.</summary>
    public static void Rotate(Span<double> head, int position, double[] frequencies)
    {
        int half = head.Length / 2;
        for (int i = 0; i < half; i++)
        {
            (double sine, double cosine) = Math.SinCos(position * frequencies[i]);
            (double a, double b) = (head[i], head[i + half]);
            head[i] = (a * cosine) - (b * sine);
            head[i + half] = (b * cosine) + (a * sine);
        }
    }

    private static string RopeType(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return "default";
        }

        return parameters.TryGetProperty("rope_type", out JsonElement type) || parameters.TryGetProperty("type", out type)
            ? type.GetString()!
            : "default";
    }

    private static JsonElement? Object(JsonElement parent, string name)
        => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;
}

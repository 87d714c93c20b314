using System.Text.Json;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>
/// Reads settings written as a JSON object or as <c>key=value;key=value</c> into one flat list; members of a nested
/// object are named <c>outer.inner</c>, elements of an array are joined by commas.
/// </summary>
internal static class SettingsText
{
    internal static Dictionary<string, string> Read(string? text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string trimmed = text?.Trim() ?? "";
        if (trimmed.StartsWith('{'))
        {
            ReadJson(trimmed, settings);
            return settings;
        }

        foreach (string pair in trimmed.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new SettingsException(pair, "", "expected key=value");
            }

            settings[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }

        return settings;
    }

    private static void ReadJson(string text, Dictionary<string, string> settings)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            Flatten("", document.RootElement, settings);
        }
        catch (JsonException exception)
        {
            throw new SettingsException("JSON", text, exception.Message);
        }
    }

    private static void Flatten(string key, JsonElement element, Dictionary<string, string> settings)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                Flatten(key.Length == 0 ? member.Name : $"{key}.{member.Name}", member.Value, settings);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            settings[key] = string.Join(',', element.EnumerateArray());
        }
        else
        {
            settings[key] = element.ToString();
        }
    }
}

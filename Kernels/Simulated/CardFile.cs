using System.Text.Json.Serialization;

namespace SpecExecNative.Kernels.Simulated;

/// <summary>A file of cards.</summary>
internal sealed record CardFile(IReadOnlyList<SimulatedCard> Cards);

/// <summary>How it is read: names as in JSON, nothing that is not known.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CardFile))]
internal sealed partial class CardFileContext : JsonSerializerContext;
